"""How alike two claims are in what they speak of, as numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from cx_core.knowledge_base.health.claims import ArticleClaim
from cx_core.knowledge_base.health.quantities import Quantity


class Weights:
    """How much a word tells, from the articles themselves: the rarer, the more."""

    def __init__(self, claims: Iterable[ArticleClaim]) -> None:
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


def features(one: ArticleClaim, other: ArticleClaim, said: float, about: float, weights: Weights) -> dict[str, float]:
    """Each between 0 and 1, but `extra`: what the fuller clause has in words that the other's article part lacks."""
    a, b = one.quantity, other.quantity
    left, right = weights.of(one.words - other.whole), weights.of(other.words - one.whole)
    return {
        "said": said,
        "about": about,
        "near": weights.dice(one.near, other.near),
        "whole": weights.dice(one.whole, other.whole),
        "shared": min(weights.of(one.words & other.whole) + weights.of(other.words & one.whole), 40.0) / 40,
        "role": float(bool(one.role) and one.role == other.role),
        "other_rate": float(bool(a.rate and b.rate) and a.rate != b.rate),
        "other_names": float(bool(one.names and other.names and not one.names & other.names)),
        "one_named": float(bool(numbered(one)) != bool(numbered(other))),
        "unit": float(a.unit == b.unit),
        "free": float(a.kind == "money" and 0.0 in (a.high, b.high)),
        "count": float(a.kind == "count"),
        "apart": min(left, right) / 10,
        "extra": max(left, right) / 10,
        "scale": _scale(a, b),
        "article": float(one.article == other.article),
        "topic": _other_topic(one, other, weights),
        "section": float(one.article == other.article and one.section == other.section),
    }


def _other_topic(one: ArticleClaim, other: ArticleClaim, weights: Weights) -> float:
    """How little of what one's pronoun speaks of is in the other."""
    kept = [weights.of(a.topic & b.whole) / weights.of(a.topic) for a, b in ((one, other), (other, one)) if a.topic]
    return 1 - max(kept) if kept else 0.0


def numbered(claim: ArticleClaim) -> frozenset[str]:
    """The names with a number that it speaks of."""
    return frozenset(name for name in claim.names if name[-1:].isdigit())


def _scale(a: Quantity, b: Quantity) -> float:
    """How far apart the values are, in powers of ten over three: minutes and weeks are rarely said of one thing."""
    if a.written and a.written == b.written and (a.high, a.unit) != (b.high, b.unit):
        return 0.0  # the same number of another unit, "2 minutes" and "2 days", is a slip
    if not a.high or not b.high or a.kind not in ("period", "money", "size", "count"):
        return 0.0
    days = {"month": 30.0, "year": 365.0}
    ratio = a.high * days.get(a.unit, 1.0) / (b.high * days.get(b.unit, 1.0))
    return min(abs(math.log10(ratio)) / 3, 1.0)
