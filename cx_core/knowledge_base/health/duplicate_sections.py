"""Sections that say the same in nearly the same words. Kin, which speak of one subject in words of their own, are none.

Copies are known by the shingles they share (Broder, On the resemblance and containment of documents, 1997); where
they were reworded in between, the encoder must agree.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health.finding_records import finding, quote

LENGTH = 4
"""Words of a shingle."""
SHORTEST = 20
"""Words of a section that is compared."""
COPY, PERHAPS, ALIKE = 0.6, 0.3, 0.9
"""Share of the shorter one's shingles that is a copy; share from which the encoder is asked, and what it says then."""
COMMON = 12
"""A shingle in more sections than this is a phrase of the house and says nothing."""

_WORD = re.compile(r"\w+")
_PART = re.compile(r"^#{1,6}[ \t]+(?P<heading>.+?)[ \t#]*$", re.M)


class ArticleSection(NamedTuple):
    article: str
    heading: str
    start: int
    end: int
    text: str
    shingles: frozenset[int]


def duplicates(
    articles: Mapping[str, Article],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    now: datetime,
    changed: Collection[str] | None = None,
    *,
    cut: Callable[[Article], Sequence[ArticleSection]] | None = None,
) -> tuple[HealthFinding, ...]:
    """One finding for two articles that share sections. `changed`: only with one of these. `cut`: `sections`, or what
    remembers it."""
    parts = [part for article in articles.values() for part in (cut or sections)(article)]
    pairs = [
        (a, b, share)
        for a, b, share in _shared(parts)
        if changed is None or {parts[a].article, parts[b].article} & set(changed)
    ]
    unsure = sorted({n for a, b, share in pairs if share < COPY for n in (a, b)})
    vectors = dict(zip(unsure, encode([parts[n].text for n in unsure]), strict=True)) if unsure else {}
    copies: dict[tuple[str, str], list[tuple[ArticleSection, ArticleSection]]] = defaultdict(list)
    for a, b, share in pairs:
        if share >= COPY or float(vectors[a] @ vectors[b]) >= ALIKE:
            copies[parts[a].article, parts[b].article].append((parts[a], parts[b]))
    return tuple(_finding(articles, found, now) for found in copies.values())


def sections(article: Article) -> tuple[ArticleSection, ...]:
    """Those long enough to be compared."""
    return tuple(_cut(article))


def _cut(article: Article) -> Iterable[ArticleSection]:
    marks = [*_PART.finditer(article.text)]
    starts = [(0, ""), *((mark.end(), mark["heading"]) for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(article.text)]
    for (start, heading), end in zip(starts, ends, strict=True):
        text = article.text[start:end]
        if len(_WORD.findall(text)) >= SHORTEST:
            left = start + len(text) - len(text.lstrip())
            words = " ".join(text.split())
            yield ArticleSection(article.id, heading, left, start + len(text.rstrip()), words, _shingles(words))


def _shared(parts: Sequence[ArticleSection]) -> list[tuple[int, int, float]]:
    """(section, section, share) of those in different articles with enough shingles in common."""
    held: dict[int, list[int]] = defaultdict(list)
    for n, part in enumerate(parts):
        for shingle in part.shingles:
            held[shingle].append(n)
    common: Counter[tuple[int, int]] = Counter()
    for places in held.values():
        if 1 < len(places) <= COMMON:
            common.update(
                (a, b) for n, a in enumerate(places) for b in places[n + 1 :] if parts[a].article != parts[b].article
            )
    least = {pair: max(1, min(len(parts[n].shingles) for n in pair)) for pair in common}
    shares = ((a, b, count / least[a, b]) for (a, b), count in common.items())
    return sorted((a, b, share) for a, b, share in shares if share >= PERHAPS)


def _shingles(text: str) -> frozenset[int]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return frozenset(hash(tuple(words[n : n + LENGTH])) for n in range(len(words) - LENGTH + 1))


def _finding(
    articles: Mapping[str, Article], found: Sequence[tuple[ArticleSection, ArticleSection]], now: datetime
) -> HealthFinding:
    one, other = (articles[section.article] for section in found[0])
    many = f"{len(found)} sections of each say" if len(found) > 1 else "A section of each says"
    quotes = [quote(articles[part.article], part.start, part.end, part.heading) for pair in found[:2] for part in pair]
    return finding(
        "duplicate",
        [f"{part.article}: {part.text}" for pair in found for part in pair],
        f"{many} the same in nearly the same words: {one.title}, {other.title}.",
        now,
        articles=(one.id, other.id),
        quotes=quotes,
        weight=1.0,
    )
