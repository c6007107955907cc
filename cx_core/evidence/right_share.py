"""The share of cases that were right, from those that were drawn for review, with an interval.

Each case counts for one over the probability with which it was drawn (Hájek 1971). The interval is Wilson's (1927) at
95 %, on the effective number of cases (Kish 1965), so that it is the plain one where all shares were alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.959964
"""Of a normal distribution, 95 % lies within so many standard deviations."""


@dataclass(frozen=True)
class DrawnShare:
    """A share in 0..1 with its interval, and from how many cases."""

    cases: int
    share: float
    low: float
    high: float


def drawn_share(cases: Sequence[tuple[float, bool]]) -> DrawnShare | None:
    """Estimate the share that was right from probabilities of being drawn, and whether it was; None without cases."""
    if not cases:
        return None
    weights = [1 / probability for probability, _ in cases]
    total = sum(weights)
    share = sum(weight for weight, (_, right) in zip(weights, cases, strict=True) if right) / total
    number = total**2 / sum(weight**2 for weight in weights)
    middle = (share + Z**2 / (2 * number)) / (1 + Z**2 / number)
    half = Z / (1 + Z**2 / number) * math.sqrt(share * (1 - share) / number + Z**2 / (4 * number**2))
    return DrawnShare(len(cases), share, max(0.0, middle - half), min(1.0, middle + half))
