"""Vectors of texts in Chroma, in a folder or on a server: one collection for each encoder, audience and language.

A vector's id is a digest of its text, so that what is there already is never encoded again, and two processes that
write the same do no harm. Which article a text belongs to is not kept here: the index knows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from cx_core.errors import BadInput, SystemUnreachable

MOST_AT_ONCE = 2000
"""Rows in one request: below what Chroma's folder (5,461) and server take."""

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 10.0

_WIDE = {"space": "cosine", "ef_construction": 200, "ef_search": 200}
"""Twice Chroma's usual breadth: a miss costs an answer, the search a fraction of a millisecond."""

_NAME = re.compile(r"rung-([0-9a-f]{12})-(customer|internal)-([a-z]{2,3})")

_EDITION = "2"
"""Part of a collection's name. Counted up when the same encoder gives other vectors than before, so that all are made
anew: those of edition 1 may have been computed in eight bits, differently from one processor to another."""

_PUT = "put"
"""When a vector was put there, in seconds since 1970."""

Vector = NDArray[np.float32]
Client = Any  # chromadb ships no usable types


class VectorShelf(NamedTuple):
    """What a collection is for."""

    audience: str
    language: str


def digest(text: str) -> str:
    """The id of a text's vector."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Vectors:
    """The vectors of one encoder. Every method raises SystemUnreachable when Chroma is in trouble."""

    def __init__(self, client: Client, encoder: str) -> None:
        self._client = client
        self._encoder = encoder
        self._key = _key(encoder)
        self._open: dict[VectorShelf, Any] = {}

    def ids(self, shelf: VectorShelf) -> frozenset[str]:
        with _trouble():
            return frozenset(self._collection(shelf).get(include=[])["ids"])

    def shelves(self) -> tuple[VectorShelf, ...]:
        """Those that something was kept on."""
        with _trouble():
            named = (_NAME.fullmatch(one.name) for one in self._client.list_collections())
            return tuple(VectorShelf(found[2], found[3]) for found in named if found and found[1] == self._key)

    def put(self, shelf: VectorShelf, vectors: Mapping[str, Vector], at: float) -> None:
        """`at`: what time it is, in seconds since 1970."""
        ids = list(vectors)
        with _trouble():
            for some in _parts(ids):
                rows, told = np.stack([vectors[id] for id in some]), [{_PUT: int(at)}] * len(some)
                self._collection(shelf).upsert(ids=some, embeddings=rows, metadatas=told)

    def put_before(self, shelf: VectorShelf, ids: Collection[str], moment: float) -> list[str]:
        """Those of these that were put there before; all that an earlier edition of Rung put."""
        found: list[str] = []
        with _trouble():
            for some in _parts(list(ids)):
                rows = self._collection(shelf).get(ids=some, include=["metadatas"])
                told = zip(rows["ids"], rows["metadatas"], strict=True)
                found += [id for id, put in told if ((put or {}).get(_PUT) or 0) < moment]
        return found

    def drop(self, shelf: VectorShelf, ids: Collection[str]) -> None:
        with _trouble():
            for some in _parts(list(ids)):
                self._collection(shelf).delete(ids=some)

    def read(self, shelf: VectorShelf, ids: Collection[str]) -> dict[str, Vector]:
        """Those that are there."""
        if not ids:
            return {}
        with _trouble():
            found: dict[str, Vector] = {}
            for some in _parts(list(dict.fromkeys(ids))):
                rows = self._collection(shelf).get(ids=some, include=["embeddings"])
                found |= dict(zip(rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), strict=True))
            return found

    def nearest(self, shelf: VectorShelf, vector: Vector, most: int) -> dict[str, float]:
        """Cosine similarity by id, nearest first."""
        with _trouble():
            found = self._collection(shelf).query(query_embeddings=[vector], n_results=most, include=["distances"])
            return {id: 1.0 - float(far) for id, far in zip(found["ids"][0], found["distances"][0], strict=True)}

    def _collection(self, shelf: VectorShelf) -> Any:  # noqa: ANN401
        if shelf not in self._open:
            self._open[shelf] = self._client.get_or_create_collection(
                f"rung-{self._key}-{shelf.audience}-{shelf.language}",
                configuration={"hnsw": _WIDE},
                metadata={"encoder": self._encoder},
                embedding_function=None,
            )
        return self._open[shelf]


class Chroma:
    """The collections of all encoders."""

    def __init__(self, opened: Callable[[], Client]) -> None:
        """Opened when it is first used: whoever starts while it does not answer goes on, and it is tried again."""
        self._opened = opened

    @cached_property
    def _client(self) -> Client:
        with _trouble():
            return self._opened()

    def of(self, encoder: str) -> Vectors:
        return Vectors(self._client, encoder)

    def encoders(self) -> tuple[str, ...]:
        """Those that something is kept for."""
        with _trouble():
            ours = [one for one in self._client.list_collections() if _NAME.fullmatch(one.name)]
            return tuple(dict.fromkeys(str((one.metadata or {}).get("encoder", "")) for one in ours))

    def forget(self, keep: str) -> None:
        """Drop every collection of Rung's that is not of this encoder, those of earlier editions too."""
        with _trouble():
            for one in self._client.list_collections():
                named = _NAME.fullmatch(one.name)
                if (named and named[1] != _key(keep)) or one.name.startswith("articles-"):
                    self._client.delete_collection(one.name)


def open_chroma(folder: Path, url: str = "") -> Chroma:
    """In the folder, or on the server at `url`. Raises BadInput for a URL that is none."""
    if not url:
        return Chroma(lambda: _in_folder(folder))
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"CX_CHROMA_URL: {url} is no address of a Chroma server. Write it as http://chroma:8000.")
    secure = parts.scheme == "https"
    host, port = parts.hostname, parts.port or (443 if secure else 8000)
    return Chroma(lambda: _on_server(host, port, secure))


def _in_folder(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _on_server(host: str, port: int, secure: bool) -> Client:
    """Chroma's own client waits for ever for a server that takes the call and does not answer."""
    import chromadb
    import httpx
    from chromadb.config import Settings

    patience = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    named = f"[{host}]" if ":" in host else host
    httpx.get(f"{'https' if secure else 'http'}://{named}:{port}/api/v2/heartbeat", timeout=patience).raise_for_status()
    settings = Settings(anonymized_telemetry=False)
    client: Client = chromadb.HttpClient(host=host, port=port, ssl=secure, settings=settings)
    client._server._session.timeout = patience
    return client


def _key(encoder: str) -> str:
    return hashlib.sha256(f"{encoder} {_EDITION}".encode()).hexdigest()[:12]


def _parts(ids: Sequence[str]) -> Iterable[list[str]]:
    return (list(ids[start : start + MOST_AT_ONCE]) for start in range(0, len(ids), MOST_AT_ONCE))


@contextmanager
def _trouble() -> Iterator[None]:
    """Chroma's troubles, and those of the way to it, as ours."""
    from chromadb.errors import ChromaError
    from httpx import HTTPError

    try:
        yield
    except (ChromaError, HTTPError, RuntimeError, ValueError, OSError) as error:
        raise SystemUnreachable(f"The article index does not answer: {error}") from error
