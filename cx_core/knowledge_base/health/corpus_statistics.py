"""What all articles tell of the words in each: which words are rare, which are names, and what an article is about.

Made once for the articles as they are; whoever holds two claims against each other asks it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cx_core.knowledge_base.health.claim_similarity import Weights
from cx_core.knowledge_base.health.claims import ArticleClaim, ArticleReading
from cx_core.knowledge_base.health.name_families import families, own_names, proper
from cx_core.knowledge_base.health.word_stems import stem, stems

FRAME = 3
"""Words that two titles have in common and make one pattern of them, whatever else each says."""


class Surroundings:
    """Of these readings. Threads may share one."""

    def __init__(self, readings: Sequence[ArticleReading]) -> None:
        self.weights = Weights(claim for reading in readings for claim in reading.claims)
        self._articles = {reading.article: reading.words for reading in readings}
        self._named = {reading.article: reading.named for reading in readings}
        self._titles = {reading.article: reading.title for reading in readings}
        self._subjects = _subjects(readings)
        self._common = _common(readings)
        self._families = families(readings)
        self._proper = proper(readings)
        self._names = {one.article: own_names(one, self._proper, stems) for one in readings}
        self._plain = frozenset[str]().union(*(reading.plain for reading in readings))

    def special(self, one: ArticleClaim, other: ArticleClaim) -> bool:
        """Whether one is restricted to a case that the other's article never speaks of."""
        mine, theirs = one.case - other.case - self._common, other.case - one.case - self._common
        if one.whom - other.whole or other.whom - one.whole:
            return True
        return bool(mine - self._articles[other.article] or theirs - self._articles[one.article])

    def own(self, one: ArticleClaim, other: ArticleClaim) -> float:
        """Whether one's clause speaks of what its own title names and the other's article never does; 1 if both do."""
        sides = ((one, other), (other, one))
        return sum(bool(a.words & self._titles[a.article] - self._articles[b.article]) for a, b in sides) / 2

    def strangers(self, one: ArticleClaim, other: ArticleClaim) -> bool:
        """Whether neither's article speaks of all that the other's title names."""
        mine, theirs = self._titles[one.article], self._titles[other.article]
        return bool(mine - self._articles[other.article] and theirs - self._articles[one.article])

    def strange(self, one: ArticleClaim, other: ArticleClaim) -> float:
        """How much of the title that tells least against it names what the other's article never speaks of."""
        return min(self._strange(one, other), self._strange(other, one))

    def _strange(self, one: ArticleClaim, other: ArticleClaim) -> float:
        title = self._titles[one.article]
        whole = self.weights.of(title)
        return self.weights.of(title - self._articles[other.article]) / whole if whole else 0.0

    def other_subjects(self, one: ArticleClaim, other: ArticleClaim) -> bool:
        """Whether their articles are about two products, each by a name that the other one never uses."""
        mine, theirs = self._subjects[one.article], self._subjects[other.article]
        if one.article == other.article:
            if one.quantity.kind == "phone":
                return True  # an article that gives several numbers means several
            if one.section == other.section:
                return True  # what stands together was read together: steps, cases, lines of a list
            return len(one.words & other.words) < 2 or _parallel(stems(one.heading), stems(other.heading))
        named = self._named[one.article], self._named[other.article]
        if named[0] != named[1] and named[0] & named[1]:
            return True  # "Silver Account: fees" and "Silver Plus Account: fees" are two products
        titles = self._titles[one.article], self._titles[other.article]
        own = titles[0] - self._articles[other.article], titles[1] - self._articles[one.article]
        if (
            _parallel(*titles)
            and all(own)
            and (len(titles[0] & titles[1]) >= FRAME or all(o - self._plain for o in own))
        ):
            return True
        mine_only = {word for word in mine - theirs if stem(word) not in self._articles[other.article]}
        theirs_only = {word for word in theirs - mine if stem(word) not in self._articles[one.article]}
        return bool(mine_only and theirs_only)

    def other_members(self, one: ArticleClaim, other: ArticleClaim) -> bool:
        """Whether they name, or their articles are about, different things of one sort."""
        names = self._names[one.article], self._names[other.article]
        if one.article != other.article and not names[0] & names[1] and any(a & b for a in names[0] for b in names[1]):
            return True  # "Silver" and "Silver Plus": names with a word in common are two names
        mine, theirs = self._own(one), self._own(other)
        return bool(mine - theirs - other.whole and theirs - mine - one.whole) or self._families.apart(
            one.article, one.names, other.article, other.names
        )

    def _own(self, claim: ArticleClaim) -> frozenset[str]:
        """Names in the clause, or else those of the article."""
        return claim.words & self._proper or frozenset(word for name in self._names[claim.article] for word in name)


def _subjects(readings: Sequence[ArticleReading]) -> dict[str, frozenset[str]]:
    """Without names that a fifth of all articles are about or speak of, such as the company's."""
    most = max(2, len(readings) / 5)
    seen = Counter(stemmed for reading in readings for stemmed in reading.words)
    return {reading.article: frozenset(w for w in reading.subject if seen[stem(w)] <= most) for reading in readings}


def _common(readings: Sequence[ArticleReading]) -> frozenset[str]:
    """Names that more than a fifth of all articles have, such as the company's: "At Fernline, ..." is no case."""
    seen = Counter(stemmed for reading in readings for stemmed in reading.capitals)
    return frozenset(stemmed for stemmed, often in seen.items() if often > max(2, len(readings) / 5))


def _parallel(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles have a frame in common and something of their own each: "Gold: fees" and "Silver: fees"."""
    return bool(one - other and other - one) and 2 * len(one & other) >= (len(one) + len(other)) / 2
