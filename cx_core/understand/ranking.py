"""What meaning and words say of an article, brought together in one order, and whether anything there answers.

Three things speak for an article: its words (BM25 of all of it), its title's words (BM25 of that alone), and how near
its nearest piece is in meaning. The first two are told in standard deviations over all articles that may be seen, since
their size says little by itself; cosines mean the same for every question. `python -m bench retrieval` chose the
shares by cross-validation.

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


class Shares(NamedTuple):
    """How much speaks for what."""

    words: float
    """Of the whole: what the words say. The rest is meaning."""
    title: float
    """Of the words: what the title's say."""


SHARES = Shares(words=0.3, title=0.3)

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


LEAD = Curve(weight=0.95, middle=0.87)
"""From the lead to how likely something answers: logistic regression on questions of two help desks with and without
an answer. The bench fits it anew for each fold."""

NEAR = Curve(weight=15.0, middle=0.3)
"""What the best one's cosine takes from it: a question about the weather is as far from every article, and some article
leads by a chance word. Answerable questions are seldom farther than 0.35. Questions that a help desk gets say little
of this one, whether answered or not, so that it is not fitted on them."""


class Candidate(NamedTuple):
    """What speaks for an article."""

    words: float
    title: float
    cosine: float | None
    """None where meaning could not be asked."""


def scores(candidates: Sequence[Candidate], shares: Shares = SHARES) -> list[float]:
    """Greater is better, in standard deviations."""
    return [_score(one, shares) for one in candidates]


def farther(cosine: float, shares: Shares = SHARES) -> float:
    """What so much less of a cosine takes from a score."""
    return _meaning(cosine, shares)


def lead(scored: Sequence[float], shares: Shares = SHARES) -> float:
    """How far the best stands above the mean of those behind it, in standard deviations."""
    if not scored:
        return 0.0
    best, *behind = sorted(scored, reverse=True)[: BEHIND + 1]
    behind += [min([_meaning(FAR, shares), *behind])] * (BEHIND - len(behind))
    return best - sum(behind) / BEHIND


def nearness(candidates: Sequence[Candidate], shares: Shares = SHARES) -> float:
    """What the cosine of the best leaves of how likely something answers; 0 where meaning could not be asked."""
    best = max(candidates, key=lambda one: _score(one, shares), default=None)
    return 0.0 if best is None or best.cosine is None else NEAR(best.cosine)


def answered(candidates: Sequence[Candidate], shares: Shares = SHARES, curve: Curve = LEAD) -> float:
    """How likely something answers, 0 to 1; 0 where meaning could not be asked."""
    return curve(lead(scores(candidates, shares), shares)) * nearness(candidates, shares)


def standing(scored: Floats, seen: NDArray[np.bool_]) -> Floats:
    """BM25 scores in standard deviations from the mean of those that may be seen."""
    known = scored[seen]
    spread = float(known.std()) if known.size else 0.0
    if spread == 0.0:
        return np.zeros_like(scored)
    return np.asarray((scored - known.mean()) / spread, dtype=np.float32)


def _score(one: Candidate, shares: Shares) -> float:
    return _words(one, shares) * shares.words + _meaning(one.cosine, shares)


def _words(one: Candidate, shares: Shares) -> float:
    return (1 - shares.title) * one.words + shares.title * one.title


def _meaning(cosine: float | None, shares: Shares) -> float:
    return 0.0 if cosine is None else (1 - shares.words) * cosine / SPREAD
