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
from cx_core.learn.kinship import Weights, features, numbered
from cx_core.learn.quantities import agree

NEAR = 0.42
"""Cosine, mean of both, below which a pair is not looked at."""
MOST = 24
"""Neighbours of a claim that are looked at."""
SURE = 0.65
"""From which a pair is a finding."""
NEARLY = 0.05
"""As much less alike may the counterpart be that agrees."""
BLOCK = 1024
FAMILY = 3
"""So many different values in as many texts of one wording are a family that differs on purpose."""
SAME_WORDING = 0.93

WEIGHTS: Mapping[str, float] = {
    "said": 4.00, "about": 2.00, "words": 0.70, "within": 0.70, "near": 0.70, "whole": 0.50, "shared": 0.50,
    "role": 0.80, "rate": 0.36, "same_names": 0.20, "unit": 0.35, "other_role": -0.29, "other_rate": -1.02,
    "other_names": -3.00, "one_named": -1.54, "free": -5.00, "count": -0.29, "apart": -1.14, "extra": -0.75,
    "article": -2.00, "section": -3.00, "special": -7.57, "strangers": -1.00, "scale": -0.87,
}  # fmt: skip
"""Logistic regression within bounds set by hand, on restated and natural alterations of the shipped articles and on
pairs of 1,172 public help articles; see docs/knowledge.md."""
INTERCEPT = -2.89


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
    return tuple(sorted(best.values(), key=lambda clash: -clash.sureness))


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
            for i, found in near.items():
                for j, likeness in found:
                    if i < j and self._wanted(i, j, changed):
                        values = self.values(i, j)
                        if probability(values) >= sure and not self._excused(i, j, likeness, near):
                            yield i, j, values

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
        special = one.case - self._articles[other.article] or other.case - self._articles[one.article]
        return features(one, other, said, about, self._weights) | {
            "special": float(bool(special)), "strangers": float(all(strange)),
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
            or _other_things(self._claims[i], self._claims[j])
            or self._better(i, j, near) or self._better(j, i, near) or self._family(i, j, near)
        )  # fmt: skip

    def _other_subjects(self, i: int, j: int) -> bool:
        """Whether their articles are about two products, each by a name that the other one never uses."""
        one, other = self._claims[i], self._claims[j]
        mine, theirs = self._subjects[one.article], self._subjects[other.article]
        if one.article == other.article:
            if one.quantity.kind == "phone":
                return True  # an article that gives several numbers means several
            return len(one.words & other.words) < 2 or _parallel(stems(one.heading), stems(other.heading))
        named = self._named[one.article], self._named[other.article]
        if named[0] != named[1] and named[0] & named[1]:
            return True  # "Silver Account: fees" and "Silver Plus Account: fees" are two products
        titles = self._titles[one.article], self._titles[other.article]
        if _parallel(*titles) and titles[0] - self._articles[other.article] and titles[1] - self._articles[one.article]:
            return True
        related = mine & theirs
        mine_only = {word for word in mine - theirs if stem(word) not in self._articles[other.article]}
        theirs_only = {word for word in theirs - mine if stem(word) not in self._articles[one.article]}
        return bool(mine_only and theirs_only) or bool(related and (mine_only or theirs_only))

    def _explained(self, i: int, j: int) -> bool:
        """Whether the sentence of one states the other's value too: then it lists several."""
        mine, theirs = self._claims[i], self._claims[j]
        others = self._sentences[mine.article, mine.sentence]
        return any(n != i and agree(self._claims[n].quantity, theirs.quantity) for n in others)

    def _better(self, i: int, j: int, near: Mapping[int, list[tuple[int, float]]]) -> bool:
        """Whether the other's article has a likelier counterpart for the first claim, which agrees with it."""
        mine, theirs = self._claims[i], self._claims[j]
        likeness = self._likeness(i, j)
        for n, _ in near.get(i, []):
            found = self._claims[n]
            if n != j and found.article == theirs.article and found.article != mine.article:
                likelier = self._likeness(i, n) >= likeness - NEARLY
                if likelier and agree(found.quantity, mine.quantity) and not _other_things(found, mine):
                    return True
        return False

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
