"""Whether another published passage says otherwise than an answer that is about to leave by itself.

The rounds over the knowledge find what surely contradicts. Before something leaves, less than that is enough to have a
person look, and what was published a moment ago counts before a round has seen it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.articles import HealthFinding
from cx_core.catalogue import Article
from cx_core.learn.claims import Reading, names_of, read
from cx_core.learn.passages import contradictions
from cx_core.learn.yes_and_no import denials
from cx_core.ports import Clock
from cx_core.records import ArticleId, PublicAnswer

ENOUGH = 0.35
"""How sure it is that two passages speak of one thing and state different numbers, from which a person looks first; a
finding of a round takes `learn.contradictions.SURE`. Chosen on bench/level1/twice.yaml and questions.yaml."""
REMEMBERED = 4000


class Opposed:
    """Readings and vectors are kept while articles stay the same. Threads may share one."""

    def __init__(self, encode: Callable[[Sequence[str]], NDArray[np.float32]], clock: Clock) -> None:
        self._encode, self._clock = encode, clock
        self._readings: dict[tuple[str, str, frozenset[str]], Reading] = {}
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._turn = threading.Lock()

    def to(
        self, answer: PublicAnswer, articles: Mapping[ArticleId, Article], near: Collection[ArticleId]
    ) -> tuple[HealthFinding, ...]:
        """What stands against the very words of the answer in the articles that are `near` to it."""
        with self._turn:
            mine = {str(answer.article)}
            held = {str(id): one for id, one in articles.items()}
            among = ({str(id) for id in near} | mine) & held.keys()
            found = (
                *contradictions(held, self._read(held), self._encoded, self._clock(), mine, among=among, sure=ENOUGH),
                *denials(held, self._encoded, self._clock(), mine),
            )
        return tuple(one for one in found if one.doubts(answer.article, answer.span))

    def _read(self, articles: Mapping[str, Article]) -> list[Reading]:
        names, known = names_of(articles.values()), self._readings
        made = {(one.id, one.version, names): one for one in articles.values()}
        self._readings = {key: known[key] if key in known else read(one, names) for key, one in made.items()}
        return list(self._readings.values())

    def _encoded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._encode(new), strict=True))
        rows = np.stack([self._vectors[text] for text in texts])
        while len(self._vectors) > REMEMBERED:
            self._vectors.pop(next(iter(self._vectors)))
        return rows
