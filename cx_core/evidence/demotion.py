"""When reviewed acts say that errors have become more than is tolerated.

A Shiryaev-Roberts e-detector (Shin, Ramdas and Rinaldo 2023, "E-detectors", arXiv 2203.03532). For each possible
moment of change it bets on a higher rate from then on, and it adds up what these bets have won, averaged over several
higher rates. While each act, given those before, is wrong with a probability of at most `tolerated`, the mean number
of reviewed acts to a false alarm is at least the threshold. That is proved; the share of false alarms at lower rates
is measured by `python -m bench autonomy`. A task type that errs at the tolerated rate itself is called down now and
then.

A `weight` in 0..1 is the size of the bet. Where strata are reviewed with different probabilities, the least of them
divided by the act's own makes every act, reviewed or not, bet the same in expectation: then `tolerated` is a rate of
all acts, not only of those reviewed. Without weights, more reviews where errors are likely only make the alarm
earlier.

A reviewer who calls right acts wrong adds to the rate that is seen. Hard triggers are not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cx_core.errors import BadInput

TOLERATED = 0.02
ALTERNATIVES = (0.05, 0.1, 0.2, 0.4)
THRESHOLD = 2_000.0
"""The lowest tried (1,000, 2,000, 5,000) with at most 5 % false alarms in 2,000 reviewed acts at a true 1 %."""


@dataclass(frozen=True)
class Demotion:
    """Reviewed acts since the level began. `see` gives the next; nothing changes in place.

    Raises BadInput where an alternative is not above the tolerated rate.
    """

    tolerated: float = TOLERATED
    alternatives: tuple[float, ...] = ALTERNATIVES
    threshold: float = THRESHOLD
    won: tuple[float, ...] = ()
    """What the bets on each alternative have won; empty before the first act."""
    called: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.tolerated < min(self.alternatives, default=0) or max(self.alternatives) >= 1:
            raise BadInput(f"alternatives {self.alternatives} must lie between {self.tolerated} and 1")

    def see(self, wrong: bool, weight: float = 1.0) -> Demotion:
        """Add one reviewed act. After the alarm nothing changes. Raises BadInput for a weight outside 0..1."""
        if not 0 <= weight <= 1:
            raise BadInput(f"a weight of {weight} is not between 0 and 1")
        if self.called:
            return self
        before = np.array(self.won or [0.0] * len(self.alternatives))
        won = advance(before, np.array(wrong), self.tolerated, self.alternatives, weight)
        return replace(self, won=tuple(won.tolist()), called=bool(won.mean() >= self.threshold))

    def see_right(self, acts: int) -> Demotion:
        """Add so many right acts at once, each with a weight of 1: the sum of a geometric series."""
        if self.called or acts <= 0:
            return self
        before = np.array(self.won or [0.0] * len(self.alternatives))
        ratio = (1 - np.array(self.alternatives)) / (1 - self.tolerated)
        won = before * ratio**acts + ratio * (1 - ratio**acts) / (1 - ratio)
        return replace(self, won=tuple(won.tolist()), called=bool(won.mean() >= self.threshold))

    @property
    def evidence(self) -> float:
        """Compare with the threshold; 0 before the first act."""
        return float(np.mean(self.won)) if self.won else 0.0


def advance(
    won: NDArray[np.float64],
    wrong: NDArray[np.bool_],
    tolerated: float = TOLERATED,
    alternatives: Sequence[float] = ALTERNATIVES,
    weight: ArrayLike = 1.0,
) -> NDArray[np.float64]:
    """Return what the bets have won after one more act of each stream.

    `won` has the shape (..., alternatives), `wrong` and `weight` have the leading part of it.
    """
    higher = np.asarray(alternatives)
    ratio = np.where(wrong[..., None], higher / tolerated, (1 - higher) / (1 - tolerated))
    after: NDArray[np.float64] = (won + 1) * (1 + np.asarray(weight)[..., None] * (ratio - 1))
    return after
