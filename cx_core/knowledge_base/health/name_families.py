"""Families of names, such as Gold Card and Silver Card: what is said of one member says nothing of another.

A family is several names of one pattern, told by the last word that they share ("Card"), found in the articles
themselves. An article is about a member if its title names it, or if of the family it names hardly any other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from cx_core.catalogue import Article

FEWEST = 3
"""Names that make a family."""
TWICE = 2
"""As often a name must stand in the articles, or in one that is about it."""
MOSTLY = 0.6
"""Share of the names of a family in an article that must be of the one it is about."""
RARELY = 4
"""As many articles must write a name with a capital for each that does not."""

Name = frozenset[str]
_PARTS = re.compile(r"[:,;()|/–—]|\s-\s")
_WORDS = re.compile(r"[\w+&()'’-]+")
_HEADING = re.compile(r"^#{1,6}[ \t].*$", re.M)
_NAME = re.compile(r"(?<=[a-z,;:)] )[A-Z][\w+'’&-]*(?: (?:[A-Z][\w+'’&-]*|\([a-z]+\)))+")


class Titled(Protocol):
    """What is needed of a reading."""

    @property
    def article(self) -> str: ...
    @property
    def headline(self) -> str: ...
    @property
    def title(self) -> frozenset[str]: ...
    @property
    def words(self) -> frozenset[str]: ...
    @property
    def capitals(self) -> frozenset[str]: ...
    @property
    def plain(self) -> frozenset[str]: ...
    @property
    def called(self) -> tuple[tuple[str, int], ...]: ...


class Families(NamedTuple):
    heads: Mapping[str, str]
    """Each name of a family, and the word that the family shares."""
    about: Mapping[str, Mapping[str, str]]
    """For an article the families of which it is about one member, and the member."""

    def apart(self, one: str, said: Iterable[str], other: str, told: Iterable[str]) -> bool:
        """Whether two articles, and what a clause of each names, are about different members of a family."""
        mine, theirs = self._members(one, said), self._members(other, told)
        return any(not mine[head] & theirs[head] for head in mine.keys() & theirs.keys())

    def _members(self, article: str, said: Iterable[str]) -> dict[str, set[str]]:
        made: dict[str, set[str]] = defaultdict(set)
        for name in said:
            if name in self.heads:
                made[self.heads[name]].add(name)
        for head, name in self.about.get(article, {}).items():
            made.setdefault(head, {name})
        return made


def called(article: Article) -> tuple[tuple[str, int], ...]:
    """Names of several words in the text, and how often, where no sentence begins."""
    text = _HEADING.sub("", article.text).replace("\n", " ")
    return tuple(sorted(Counter(name.casefold() for name in _NAME.findall(text)).items()))


def families(readings: Sequence[Titled]) -> Families:
    seen: Counter[str] = Counter()
    for reading in readings:
        seen.update(dict(reading.called))
    members: dict[str, set[str]] = defaultdict(set)
    for name, often in seen.items():
        if often >= TWICE:
            members[name.rpartition(" ")[2]].add(name)
    heads = {name: head for head, names in members.items() if len(names) >= FEWEST for name in names}
    return Families(heads, {reading.article: _about(reading, heads) for reading in readings})


def proper(readings: Sequence[Titled]) -> frozenset[str]:
    """Stems of words that the articles write with a capital: names. Not those that a fifth of the articles have, such
    as the company's."""
    capital, plain, there = Counter[str](), Counter[str](), Counter[str]()
    for reading in readings:
        capital.update(reading.capitals)
        plain.update(reading.plain)
        there.update(reading.words)
    most = max(2, len(readings) / 5)
    return frozenset(
        word for word, n in capital.items() if n >= TWICE and n > RARELY * plain[word] and there[word] <= most
    )


def own_names(reading: Titled, proper: frozenset[str], stems: Callable[[str], frozenset[str]]) -> frozenset[Name]:
    """Names in the title, or else those of several words that the text repeats; stems of each one's words."""
    titled: set[Name] = set()
    for part in _PARTS.split(reading.headline):
        run: list[str] = []
        for word in [*part.split(), ""]:
            if word and (found := stems(word)) and found <= proper:
                run += found
            elif run:
                titled.add(frozenset(run))
                run = []
    repeated = {stems(name) & proper for name, often in reading.called if often >= TWICE}
    return frozenset(titled or {frozenset(name) for name in repeated if name})


def _about(reading: Titled, heads: Mapping[str, str]) -> dict[str, str]:
    title = f" {' '.join(_WORDS.findall(reading.headline.casefold()))} "
    titled = sorted((name for name in heads if f" {name} " in title), key=len)
    made: dict[str, str] = {heads[name]: name for name in titled}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, often in reading.called:
        if name in heads:
            counts[heads[name]][name] += often
    for head, names in counts.items():
        (name, often), *_ = names.most_common(1)
        if head not in made and often >= TWICE and often >= MOSTLY * names.total():
            made[head] = name
    return made
