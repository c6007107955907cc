"""The error rate of all acts, and the money lost, from the acts that were drawn for review.

Each act is drawn with a probability that is fixed before it is reviewed and never under `floor`. What a review finds
is divided by that probability (Horvitz and Thompson 1952), so that the mean over all acts, those not drawn counting
0, is unbiased whatever the strata are and however the shares adapt to earlier reviews.

The upper bound bets against that mean, as in Waudby-Smith and Ramdas 2024 (arXiv 2010.09686) and "Risk-limiting
financial audits" (Shekhar, Xu, Lipton, Liang and Ramdas 2023, arXiv 2305.06884). For a fixed stake `s` below the
floor the product of (1 - s z) / (1 - s y), with z what the draw gives for an act that lost y, is a martingale. Since
the logarithm is concave, the product of (1 - s y) is at most (1 - s mean) to the number of acts. So the mean over
stakes of product(1 - s z) / (1 - s m) ** acts reaches 1 / alpha with a probability of at most alpha at any look, with
m the mean of the acts done until then. The bound is the m at which it does. It needs neither independent acts nor a
constant rate: it speaks of the acts that were done, not of those to come. The stakes are fixed for that reason:
stakes that grew with the review share would let many reviews of an early, better time hide later errors.

Acts reviewed for certain are known and add no doubt, if reviewers miss nothing. Otherwise they and the drawn ones
each have a bound with half of alpha.

Reviewers err. It is assumed that a review misses an error with a probability of at most `missed` and calls a right
act wrong with a probability of `false_alarms`, whatever the earlier reviews were. The estimate corrects for both
(Rogan and Gladen 1978), and is unbiased if both are exact. The bound corrects for `missed` only: overstated false
alarms must not hide errors.

An act enters once its review is in, or when it was not drawn, in the order of acting: if errors took longer to review
and were left out meanwhile, both figures would be too low. Losses are whole numbers: 0 or 1 with a `cap` of 1, money
in minor units with the most that one act can lose as the cap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike, NDArray

from cx_core.errors import BadInput
from cx_core.evidence.promotion import fewest, log_sum

_POINTS, _LENGTHS = leggauss(64)
STAKES: NDArray[np.float64] = 1 - ((_POINTS + 1) / 2) ** 2
"""Stakes as shares of the floor. The square puts many close to 1, where few errors are best bet against."""
_LOG_PRIOR = np.log(_LENGTHS / _LENGTHS.sum())


@dataclass(frozen=True)
class DrawnActs:
    """Acts that were drawn with probabilities of at least `floor`."""

    floor: float
    acts: int = 0
    found: tuple[float, ...] = ()
    """Of each review that found a loss: share of the cap, times floor, over the probability. In 0..1."""

    def add(self, probability: float, share: float) -> DrawnActs:
        found = (*self.found, share * self.floor / probability) if share else self.found
        return replace(self, acts=self.acts + 1, found=found)

    @property
    def total(self) -> float:
        """Return the estimated loss of all acts, in caps."""
        return sum(self.found) / self.floor

    def upper(self, alpha: float) -> float:
        """Return the upper bound of the mean loss as a share of the cap."""
        if not self.acts:
            return 1.0
        bets = np.log1p(-np.outer(np.array(self.found), STAKES)).sum(axis=0)
        needed = -math.log(alpha)
        if float(log_capital(bets, self.acts, self.floor, 1.0)) < needed:
            return 1.0
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            enough = float(log_capital(bets, self.acts, self.floor, middle)) >= needed
            low, high = (low, middle) if enough else (middle, high)
        return high


def _for_certain() -> DrawnActs:
    return DrawnActs(1.0)


@dataclass(frozen=True)
class SampledError:
    """Acts so far, reviewed or not. `see` gives the next; nothing changes in place.

    Raises BadInput for rates that leave nothing to estimate, and for false alarms in money, whose size is unknown.
    """

    floor: float = 0.05
    alpha: float = 0.05
    cap: int = 1
    missed: float = 0.0
    false_alarms: float = 0.0
    certain: DrawnActs = field(default_factory=_for_certain)
    drawn: DrawnActs | None = None

    def __post_init__(self) -> None:
        if not (0 < self.floor <= 1 and 0 < self.alpha < 1 and self.cap > 0):
            raise BadInput("floor and alpha must lie between 0 and 1, and the cap must be positive")
        if self.missed < 0 or self.false_alarms < 0 or self.missed + self.false_alarms >= 1:
            raise BadInput("reviewers who are as often wrong as right say nothing")
        if self.false_alarms and self.cap > 1:
            raise BadInput("it is not known how much money a false alarm would report")

    def see(self, probability: float, loss: int | None) -> SampledError:
        """Add one act with the probability of its review; `loss` is None where it was not drawn.

        Raises BadInput for a probability under the floor or above 1, a loss outside 0..cap, and an act that was to be
        reviewed for certain and was not.
        """
        if not self.floor <= probability <= 1:
            raise BadInput(f"a probability of {probability} is not between the floor of {self.floor} and 1")
        if loss is not None and not 0 <= loss <= self.cap:
            raise BadInput(f"a loss of {loss} is not between 0 and the cap of {self.cap}")
        share = (loss or 0) / self.cap
        if probability == 1:
            if loss is None:
                raise BadInput("an act that is reviewed for certain needs its review")
            return replace(self, certain=self.certain.add(1.0, share))
        return replace(self, drawn=self._drawn.add(probability, share))

    def see_undrawn(self, acts: int) -> SampledError:
        """Add so many acts at once that were not drawn. Their probabilities, below 1, do not matter."""
        return replace(self, drawn=replace(self._drawn, acts=self._drawn.acts + acts)) if acts else self

    @property
    def acts(self) -> int:
        return self.certain.acts + self._drawn.acts

    @property
    def estimate(self) -> float:
        """Return the mean loss an act, unbiased; below 0 at times with false alarms. NaN without acts."""
        if not self.acts:
            return math.nan
        seen = (self.certain.total + self._drawn.total) / self.acts
        return self.cap * (seen - self.false_alarms) / (1 - self.missed - self.false_alarms)

    @property
    def upper(self) -> float:
        """Return the bound of the mean loss an act; at all looks together it is too low with probability alpha."""
        if not self.acts:
            return float(self.cap)
        alpha = self.alpha / 2 if self.missed else self.alpha
        worst = self._drawn.acts * self._drawn.upper(alpha)
        worst += self.certain.acts * self.certain.upper(alpha) if self.missed else self.certain.total
        return self.cap * min(1.0, worst / self.acts / (1 - self.missed))

    def more_reviews(self, target: float, probability: float | None = None) -> int | None:
        """Return how many further reviews that find nothing bring the bound to `target` or under.

        The acts are drawn with `probability`, by default the floor, so that a review stands for its reciprocal in acts.
        None where the target is out of reach.
        """
        share = self.floor if probability is None else probability

        def enough(acts: int) -> bool:
            if share == 1:
                more = replace(self, certain=replace(self.certain, acts=self.certain.acts + acts))
            else:
                more = replace(self, drawn=replace(self._drawn, acts=self._drawn.acts + acts))
            return more.upper <= target

        acts = fewest(enough)
        return None if acts is None else math.ceil(acts * share)

    @property
    def _drawn(self) -> DrawnActs:
        return self.drawn or DrawnActs(self.floor)


def log_capital(bets: NDArray[np.float64], acts: ArrayLike, floor: float, mean: ArrayLike) -> NDArray[np.float64]:
    """Return the logarithm of what was won against a mean loss of `mean` or more.

    `bets`, of shape (..., stakes), are sums of log(1 - stake * found); `acts` and `mean` have its leading shape.
    """
    shrunk = np.log1p(-STAKES * floor * np.asarray(mean, dtype=np.float64)[..., None])
    return log_sum(_LOG_PRIOR + bets - np.asarray(acts, dtype=np.float64)[..., None] * shrunk)
