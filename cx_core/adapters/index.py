"""Articles in Chroma, cut along their headings, found by meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Article, Knowledge
from cx_core.errors import SystemUnreachable
from cx_core.ports import Encoder
from cx_core.records import ArticleId, Passage

_HEADING = re.compile(r"^## +(.+)$", re.M)


class ChromaIndex:
    """One collection per knowledge and encoder version, so that a change never mixes vectors."""

    def __init__(self, collection: Any) -> None:  # noqa: ANN401  # chromadb ships no usable types
        self._collection = collection
        self._size = int(collection.count())

    def search(self, vector: NDArray[np.float32], *, most: int, internal: bool) -> tuple[Passage, ...]:
        if self._size == 0:
            return ()
        where = None if internal else {"audience": "customer"}
        try:
            found = self._collection.query(
                query_embeddings=[vector.tolist()],
                n_results=min(most, self._size),
                where=where,
                include=["documents", "metadatas", "distances"],
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise SystemUnreachable(f"The article index does not answer: {error}") from error
        rows = zip(found["documents"][0], found["metadatas"][0], found["distances"][0], strict=True)
        return tuple(
            Passage(
                article=ArticleId(meta["article"]),
                title=meta["title"],
                heading=meta["heading"],
                text=text,
                audience=meta["audience"],
                version=meta["version"],
                score=round(1.0 - float(distance), 4),
            )
            for text, meta, distance in rows
        )


def open_index(folder: Path, knowledge: Knowledge, encoder: Encoder) -> ChromaIndex:
    """The index of these articles, built if it is not there yet. Loads the encoder only to build."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    folder.mkdir(parents=True, exist_ok=True)
    client = chromadb.PersistentClient(path=str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    name = re.sub(r"[^a-zA-Z0-9-]", "-", f"articles-{knowledge.version}-{encoder.version}")[-60:].strip("-")
    collection = client.get_or_create_collection(name, configuration={"hnsw": {"space": "cosine"}})
    chunks = list(_chunks(knowledge))
    if collection.count() < len(chunks):
        vectors = encoder.encode([f"{a.title}. {heading}. {text}" for a, heading, text in chunks])
        collection.upsert(
            ids=[f"{article.id}/{number}" for number, (article, _, _) in enumerate(chunks)],
            embeddings=[vector.tolist() for vector in vectors],
            documents=[text for _, _, text in chunks],
            metadatas=[
                {
                    "article": article.id,
                    "title": article.title,
                    "heading": heading,
                    "audience": article.audience,
                    "version": article.version,
                }
                for article, heading, _ in chunks
            ],
        )
    for other in client.list_collections():
        if other.name != name:
            client.delete_collection(other.name)
    return ChromaIndex(collection)


def _chunks(knowledge: Knowledge) -> Iterator[tuple[Article, str, str]]:
    """(article, heading, text) for each section; the text before the first heading has none."""
    for article in knowledge.articles.values():
        pieces = _HEADING.split(article.text)
        if pieces[0].strip():
            yield article, "", pieces[0].strip()
        for heading, text in zip(pieces[1::2], pieces[2::2], strict=True):
            if text.strip():
                yield article, heading.strip(), text.strip()
