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
from cx_core.learn.comparing import Readings
from cx_core.learn.kept import Kept, KeptVectors
from cx_core.learn.passages import contradictions
from cx_core.learn.yes_and_no import denials, plain_words
from cx_core.ports import Clock
from cx_core.records import ArticleId, PublicAnswer

ENOUGH = 0.35
"""How sure it is that two passages speak of one thing and state different numbers, from which a person looks first; a
finding of a round takes `learn.contradictions.SURE`. Chosen on bench/level1/twice.yaml and questions.yaml."""


class Opposed:
    """Readings and vectors are kept while articles stay the same. Threads may share one."""

    def __init__(self, encode: Callable[[Sequence[str]], NDArray[np.float32]], clock: Clock) -> None:
        self._clock = clock
        self._readings, self._said, self._vectors = Readings(), Kept(plain_words), KeptVectors(encode)
        self._seen: Mapping[ArticleId, Article] = {}
        self._turn = threading.Lock()

    def to(
        self, answer: PublicAnswer, articles: Mapping[ArticleId, Article], near: Collection[ArticleId]
    ) -> tuple[HealthFinding, ...]:
        """What stands against the very words of the answer in the articles that are `near` to it."""
        with self._turn:
            if articles != self._seen:
                self._seen = articles
                self._said.only(articles)
                self._vectors.end()
            mine = {str(answer.article)}
            held = {str(id): one for id, one in articles.items()}
            among = ({str(id) for id in near} | mine) & held.keys()
            found = (
                *contradictions(
                    held, self._readings.of(held), self._vectors, self._clock(), mine, among=among, sure=ENOUGH
                ),
                *denials(held, self._vectors, self._clock(), mine, said=self._said),
            )
        return tuple(one for one in found if one.doubts(answer.article, answer.span))
