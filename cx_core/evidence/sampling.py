"""Which acts are reviewed, and with what probability.

Each stratum (a task type with a band of amount, novelty and uncertainty) is reviewed in full after a raise and after
an error found in it, until `full` reviews in a row found nothing. From then on its share is `full` over the number of
such reviews, so that reviews grow as the square root of acts, and never less than the floor. Where the reviewers'
time does not suffice, the shares that have already come down are lowered together, none under the floor. Full review
is not given up for lack of time: what is missing is told, and the copilot has to act alone less often.

Shares depend on earlier reviews only. The draw is a hash of a secret seed and the act's id: the same however often it
is asked, and not to be foreseen from what the act is. Exceptions are reviewed for certain. The probabilities are
those that `sampled_error` divides by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cx_core.errors import BadInput

FLOOR = 0.05
FULL = 72
"""Clean reviews that end full review: as many as earn a bound of 5 % (`promotion`)."""


@dataclass(frozen=True)
class Stratum:
    """Acts a day that are expected, minutes a review, and clean reviews since the raise or the last error."""

    name: str
    acts: float
    minutes: float
    clean: int


@dataclass(frozen=True)
class ReviewDraw:
    """Whether an act is reviewed, and the probability that it would be."""

    reviewed: bool
    probability: float


@dataclass(frozen=True)
class ReviewPlan:
    """Shares of a day by stratum, in 0..1; minutes that its reviews take, and how many of them nobody has."""

    shares: tuple[tuple[str, float], ...]
    minutes: float
    missing_minutes: float

    def draw(self, seed: str, act: str, stratum: str, exception: bool = False) -> ReviewDraw:
        """Decide on one act. An exception, or an act of a stratum that was not planned for, is reviewed."""
        share = 1.0 if exception else dict(self.shares).get(stratum, 1.0)
        return ReviewDraw(reviewed=chance(seed, act) < share, probability=share)


def review_plan(strata: Sequence[Stratum], minutes: float, floor: float = FLOOR, full: int = FULL) -> ReviewPlan:
    """Fit the shares to the reviewers' minutes a day. Raises BadInput for a floor outside 0..1 or negative figures."""
    if not 0 < floor <= 1:
        raise BadInput(f"a floor of {floor} is not between 0 and 1")
    if minutes < 0 or any(one.acts < 0 or one.minutes < 0 or one.clean < 0 for one in strata):
        raise BadInput("acts, minutes and clean reviews cannot be negative")
    wanted = np.array([float(wanted_share(one.clean, floor, full)) for one in strata])
    work = np.array([one.acts * one.minutes for one in strata])

    def lowered(scale: float) -> NDArray[np.float64]:
        return np.where(wanted < 1, np.maximum(floor, scale * wanted), 1.0)

    low, high = 0.0, 1.0
    if work @ lowered(1.0) > minutes:
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if work @ lowered(middle) <= minutes else (low, middle)
    else:
        low = 1.0
    shares = lowered(low)
    needed = float(work @ shares)
    names = tuple((one.name, float(share)) for one, share in zip(strata, shares, strict=True))
    return ReviewPlan(names, needed, max(0.0, needed - minutes))


def wanted_share(clean: ArrayLike, floor: float = FLOOR, full: int = FULL) -> NDArray[np.float64]:
    """Return the share that is reviewed after so many clean reviews in a row, if there is time for it."""
    return np.clip(full / np.maximum(np.asarray(clean, dtype=np.float64), 1), floor, 1.0)


def chance(seed: str, act: str) -> float:
    """Return a number in 0..1, evenly spread over acts and always the same for one."""
    digest = hashlib.blake2b(act.encode(), key=hashlib.sha256(seed.encode()).digest(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53
