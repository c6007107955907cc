"""Two sentences of which one says no to what the other says: "you can", "you cannot".

An encoder hardly tells them apart, so here the words decide: nearly the same ones, and a denial in one of the two.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.articles import HealthFinding
from cx_core.catalogue import Article
from cx_core.learn.claims import sentences, stems
from cx_core.learn.finding import finding, quote

FEWEST = 4
"""Content words of a sentence that is compared."""
SHARED = 0.8
"""Share of both sentences' content words that they have in common (Dice)."""
ALIKE = 0.85
"""Cosine of the two without their denials."""
COMMON = 40
"""A word in more sentences than this brings none together."""

_DENIAL = re.compile(
    r"(?<!\()\b(?:not|never|no longer|cannot|unable to|(?:ca|wo|do|does|did|is|are|was|were|must|should)n['’]t)\b",
    re.I,
)
_RESTRICTED = re.compile(r"\b(?:unless|except|if|when|until|without|only|before|after|once|as long as)\b", re.I)
"""What makes yes and no go together: each is said of another case."""


class Said(NamedTuple):
    article: str
    heading: str
    start: int
    end: int
    plain: str
    words: frozenset[str]
    denied: tuple[int, int] | None


def denials(
    articles: Mapping[str, Article], encode: Callable[[Sequence[str]], NDArray[np.float32]], now: datetime,
    changed: Collection[str] | None = None,
) -> tuple[HealthFinding, ...]:  # fmt: skip
    """`changed`: only with one of these articles."""
    said = [one for article in articles.values() for one in _said(article)]
    pairs = [(a, b) for a, b in _near(said) if changed is None or {said[a].article, said[b].article} & set(changed)]
    if not pairs:
        return ()
    places = sorted({n for pair in pairs for n in pair})
    vectors = dict(zip(places, encode([said[n].plain for n in places]), strict=True))
    return tuple(_finding(articles, said[a], said[b], now) for a, b in pairs if float(vectors[a] @ vectors[b]) >= ALIKE)


def _said(article: Article) -> Iterator[Said]:
    """Sentences that say plainly yes or no, with at most one denial."""
    for one in sentences(article.text):
        found = [*_DENIAL.finditer(one.text)]
        words = stems(_DENIAL.sub(" ", one.text))
        if len(found) > 1 or len(words) < FEWEST or _RESTRICTED.search(one.text) or one.text.endswith("?"):
            continue
        denied = (one.start + found[0].start(), one.start + found[0].end()) if found else None
        plain = " ".join(_DENIAL.sub(" ", one.text).split())
        yield Said(article.id, one.heading, one.start, one.end, plain, words, denied)


def _near(said: Sequence[Said]) -> list[tuple[int, int]]:
    held: dict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(said):
        for word in one.words:
            held[word].append(n)
    common: Counter[tuple[int, int]] = Counter()
    for places in held.values():
        if len(places) <= COMMON:
            common.update((a, b) for n, a in enumerate(places) for b in places[n + 1 :])
    return sorted(pair for pair in common if _opposed(said[pair[0]], said[pair[1]]))


def _opposed(one: Said, other: Said) -> bool:
    if one.article == other.article or (one.denied is None) == (other.denied is None):
        return False  # within one article yes and no are mostly what is wrong and how it is put right
    return 2 * len(one.words & other.words) >= SHARED * (len(one.words) + len(other.words))


def _finding(articles: Mapping[str, Article], one: Said, other: Said, now: datetime) -> HealthFinding:
    quotes = [
        quote(articles[said.article], said.start, said.end, said.heading, [said.denied] if said.denied else [])
        for said in (one, other)
    ]
    return finding(
        "contradiction", [f"{said.article}: {quoted.text}" for said, quoted in zip((one, other), quotes, strict=True)],
        "One passage says no to what the other says.", now, articles=(one.article, other.article), quotes=quotes,
        weight=0.8,
    )  # fmt: skip
