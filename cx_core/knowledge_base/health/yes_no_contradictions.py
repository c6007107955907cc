"""Two sentences of which one says no to what the other says: "you can", "you cannot".

An encoder hardly tells them apart, so here the words decide: nearly the same ones, and a denial in one of the two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health.claims import sentences
from cx_core.knowledge_base.health.finding_records import finding, quote
from cx_core.knowledge_base.health.word_stems import stems

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


class YesNoSentence(NamedTuple):
    article: str
    heading: str
    start: int
    end: int
    plain: str
    words: frozenset[str]
    denied: tuple[int, int] | None


def denials(
    articles: Mapping[str, Article],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    now: datetime,
    changed: Collection[str] | None = None,
    *,
    said: Callable[[Article], Sequence[YesNoSentence]] | None = None,
) -> tuple[HealthFinding, ...]:
    """`changed`: only with one of these articles. `said`: `plain_words`, or what remembers it."""
    all_of_it = Sayings(one for article in articles.values() for one in (said or plain_words)(article))
    return denied(articles, all_of_it, encode, now, lambda one: changed is None or one.article in changed)


def denied(
    articles: Mapping[str, Article],
    sayings: Sayings,
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    now: datetime,
    wanted: Callable[[YesNoSentence], bool],
) -> tuple[HealthFinding, ...]:
    """Only pairs with a sentence that is wanted."""
    pairs = sayings.opposed(wanted)
    if not pairs:
        return ()
    all_said = sayings.all
    places = sorted({n for pair in pairs for n in pair})
    vectors = dict(zip(places, encode([all_said[n].plain for n in places]), strict=True))
    alike = [(a, b) for a, b in pairs if float(vectors[a] @ vectors[b]) >= ALIKE]
    return tuple(_finding(articles, all_said[a], all_said[b], now) for a, b in alike)


class Sayings:
    """Sentences by their words, so that those like one of them are found without looking at all. Threads may share
    one."""

    def __init__(self, all: Iterable[YesNoSentence]) -> None:
        self.all = tuple(all)
        self._yes: dict[str, list[int]] = defaultdict(list)
        self._no: dict[str, list[int]] = defaultdict(list)
        for n, one in enumerate(self.all):
            for word in one.words:
                (self._yes if one.denied is None else self._no)[word].append(n)

    def opposed(self, wanted: Callable[[YesNoSentence], bool]) -> list[tuple[int, int]]:
        """Pairs of which one denies, by a word that not too many share; one of the two is wanted."""
        found = set[tuple[int, int]]()
        for n, one in enumerate(self.all):
            if wanted(one):
                others = {m for word in one.words for m in self._others(word, denies=one.denied is None)}
                found.update((min(n, m), max(n, m)) for m in others if _opposed(one, self.all[m]))
        return sorted(found)

    def _others(self, word: str, *, denies: bool) -> Sequence[int]:
        yes, no = self._yes.get(word, ()), self._no.get(word, ())
        return () if len(yes) + len(no) > COMMON else no if denies else yes


def plain_words(article: Article) -> tuple[YesNoSentence, ...]:
    """Sentences that say plainly yes or no, with at most one denial."""
    return tuple(_plain(article))


def _plain(article: Article) -> Iterator[YesNoSentence]:
    for one in sentences(article.text):
        found = [*_DENIAL.finditer(one.text)]
        words = stems(_DENIAL.sub(" ", one.text))
        if len(found) > 1 or len(words) < FEWEST or _RESTRICTED.search(one.text) or one.text.endswith("?"):
            continue
        denied = (one.start + found[0].start(), one.start + found[0].end()) if found else None
        plain = " ".join(_DENIAL.sub(" ", one.text).split())
        yield YesNoSentence(article.id, one.heading, one.start, one.end, plain, words, denied)


def _opposed(one: YesNoSentence, other: YesNoSentence) -> bool:
    if one.article == other.article:
        return False  # within one article yes and no are mostly what is wrong and how it is put right
    return 2 * len(one.words & other.words) >= SHARED * (len(one.words) + len(other.words))


def _finding(articles: Mapping[str, Article], one: YesNoSentence, other: YesNoSentence, now: datetime) -> HealthFinding:
    quotes = [
        quote(articles[said.article], said.start, said.end, said.heading, [said.denied] if said.denied else [])
        for said in (one, other)
    ]
    return finding(
        "contradiction",
        [f"{said.article}: {quoted.text}" for said, quoted in zip((one, other), quotes, strict=True)],
        "One passage says no to what the other says.",
        now,
        articles=(one.article, other.article),
        quotes=quotes,
        weight=0.8,
    )
