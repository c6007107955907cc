"""Two passages that speak of one thing and state different numbers.

Pairs of claims alike in meaning are weighed by how sure it is that they are about the same; those that name different
products, are explained by another number of the same passage, or belong to a family of texts that differ on purpose
(one article a product) are left out. What is found is for a person: precision comes first.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.learn.claims import Claim, Reading, stem, stems
from cx_core.learn.families import families, own_names, proper
from cx_core.learn.kinship import Weights, features, numbered
from cx_core.learn.quantities import Quantity, agree

NEAR = 0.36
"""Cosine, mean of both, below which a pair is not looked at."""
MOST = 24
"""Neighbours of a claim that are looked at."""
SURE = 0.69
"""From which a pair is a finding."""
NEARLY = 0.05
"""As much less alike is what else is like a claim."""
RIVAL = 0.2
"""From so much less alike on a counterpart that agrees says nothing."""
BLOCK = 1024
FRAME = 3
"""Words that two titles have in common and make one pattern of them, whatever else each says."""
SIBLINGS, ALIGNED = 5, 0.6
"""As many contradictions between two articles, more than sentences so alike that agree: each is about its own thing."""
FAMILY = 3
"""So many different values in as many texts of one wording are a family that differs on purpose."""
SAME_WORDING = 0.93

WEIGHTS: Mapping[str, float] = {
    "said": 2.00, "first": 1.65, "about": 1.00, "role": 0.91, "near": 0.40, "within": 0.40, "words": 0.40,
    "shared": 0.30, "whole": 0.30, "same_names": 0.20, "unit": 0.20, "one_named": -0.20, "short": -0.25,
    "free": -0.53, "extra": -0.71, "rival": -0.73, "apart": -0.74, "other_names": -1.09, "crowd": -1.10,
    "count": -1.52, "strangers": -1.78, "other_rate": -1.81, "scale": -2.15, "section": -3.00, "special": -4.87,
    "article": -6.00,
}  # fmt: skip
"""Logistic regression within bounds set by hand, on restated and natural alterations of the shipped articles, by hand
and by script, and on pairs of 1,172 public help articles; see docs/knowledge.md."""
INTERCEPT = -0.76


class Vectors(NamedTuple):
    """Rows of unit length, one a claim: of `Claim.said` and of `Claim.about`."""

    said: NDArray[np.float32]
    about: NDArray[np.float32]


class Clash(NamedTuple):
    one: int
    other: int
    sureness: float


def clashes(
    readings: Sequence[Reading], vectors: Vectors, *, changed: Collection[str] | None = None, sure: float = SURE
) -> tuple[Clash, ...]:
    """Pairs that contradict, surest first, one for each two sentences. `changed`: only with one of these articles."""
    look = Looking(readings, vectors)
    best: dict[tuple[object, ...], Clash] = {}
    for i, j, values in look.pairs(changed, sure):
        clash = Clash(i, j, probability(values))
        place = look.places(i, j)
        if place not in best or best[place].sureness < clash.sureness:
            best[place] = clash
    return tuple(sorted(look.without_siblings([*best.values()]), key=lambda clash: -clash.sureness))


def probability(values: Mapping[str, float]) -> float:
    """How sure it is that a pair speaks of one thing, by logistic regression over `kinship.features`."""
    return 1 / (1 + math.exp(-INTERCEPT - sum(weight * values.get(name, 0.0) for name, weight in WEIGHTS.items())))


class Looking:
    """Pairs worth weighing."""

    def __init__(self, readings: Sequence[Reading], vectors: Vectors) -> None:
        self._claims = claims = [claim for reading in readings for claim in reading.claims]
        self._vectors = vectors
        self._weights = Weights(claims)
        self._articles = {reading.article: reading.words for reading in readings}
        self._named = {reading.article: reading.named for reading in readings}
        self._titles = {reading.article: reading.title for reading in readings}
        self._subjects = _subjects(readings)
        self._families = families(readings)
        self._proper = proper(readings)
        self._names = {one.article: own_names(one, self._proper, stems) for one in readings}
        self._near_all: dict[int, list[tuple[int, float]]] = {}
        self._plain = frozenset(word for reading in readings for word in reading.plain)
        self._kinds: dict[str, list[int]] = defaultdict(list)
        self._sentences: dict[tuple[str, int], list[int]] = defaultdict(list)
        for n, claim in enumerate(claims):
            self._kinds[claim.quantity.kind].append(n)
            self._sentences[claim.article, claim.sentence].append(n)

    def pairs(
        self, changed: Collection[str] | None, sure: float = 0.0
    ) -> Iterator[tuple[int, int, dict[str, float]]]:  # fmt: skip
        """With what they have in common. Excuses take longest to find: only what is sure enough is tried for them."""
        for members in self._kinds.values():
            near = self._near(np.asarray(members))
            self._near_all |= near
            for i, found in near.items():
                for j, likeness in found:
                    if i < j and self._wanted(i, j, changed):
                        values = self.values(i, j)
                        if probability(values | {"first": 1.0}) < sure:
                            continue
                        values |= self._standing(i, j, near)
                        if probability(values) >= sure and not self._excused(i, j, likeness, near):
                            yield i, j, values

    def without_siblings(self, found: Sequence[Clash]) -> list[Clash]:
        """Without those of two articles that differ in more than they agree in: members of one family."""
        between = [frozenset(self._claims[n].article for n in (clash.one, clash.other)) for clash in found]
        siblings = {
            articles for articles, often in Counter(between).items()
            if len(articles) == 2 and often >= SIBLINGS and self._agreeing(articles) < often
        }  # fmt: skip
        return [clash for clash, articles in zip(found, between, strict=True) if articles not in siblings]

    def _agreeing(self, articles: frozenset[str]) -> int:
        """Sentences of one that say with the same value what the other says."""
        first = min(articles)
        return len({
            self._claims[i].sentence
            for i, near in self._near_all.items()
            if self._claims[i].article == first
            and any(
                likeness >= ALIGNED and {self._claims[j].article, first} == articles
                and agree(self._claims[i].quantity, self._claims[j].quantity)
                for j, likeness in near
            )
        })  # fmt: skip

    def places(self, i: int, j: int) -> tuple[object, ...]:
        one, other = self._claims[i], self._claims[j]
        return (one.article, one.sentence, other.article, other.sentence)

    def values(self, i: int, j: int) -> dict[str, float]:
        said, about = (float(rows[i] @ rows[j]) for rows in self._vectors)
        one, other = self._claims[i], self._claims[j]
        strange = (
            self._titles[one.article] - self._articles[other.article],
            self._titles[other.article] - self._articles[one.article],
        )
        special = (
            one.case - other.case - self._articles[other.article] or other.case - one.case - self._articles[one.article]
        )
        return features(one, other, said, about, self._weights) | {
            "special": float(bool(special)), "strangers": float(all(strange)),
        }  # fmt: skip

    def _standing(self, i: int, j: int, near: Mapping[int, list[tuple[int, float]]]) -> dict[str, float]:
        """How the two stand among all that is like them: whether each is what the other is most like, and how many
        other values are stated as likely."""
        ranks, crowd = [], 0
        for a, b in ((i, j), (j, i)):
            others = [(n, s) for n, s in near[a] if self._claims[n].article != self._claims[a].article]
            at = next((n for n, (k, _) in enumerate(others) if k == b), len(others))
            least = others[at][1] - NEARLY if at < len(others) else 1.0
            ranks.append(1 / (1 + at))
            values = [self._claims[n].quantity for n, s in others if s >= least]
            crowd = max(crowd, _different(values))
        rival = max(self._rival(i, j, near), self._rival(j, i, near))
        return {
            "first": (ranks[0] + ranks[1]) / 2, "crowd": min(crowd - 1, 5) / 5,
            "rival": max(0.0, 1 + rival / RIVAL),
        }  # fmt: skip

    def _near(self, members: NDArray[np.int64]) -> dict[int, list[tuple[int, float]]]:
        """For each claim its nearest of the same kind, nearest first."""
        said, about = self._vectors.said[members], self._vectors.about[members]
        found: dict[int, list[tuple[int, float]]] = {}
        for start in range(0, len(members), BLOCK):
            rows = slice(start, start + BLOCK)
            likeness = (said[rows] @ said.T + about[rows] @ about.T) / 2
            most = min(MOST + 1, likeness.shape[1])
            top = np.argpartition(-likeness, most - 1, axis=1)[:, :most]
            for n, places in enumerate(top):
                row = likeness[n]
                near = sorted(((int(members[p]), float(row[p])) for p in places if row[p] >= NEAR), key=lambda x: -x[1])
                found[int(members[start + n])] = [(j, s) for j, s in near if j != members[start + n]]
        return found

    def _wanted(self, i: int, j: int, changed: Collection[str] | None) -> bool:
        one, other = self._claims[i], self._claims[j]
        if changed is not None and one.article not in changed and other.article not in changed:
            return False
        if (one.article, one.sentence) == (other.article, other.sentence):
            return False
        return not agree(one.quantity, other.quantity)

    def _excused(self, i: int, j: int, likeness: float, near: Mapping[int, list[tuple[int, float]]]) -> bool:
        return (
            self._other_subjects(i, j) or self._explained(i, j) or self._explained(j, i)
            or _other_things(self._claims[i], self._claims[j]) or self._other_members(i, j)
            or self._better(i, j, near) or self._better(j, i, near) or self._family(i, j, near)
        )  # fmt: skip

    def _other_subjects(self, i: int, j: int) -> bool:
        """Whether their articles are about two products, each by a name that the other one never uses."""
        one, other = self._claims[i], self._claims[j]
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

    def _other_members(self, i: int, j: int) -> bool:
        """Whether they name, or their articles are about, different things of one sort."""
        one, other = self._claims[i], self._claims[j]
        names = self._names[one.article], self._names[other.article]
        if one.article != other.article and not names[0] & names[1] and any(a & b for a in names[0] for b in names[1]):
            return True  # "Silver" and "Silver Plus": names with a word in common are two names
        mine, theirs = self._own(one), self._own(other)
        return bool(mine - theirs - other.whole and theirs - mine - one.whole) or self._families.apart(
            one.article, one.names, other.article, other.names
        )

    def _own(self, claim: Claim) -> frozenset[str]:
        """Names in the clause, or else those of the article."""
        return claim.words & self._proper or frozenset(word for name in self._names[claim.article] for word in name)

    def _explained(self, i: int, j: int) -> bool:
        """Whether the sentence of one states the other's value too: then it lists several."""
        mine, theirs = self._claims[i], self._claims[j]
        others = self._sentences[mine.article, mine.sentence]
        return any(n != i and agree(self._claims[n].quantity, theirs.quantity) for n in others)

    def _better(self, i: int, j: int, near: Mapping[int, list[tuple[int, float]]]) -> bool:
        """Whether the other's article has a likelier counterpart for the first claim, which agrees with it."""
        return self._rival(i, j, near) >= 0

    def _rival(self, i: int, j: int, near: Mapping[int, list[tuple[int, float]]]) -> float:
        """How much likelier than the other claim is the likeliest counterpart in its article that agrees."""
        mine, theirs = self._claims[i], self._claims[j]
        likeness = self._likeness(i, j)
        for n, _ in near.get(i, []):
            found = self._claims[n]
            there = n != j and found.article == theirs.article and found.article != mine.article
            if there and agree(found.quantity, mine.quantity) and not _other_things(found, mine):
                return self._likeness(i, n) - likeness
        return -1.0

    def _likeness(self, i: int, j: int) -> float:
        return sum(float(rows[i] @ rows[j]) for rows in self._vectors) / 2

    def _family(self, i: int, j: int, near: Mapping[int, list[tuple[int, float]]]) -> bool:
        """Whether this wording stands in several articles with a number of its own in most of them."""
        if self._claims[i].article == self._claims[j].article:
            return False
        alike = {
            n
            for k in (i, j)
            for n, _ in near.get(k, [])
            if float(self._vectors.said[k] @ self._vectors.said[n]) >= SAME_WORDING
        }
        own = {n for k in (i, j) for n in self._sentences[self._claims[k].article, self._claims[k].sentence]}
        group = {n for n in alike - own if not any(_other_things(self._claims[n], self._claims[k]) for k in (i, j))} | {
            i,
            j,
        }
        values = {(round(self._claims[n].quantity.low, 4), round(self._claims[n].quantity.high, 4)) for n in group}
        return len(values) >= FAMILY and 2 * len(values) > len({self._claims[n].article for n in group})


def _subjects(readings: Sequence[Reading]) -> dict[str, frozenset[str]]:
    """Without names that a fifth of all articles are about or speak of, such as the company's."""
    most = max(2, len(readings) / 5)
    seen = Counter(stemmed for reading in readings for stemmed in reading.words)
    return {reading.article: frozenset(w for w in reading.subject if seen[stem(w)] <= most) for reading in readings}


def _parallel(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles have a frame in common and something of their own each: "Gold: fees" and "Silver: fees"."""
    return bool(one - other and other - one) and 2 * len(one & other) >= (len(one) + len(other)) / 2


def _other_things(one: Claim, other: Claim) -> bool:
    """Whether both name something with a number, and not the same: Fibre 75 and Fibre 150."""
    mine, theirs = numbered(one), numbered(other)
    return bool(mine and theirs and not mine & theirs)


def _different(values: Sequence[Quantity]) -> int:
    kept: list[Quantity] = []
    for value in values:
        if not any(agree(value, one) for one in kept):
            kept.append(value)
    return len(kept)
