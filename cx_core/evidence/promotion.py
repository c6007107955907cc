"""Evidence that an error rate is below a bound, which stays valid however often one looks.

A mixture e-process (Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting", JRSS-B,
arXiv 2010.09686). Against "the error rate is at least `bound`" it bets with the likelihood ratio of each lower rate
`q`, and averages over `q` with a Beta(.5, 10) prior cut off at the bound. By Ville's inequality the average ever
reaches 1 / alpha with a probability of at most alpha while the rate is at or above the bound, whenever one stops. The
prior is a sum over fixed nodes: these are a mixture in their own right, so the guarantee does not rest on the
quadrature.

A case's `weight` is the least share of errors that would be noticed in a case like it: 1 where the person answers
first and sees the proposal afterwards, less where they were shown it and may have nodded. A right case of weight `c`
counts as the ratio of `1 - c q` to `1 - c bound`, a wrong one in full as that of `q` to `bound`. If at least the
share `c` of errors is noticed, a wrong case is seen with a probability of at least `c bound`, and the expected factor
is at most 1. So the weight must be settled before the answer is known, and must not be above the true share.
Shrinking the bet alone would not do: where four errors in five go unnoticed, a small bet on a biased case still wins,
only more slowly.

Rates and weights lie in 0..1. The errors of different cases may depend on each other as long as each case, given
those before, is wrong with a probability of at least the rate in question.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike, NDArray

from cx_core.errors import BadInput

SHOWN_WEIGHT = 0.1
"""Of a case whose proposal the person saw before answering, until planted errors say more (`weight_of_shown`).

It holds for people who approve up to nine errors in ten unread; `python -m bench autonomy` has those who approve 80 %.
"""

FAR = 1_000_000
"""Cases beyond which it is said that a bound is not reached."""

_POINTS, _LENGTHS = leggauss(128)
_SHARES: NDArray[np.float64] = ((_POINTS + 1) / 2) ** 2
"""Rates as shares of the bound. The square takes the prior's q ** -.5 into the spacing of the nodes."""


@dataclass(frozen=True)
class StillNeeded:
    """How far the evidence is from the bound.

    `clean` is the number of further right cases that would do. `expected` is the number of further cases at a given
    error rate, along the mean path of the evidence. Each is None where it is never reached.
    """

    clean: int | None
    expected: int | None


@dataclass(frozen=True)
class Promotion:
    """Cases seen so far. `see` gives the next; nothing changes in place.

    Raises BadInput for a bound or alpha outside 0..1.
    """

    bound: float = 0.05
    alpha: float = 0.05
    wrong: int = 0
    right: tuple[tuple[float, int], ...] = ()
    """Right cases as (weight, count), by weight."""

    def __post_init__(self) -> None:
        if not (0 < self.bound < 1 and 0 < self.alpha < 1):
            raise BadInput(f"bound {self.bound} and alpha {self.alpha} must lie between 0 and 1")

    def see(self, wrong: bool, weight: float = 1.0) -> Promotion:
        """Add one case. The weight is rounded down to hundredths. Raises BadInput for one outside 0..1."""
        if not 0 <= weight <= 1:
            raise BadInput(f"a weight of {weight} is not between 0 and 1")
        if wrong:
            return replace(self, wrong=self.wrong + 1)
        rounded = math.floor(weight * 100 + 1e-9) / 100
        counts = dict(self.right)
        counts[rounded] = counts.get(rounded, 0) + 1
        return replace(self, right=tuple(sorted(counts.items())))

    @property
    def evidence(self) -> float:
        """Against a rate at or above the bound: 1 says nothing, 1 / alpha is enough."""
        return math.exp(min(float(log_evidence(self.bound, self.wrong, dict(self.right))), 700.0))

    @property
    def earned(self) -> bool:
        """Whether the evidence is enough now."""
        return self.evidence >= 1 / self.alpha

    @property
    def upper(self) -> float:
        """Return the largest rate that is not ruled out; at all looks together it is too low with probability alpha."""
        needed = -math.log(self.alpha)

        def ruled_out(rates: NDArray[np.float64]) -> NDArray[np.bool_]:
            return log_evidence(rates, self.wrong, dict(self.right)) >= needed

        rates = np.append(np.geomspace(1e-5, 0.99, 300), 0.999)
        possible = np.flatnonzero(~ruled_out(rates))
        if not possible.size:
            return float(rates[0])
        if possible[-1] == len(rates) - 1:
            return 1.0
        low, high = rates[possible[-1]], rates[possible[-1] + 1]
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (low, middle) if ruled_out(np.asarray(middle)) else (middle, high)
        return float(high)

    def missing(self, rate_wrong: float = 0.0, weight: float = 1.0) -> StillNeeded:
        """Return how many more cases of this weight earn the level, all of them right and at a rate of `rate_wrong`."""
        needed = -math.log(self.alpha)
        right = dict(self.right)
        alike = right.get(weight, 0)

        def after(cases: int, rate: float) -> bool:
            more = {**right, weight: alike + (1 - rate) * cases}
            return float(log_evidence(self.bound, self.wrong + rate * cases, more)) >= needed

        return StillNeeded(
            clean=fewest(lambda cases: after(cases, 0.0)),
            expected=fewest(lambda cases: after(cases, rate_wrong)) if rate_wrong < self.bound else None,
        )


def log_evidence(bound: ArrayLike, wrong: ArrayLike, right: Mapping[float, ArrayLike]) -> NDArray[np.float64]:
    """Return the natural logarithm of the evidence against a rate of at least `bound`.

    `wrong` and the counts of `right`, by weight, broadcast with `bound`; counts need not be whole.
    """
    limit = np.asarray(bound, dtype=np.float64)[..., None]
    rates = limit * _SHARES
    prior = _LENGTHS * (1 - rates) ** 9
    terms = np.log(prior / prior.sum(axis=-1, keepdims=True)) + _column(wrong) * np.log(_SHARES)
    for weight, count in right.items():
        terms = terms + _column(count) * (np.log1p(-weight * rates) - np.log1p(-weight * limit))
    return log_sum(terms)


def weight_of_shown(planted: Promotion) -> float:
    """Return the weight that planted errors support, given them with `wrong` for each that nobody caught.

    It is one minus the upper bound of the share that goes unnoticed, which fails with the alpha of `planted`; this adds
    to the alpha of the evidence that is weighted by it. Planted errors themselves are never evidence of a level.
    """
    return 1 - planted.upper


def fewest(enough: Callable[[int], bool]) -> int | None:
    """Return the least count that is enough, if all greater ones are too; None beyond FAR."""
    low, high = -1, 1
    if enough(0):
        return 0
    while not enough(high):
        low, high = high, high * 2
        if high > FAR:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def log_sum(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the sum of exponentials over the last axis."""
    top = terms.max(axis=-1)
    total: NDArray[np.float64] = top + np.log(np.exp(terms - top[..., None]).sum(axis=-1))
    return total


def _column(counts: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(counts, dtype=np.float64)[..., None]
