"""How alike two claims are in what they speak of, as numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from cx_core.learn.claims import Claim
from cx_core.learn.quantities import Quantity


class Weights:
    """How much a word tells, from the articles themselves: the rarer, the more."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        seen: Counter[str] = Counter()
        count = 0
        for claim in claims:
            seen.update(claim.whole | claim.words)
            count += 1
        self._all = max(count, 1)
        self._tells = {word: math.log1p(self._all / (1 + often)) for word, often in seen.items()}
        self._unseen = math.log1p(self._all)

    def of(self, words: Iterable[str]) -> float:
        return sum(self._tells.get(word, self._unseen) for word in words)

    def dice(self, one: frozenset[str], other: frozenset[str]) -> float:
        whole = self.of(one) + self.of(other)
        return 2 * self.of(one & other) / whole if whole else 0.0

    def within(self, one: frozenset[str], other: frozenset[str]) -> float:
        """The share of the shorter one's words that the other has."""
        least = min(self.of(one), self.of(other))
        return self.of(one & other) / least if least else 0.0


def features(one: Claim, other: Claim, said: float, about: float, weights: Weights) -> dict[str, float]:
    """Each between 0 and 1, but `extra`: what the fuller clause has in words that the other's article part lacks."""
    a, b = one.quantity, other.quantity
    short = min(len(one.words), len(other.words)) <= 2
    left, right = weights.of(one.words - other.whole), weights.of(other.words - one.whole)
    return {
        "said": said,
        "about": about,
        "words": weights.dice(one.words, other.words),
        "within": 0.0 if short else weights.within(one.words, other.words),
        "near": weights.dice(one.near, other.near),
        "whole": weights.dice(one.whole, other.whole),
        "shared": min(weights.of(one.words & other.whole) + weights.of(other.words & one.whole), 40.0) / 40,
        "role": float(bool(one.role) and one.role == other.role),
        "other_role": float(bool(one.role and other.role) and one.role != other.role),
        "rate": float(bool(a.rate and b.rate) and a.rate == b.rate),
        "other_rate": float(bool(a.rate and b.rate) and a.rate != b.rate),
        "other_names": float(bool(one.names and other.names and not one.names & other.names)),
        "one_named": float(bool(numbered(one)) != bool(numbered(other))),
        "same_names": float(bool(one.names & other.names)),
        "unit": float(a.unit == b.unit),
        "free": float(a.kind == "money" and 0.0 in (a.high, b.high)),
        "count": float(a.kind == "count"),
        "short": float(short),
        "apart": min(left, right) / 10,
        "extra": max(left, right) / 10,
        "scale": _scale(a, b),
        "article": float(one.article == other.article),
        "section": float(one.article == other.article and one.section == other.section),
    }


def numbered(claim: Claim) -> frozenset[str]:
    """The names with a number that it speaks of."""
    return frozenset(name for name in claim.names if name[-1:].isdigit())


def _scale(a: Quantity, b: Quantity) -> float:
    """How far apart the values are, in powers of ten over three: minutes and weeks are rarely said of one thing."""
    if not a.high or not b.high or a.kind not in ("period", "money", "size", "count"):
        return 0.0
    days = {"month": 30.0, "year": 365.0}
    ratio = a.high * days.get(a.unit, 1.0) / (b.high * days.get(b.unit, 1.0))
    return min(abs(math.log10(ratio)) / 3, 1.0)
