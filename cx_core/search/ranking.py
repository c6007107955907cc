"""What meaning and words say of an article, brought together in one order, and whether anything there answers.

An article's score is the weighted sum of two: BM25 of its words, title included, and the cosine of its nearest piece.
BM25 counts in standard deviations over all articles that may be seen, since its size says little by itself; cosines
mean the same for every question. A share for the title, other shares and reciprocal rank fusion were tried: in nested
cross-validation none was clearly better than this sum (docs/knowledge.md).

Whether something answers shows in how far the best article stands above those behind it: where nothing does, many are
about as near as the first. And it must be near at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


WORDS = 0.3
"""The share of the words in a score; the rest is meaning. Taken over from the plain sum that the bench measures beside
the index, and not fitted."""

SPREAD = 0.11
"""The usual standard deviation of a question's cosines with all articles, so that they count in the same measure."""

BEHIND = 9
"""The places after the first that its lead is measured against: second to tenth."""

FAR = 0.13
"""The usual cosine of a question and an article about something else: stands for places that nobody has."""


class Curve(NamedTuple):
    """A logistic curve from 0 to 1: how steep, and where it is a half."""

    weight: float
    middle: float

    def __call__(self, x: float) -> float:
        return 1.0 / (1.0 + math.exp(-self.weight * (x - self.middle)))


LEAD = Curve(weight=1.1, middle=0.78)
"""From the lead to how likely something answers: logistic regression on questions of two help desks with and without
an answer, both together. Which of two questions is likelier answered does not depend on it. The bench fits it anew
for each fold."""

NEAR = Curve(weight=15.0, middle=0.3)
"""What the best one's cosine takes from it: a question about the weather is as far from every article, and some article
leads by a chance word. Answerable questions are seldom farther than 0.35. Questions that a help desk gets say little
of this one, whether answered or not, so that it is not fitted on them."""


class RankedCandidate(NamedTuple):
    """What speaks for an article."""

    words: float
    cosine: float | None
    """None where meaning could not be asked."""


def scores(candidates: Sequence[RankedCandidate]) -> list[float]:
    """Greater is better, in standard deviations."""
    return [_score(candidate) for candidate in candidates]


def farther(cosine: float) -> float:
    """What so much less of a cosine takes from a score."""
    return _meaning(cosine)


def lead(scored: Sequence[float]) -> float:
    """How far the best stands above the mean of those behind it, in standard deviations."""
    if not scored:
        return 0.0
    best, *behind = sorted(scored, reverse=True)[: BEHIND + 1]
    behind += [min([_meaning(FAR), *behind])] * (BEHIND - len(behind))
    return best - sum(behind) / BEHIND


def nearness(candidates: Sequence[RankedCandidate]) -> float:
    """What the cosine of the best leaves of how likely something answers; 0 where meaning could not be asked."""
    best = max(candidates, key=_score, default=None)
    return 0.0 if best is None or best.cosine is None else NEAR(best.cosine)


def answered(candidates: Sequence[RankedCandidate], curve: Curve = LEAD) -> float:
    """How likely something answers, 0 to 1; 0 where meaning could not be asked."""
    return curve(lead(scores(candidates))) * nearness(candidates)


def standing(scored: Floats, seen: NDArray[np.bool_]) -> Floats:
    """BM25 scores in standard deviations from the mean of those that may be seen."""
    known = scored[seen]
    spread = float(known.std()) if known.size else 0.0
    if spread == 0.0:
        return np.zeros_like(scored)
    return np.asarray((scored - known.mean()) / spread, dtype=np.float32)


def _score(candidate: RankedCandidate) -> float:
    return WORDS * candidate.words + _meaning(candidate.cosine)


def _meaning(cosine: float | None) -> float:
    return 0.0 if cosine is None else (1 - WORDS) * cosine / SPREAD
