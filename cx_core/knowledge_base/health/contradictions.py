"""Two passages that speak of one thing and state different numbers.

Pairs of claims alike in meaning are weighed by how sure it is that they are about the same; those that name different
products, are explained by another number of the same passage, or belong to a family of texts that differ on purpose
(one article a product) are left out. What is found is for a person: precision comes first.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.knowledge_base.health.claim_similarity import features, numbered
from cx_core.knowledge_base.health.claims import ArticleClaim, ArticleReading
from cx_core.knowledge_base.health.corpus_statistics import Surroundings
from cx_core.knowledge_base.health.quantities import agree
from cx_core.knowledge_base.health.value_lists import Lists

NEAR = 0.36
"""Cosine, mean of both, below which a pair is not looked at."""
MOST = 24
"""Neighbours of a claim that are looked at."""
SURE = 0.7
"""From which a pair is a finding."""
RIVAL = 0.2
"""From so much less alike on a counterpart that agrees says nothing."""
BLOCK = 1024
SIBLINGS, ALIGNED = 5, 0.6
"""As many contradictions between two articles, more than sentences so alike that agree: each is about its own thing."""
FAMILY = 3
"""So many different values in as many texts of one wording are a family that differs on purpose."""
SAME_WORDING = 0.93

WEIGHTS: Mapping[str, float] = {
    "said": 2.50,
    "first": 1.90,
    "lead": 1.90,
    "about": 1.50,
    "whole": 1.22,
    "role": 1.00,
    "shared": 0.85,
    "unit": 0.40,
    "near": 0.25,
    "strangers": -0.49,
    "extra": -0.64,
    "rival": -0.71,
    "free": -0.77,
    "apart": -0.87,
    "strange": -0.91,
    "topic": -1.20,
    "count": -1.33,
    "one_named": -1.41,
    "other_rate": -1.82,
    "scale": -2.06,
    "other_names": -2.20,
    "own": -1.50,
    "section": -3.00,
    "special": -9.00,
    "article": -6.14,
}
"""Logistic regression within bounds set by hand, on restated and natural alterations of the shipped articles and of
three small businesses, by hand and by script, and on pairs of 1,172 public help articles; see docs/knowledge.md."""
INTERCEPT = -3.17
BEGINNING, ENDING = ("least", "after", "over"), ("most",)
"""Roles of a time of day or a date: "from 3 pm", "by 11 am"."""
AT_BEST: dict[str, float] = {"first": 1.0, "lead": 1.0}
"""What a pair can gain by how it stands among its like."""


class SentenceVectors(NamedTuple):
    """Rows of unit length, one a claim: of `Claim.said` and of `Claim.about`."""

    said: NDArray[np.float32]
    about: NDArray[np.float32]


class Clash(NamedTuple):
    one: int
    other: int
    sureness: float


def clashes(
    readings: Sequence[ArticleReading],
    vectors: SentenceVectors,
    *,
    changed: Collection[str] | None = None,
    sure: float = SURE,
    around: Surroundings | None = None,
) -> tuple[Clash, ...]:
    """Pairs that contradict, surest first, one for each two sentences. `changed`: only with one of these articles.
    `around`: what all articles tell, where these are not all."""
    look = Looking(readings, vectors, around or Surroundings(readings))
    best: dict[tuple[object, ...], Clash] = {}
    for i, j, values in look.pairs(lambda claim: changed is None or claim.article in changed, sure):
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

    def __init__(self, readings: Sequence[ArticleReading], vectors: SentenceVectors, around: Surroundings) -> None:
        self._claims = claims = [claim for reading in readings for claim in reading.claims]
        self._vectors, self._around = vectors, around
        self._lists = Lists(claims)
        self._near_all: dict[int, list[tuple[int, float]]] = {}
        self._kinds: dict[str, list[int]] = defaultdict(list)
        self._sentences: dict[tuple[str, int], list[int]] = defaultdict(list)
        for n, claim in enumerate(claims):
            self._kinds[claim.quantity.kind].append(n)
            self._sentences[claim.article, claim.sentence].append(n)

    def pairs(
        self, wanted: Callable[[ArticleClaim], bool], sure: float = 0.0
    ) -> Iterator[tuple[int, int, dict[str, float]]]:
        """Those with a claim that is wanted, with what they have in common. Excuses take longest to find: only what is
        sure enough is tried for them."""
        asked = [wanted(claim) for claim in self._claims]
        for members in self._kinds.values():
            near = self._near(np.asarray(members))
            self._near_all |= near
            for i, found in near.items():
                for j, likeness in found:
                    if i < j and (asked[i] or asked[j]) and self._comparable(i, j):
                        values = self.values(i, j)
                        if probability(values | AT_BEST) < sure:
                            continue
                        values |= self._standing(i, j, near)
                        if probability(values) >= sure and not self._excused(i, j, likeness, near):
                            yield i, j, values

    def without_siblings(self, found: Sequence[Clash]) -> list[Clash]:
        """Without those of two articles that surely differ in more than they agree in: members of one family."""
        between = [frozenset(self._claims[n].article for n in (clash.one, clash.other)) for clash in found]
        surely = (articles for clash, articles in zip(found, between, strict=True) if clash.sureness >= SURE)
        siblings = {
            articles
            for articles, often in Counter(surely).items()
            if len(articles) == 2 and often >= SIBLINGS and self._agreeing(articles) < often
        }
        return [clash for clash, articles in zip(found, between, strict=True) if articles not in siblings]

    def _agreeing(self, articles: frozenset[str]) -> int:
        """Sentences of one that say with the same value what the other says."""
        first = min(articles)
        return len(
            {
                self._claims[i].sentence
                for i, near in self._near_all.items()
                if self._claims[i].article == first
                and any(
                    likeness >= ALIGNED
                    and {self._claims[j].article, first} == articles
                    and agree(self._claims[i].quantity, self._claims[j].quantity)
                    for j, likeness in near
                )
            }
        )

    def places(self, i: int, j: int) -> tuple[object, ...]:
        one, other = self._claims[i], self._claims[j]
        return (one.article, one.sentence, other.article, other.sentence)

    def values(self, i: int, j: int) -> dict[str, float]:
        said, about = (float(rows[i] @ rows[j]) for rows in self._vectors)
        one, other = self._claims[i], self._claims[j]
        return features(one, other, said, about, self._around.weights) | {
            "special": float(self._around.special(one, other)),
            "own": self._around.own(one, other),
            "strangers": float(self._around.strangers(one, other)),
            "strange": self._around.strange(one, other),
        }

    def _standing(self, i: int, j: int, near: Mapping[int, list[tuple[int, float]]]) -> dict[str, float]:
        """How the two stand among all that is like them: whether each is what the other is most like."""
        ranks = []
        for a, b in ((i, j), (j, i)):
            others = [(n, s) for n, s in near[a] if self._claims[n].article != self._claims[a].article]
            at = next((n for n, (k, _) in enumerate(others) if k == b), len(others))
            ranks.append(1 / (1 + sum(not self._seconds(k, b, self._likeness(a, b)) for k, _ in others[:at])))
        lead = (self._lead(i, j, near) + self._lead(j, i, near)) / 2
        if self._lists.standing(i, j) == "alone":
            return {"first": 1.0, "lead": lead}
        rival = max(self._rival(i, j, near), self._rival(j, i, near))
        return {
            "first": (ranks[0] + ranks[1]) / 2,
            "rival": max(0.0, 1 + rival / RIVAL),
            "lead": lead,
        }

    def _seconds(self, other: int, one: int, least: float) -> bool:
        """Whether another claim states the same as one, of what is as like: then it takes no place before it."""
        return agree(self._claims[one].quantity, self._claims[other].quantity) and self._likeness(one, other) >= least

    def _lead(self, i: int, j: int, near: Mapping[int, list[tuple[int, float]]]) -> float:
        """How much likelier the other claim is than the likeliest in other articles than these two."""
        mine, theirs = self._claims[i].article, self._claims[j].article
        rest = [s for n, s in near[i] if self._claims[n].article not in (mine, theirs)][:3]
        return min(max((self._likeness(i, j) - (sum(rest) / len(rest) if rest else NEAR)) / 0.4, -1.0), 1.0)

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

    def _comparable(self, i: int, j: int) -> bool:
        one, other = self._claims[i], self._claims[j]
        if (one.article, one.sentence) == (other.article, other.sentence):
            return False
        return not agree(one.quantity, other.quantity)

    def _excused(self, i: int, j: int, likeness: float, near: Mapping[int, list[tuple[int, float]]]) -> bool:
        one, other = self._claims[i], self._claims[j]
        apart = self._around.other_subjects(one, other) or self._around.other_members(one, other)
        standing = self._lists.standing(i, j)
        if standing == "alone":
            return apart or self._family(i, j, near)
        return (
            apart
            or standing == "apart"
            or self._explained(i, j)
            or self._explained(j, i)
            or _other_things(one, other)
            or _other_ends(one, other)
            or self._better(i, j, near)
            or self._better(j, i, near)
            or self._family(i, j, near)
        )

    def _explained(self, i: int, j: int) -> bool:
        """Whether the sentence of one states the other's value too: then it lists several."""
        mine, theirs = self._claims[i], self._claims[j]
        others = self._sentences[mine.article, mine.sentence]
        return any(n != i and agree(self._claims[n].quantity, theirs.quantity) for n in others)

    def _better(self, i: int, j: int, near: Mapping[int, list[tuple[int, float]]]) -> bool:
        """Whether the other's article has a likelier counterpart for the first claim, which agrees with it."""
        return self._rival(i, j, near) >= 0

    def _lists_it(self, n: int, i: int, j: int) -> bool:
        """Whether n is another place of a list in which one of the two stands as well."""
        one = self._claims[n]
        if any(agree(one.quantity, self._claims[k].quantity) for k in (i, j)):
            return False
        return any(
            agree(self._claims[m].quantity, self._claims[k].quantity)
            for m in self._sentences[one.article, one.sentence]
            for k in (i, j)
        )

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
        group = {
            n
            for n in alike - own
            if not any(_other_things(self._claims[n], self._claims[k]) for k in (i, j)) and not self._lists_it(n, i, j)
        } | {i, j}
        values = {(round(self._claims[n].quantity.low, 4), round(self._claims[n].quantity.high, 4)) for n in group}
        return len(values) >= FAMILY and 2 * len(values) > len({self._claims[n].article for n in group})


def _other_things(one: ArticleClaim, other: ArticleClaim) -> bool:
    """Whether both name something with a number, and not the same: Fibre 75 and Fibre 150."""
    mine, theirs = numbered(one), numbered(other)
    return bool(mine and theirs and not mine & theirs)


def _other_ends(one: ArticleClaim, other: ArticleClaim) -> bool:
    """Whether of two times one says when something begins and the other when something ends."""
    if one.quantity.kind not in ("clock", "day", "weekday"):
        return False
    ends = {role in BEGINNING for role in (one.role, other.role) if role in BEGINNING or role in ENDING}
    return len(ends) == 2
