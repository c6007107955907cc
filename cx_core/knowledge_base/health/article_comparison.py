"""All articles held against each other and against records, round after round.

What one article states is read once, and again only when its own words change, or what counts as a name in them;
and only what was read anew is held against everything else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health.claims import ArticleReading, names_of, read
from cx_core.knowledge_base.health.comparison_cache import Kept, KeptVectors
from cx_core.knowledge_base.health.duplicate_sections import duplicates, sections
from cx_core.knowledge_base.health.passage_findings import contradictions
from cx_core.knowledge_base.health.record_disagreements import disagreements
from cx_core.knowledge_base.health.yes_no_contradictions import denials, plain_words
from cx_core.records import BusinessRecord

AFRESH = timedelta(days=1)
"""How much a word tells depends a little on all articles: so often every pair is compared again."""
MOST = 0.2
"""Where more than this share of all articles has changed, every pair is."""
_TOKEN = re.compile(r"\w+")


class Comparing:
    """One for a process. Not to be asked by two threads at once."""

    def __init__(self, encode: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
        self.vectors = KeptVectors(encode)
        self._readings = Readings()
        self._said = Kept(plain_words)
        self._sections = Kept(sections)
        self._last = _Last()

    def found(
        self,
        articles: Mapping[str, Article],
        records: Sequence[BusinessRecord],
        called: Mapping[str, Sequence[str]],
        now: datetime,
    ) -> tuple[HealthFinding, ...]:
        """Contradictions, copies, and disagreements with records. `called`: see `stated.disagreements`."""
        readings = self._readings.of(articles)
        if self._last.articles != articles or now - self._last.afresh >= AFRESH:
            self._compare(articles, readings, now)
        between = (*self._last.clashes, *self._last.others)
        return (
            *(one.replace(found_at=now) for one in between),
            *disagreements(articles, readings, records, called, now),
        )

    def _compare(self, articles: Mapping[str, Article], readings: Sequence[ArticleReading], now: datetime) -> None:
        last = self._last
        changed = {one.article for one in readings if last.readings.get(one.article) is not one}
        afresh = now - last.afresh >= AFRESH or len(changed) > MOST * len(articles)
        clashes = contradictions(articles, readings, self.vectors, now, None if afresh else changed)
        if not afresh:
            there = articles.keys() - changed
            clashes = (*clashes, *(one for one in last.clashes if there.issuperset(one.articles)))
        self._said.only(articles)
        self._sections.only(articles)
        others = (
            *denials(articles, self.vectors, now, said=self._said),
            *duplicates(articles, self.vectors, now, cut=self._sections),
        )
        self.vectors.end()
        read = {one.article: one for one in readings}
        self._last = _Last(dict(articles), read, now if afresh else last.afresh, clashes, others)


class _Last(NamedTuple):
    """What was compared last, and what was found. `readings`: by article. `afresh`: when all pairs were compared."""

    articles: Mapping[str, Article] = MappingProxyType({})
    readings: Mapping[str, ArticleReading] = MappingProxyType({})
    afresh: datetime = datetime.min.replace(tzinfo=UTC)
    clashes: tuple[HealthFinding, ...] = ()
    others: tuple[HealthFinding, ...] = ()


class Readings:
    """What each article states, read again only when it must be."""

    def __init__(self) -> None:
        self._tokens = Kept(lambda article: frozenset(_TOKEN.findall(f"{article.title}\n{article.text}")))
        self._names = Kept(lambda article: names_of([article]))
        self._held: dict[str, _Read] = {}

    def of(self, articles: Mapping[str, Article], then: Callable[[], None] | None = None) -> list[ArticleReading]:
        """`then`: to be done after each article that had to be read."""
        for kept in (self._tokens, self._names):
            kept.only(articles)
        names = frozenset[str]().union(*(self._names(one) for one in articles.values()))
        beginning: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for name in names:
            tokens = _TOKEN.findall(name)
            beginning[tokens[0]].append((name, frozenset(tokens)))
        read = dict[str, _Read]()
        for id, one in articles.items():
            read[id] = self._read(one, beginning)
            if then is not None and read[id] is not self._held.get(id):
                then()
        self._held = read
        return [held.reading for held in self._held.values()]

    def _read(self, article: Article, beginning: Mapping[str, Collection[tuple[str, frozenset[str]]]]) -> _Read:
        """Of all names only those matter whose words stand in the article's own text."""
        there = self._tokens(article)
        names = frozenset(
            name for first in there & beginning.keys() for name, tokens in beginning[first] if tokens <= there
        )
        held = self._held.get(article.id)
        if held is not None and held.article == article and held.names == names:
            return held
        return _Read(article, names, read(article, names))


class _Read(NamedTuple):
    article: Article
    names: frozenset[str]
    reading: ArticleReading
