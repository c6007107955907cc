"""Whether another published passage says otherwise than an answer that is about to leave by itself.

The rounds over the knowledge find what surely contradicts. Before something leaves, less than that is enough to have a
person look, and what was published a moment ago counts before a round has seen it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health.article_comparison import Readings
from cx_core.knowledge_base.health.claims import ArticleReading
from cx_core.knowledge_base.health.comparison_cache import Kept, KeptVectors
from cx_core.knowledge_base.health.corpus_statistics import Surroundings
from cx_core.knowledge_base.health.passage_findings import contested, contradictions
from cx_core.knowledge_base.health.yes_no_contradictions import Sayings, YesNoSentence, denied, plain_words
from cx_core.ports import Clock
from cx_core.records import ArticleId, PublicAnswer

ENOUGH = 0.3
"""How sure it is that two passages speak of one thing and state different numbers, from which a person looks first; a
finding of a round takes `learn.contradictions.SURE`. docs/levels.md says how it was chosen."""

REST = 3.0
"""So many times as long as it works, what reads articles ahead leaves the machine to pages and tickets."""


class Opposed:
    """What is made of all articles is kept while they stay the same, what is made of one while it does. Threads may
    share one."""

    def __init__(self, encode: Callable[[Sequence[str]], NDArray[np.float32]], clock: Clock) -> None:
        self._clock = clock
        self._readings, self._said, self._vectors = Readings(), Kept(plain_words), KeptVectors(encode)
        self._turn, self._awaited = threading.Lock(), threading.Event()
        self._hold({})

    def to(
        self, answer: PublicAnswer, articles: Mapping[ArticleId, Article], near: Collection[ArticleId]
    ) -> tuple[HealthFinding, ...]:
        """What stands against the very words of the answer: numbers in the articles that are `near` to it, and denials
        in any."""
        self._awaited.set()
        with self._turn:
            self._awaited.clear()
            self._take_over(articles)
            found = (*self._numbers(answer, near), *self._denials(answer))
        return tuple(one for one in found if one.doubts(answer.article, answer.span))

    def get_ready(self, articles: Mapping[ArticleId, Article]) -> None:
        """Read what is new in these ahead of the first answer, which would wait for it: for a thousand articles some
        seconds of work, and as many more at rest. An answer that comes meanwhile ends the rests."""
        worked = time.thread_time()

        def rest() -> None:
            nonlocal worked
            self._awaited.wait(REST * (time.thread_time() - worked))
            worked = time.thread_time()

        with self._turn:
            self._take_over(articles, rest)

    def _take_over(self, articles: Mapping[ArticleId, Article], rest: Callable[[], None] | None = None) -> None:
        if articles is not self._seen and articles != self._seen:
            self._hold(articles, rest)

    def _hold(self, articles: Mapping[ArticleId, Article], rest: Callable[[], None] | None = None) -> None:
        self._articles = {str(id): one for id, one in articles.items()}
        self._said.only(self._articles)
        readings = self._readings.of(self._articles, rest)
        self._read: Mapping[str, ArticleReading] = {one.article: one for one in readings}
        self._around = Surroundings(readings)
        self._sayings = Sayings(chain.from_iterable(map(self._said, self._articles.values())))
        self._vectors.end()
        self._seen = articles

    def _numbers(self, answer: PublicAnswer, near: Collection[ArticleId]) -> tuple[HealthFinding, ...]:
        """Few answers are contested: only of those it is looked at how their articles stand to each other in all."""
        mine, among = str(answer.article), {str(id) for id in near} | {str(answer.article)}
        readings = [one for id, one in self._read.items() if id in among]
        if not contested(mine, answer.span, readings, self._vectors, self._around, ENOUGH):
            return ()
        return contradictions(
            self._articles, readings, self._vectors, self._clock(), {mine}, around=self._around, sure=ENOUGH
        )

    def _denials(self, answer: PublicAnswer) -> tuple[HealthFinding, ...]:
        start, end = answer.span

        def here(one: YesNoSentence) -> bool:
            return one.article == answer.article and one.start < end and start < one.end

        return denied(self._articles, self._sayings, self._vectors, self._clock(), here)
