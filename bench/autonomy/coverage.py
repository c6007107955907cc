"""The error rate of all acts and the money lost, from histories of reviews whose truth is known.

Acts fall into three strata of different risk. Each is reviewed in full until enough reviews in a row found nothing,
then less, down to a floor (`sampling.wanted_share`), and in full again after an error. The bound is held against the
acts done until then at every act: it can only begin to fail at one that lost something, so that those are looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figures
from cx_core.evidence.sampled_error import STAKES, DrawnActs, SampledError, log_capital
from cx_core.evidence.sampling import wanted_share

HISTORIES = 2_000
ACTS = 5_000
ENDS = 500
"""Histories whose bound at the end is told."""
TRAFFIC = (0.6, 0.3, 0.1)
RATES = (0.004, 0.015, 0.06)
FLOOR = 0.1
ALPHA = 0.05
CAP = 5_000
LEAST = 500


@dataclass(frozen=True)
class Setting:
    """What reviewers do, and what is stated of them; whether losses are money, and what else happens.

    `rise` multiplies the error rates half-way; `uniform` reviews the floor's share of all acts from the beginning.
    """

    missed: float = 0.0
    false_alarms: float = 0.0
    stated_missed: float | None = None
    money: bool = False
    rise: float = 1.0
    uniform: bool = False

    @property
    def stated(self) -> float:
        return self.missed if self.stated_missed is None else self.stated_missed


SETTINGS = {
    "exact": Setting(),
    "uniform_at_the_floor": Setting(uniform=True),
    "rising_fivefold": Setting(rise=5.0),
    "erring": Setting(missed=0.1, false_alarms=0.01),
    "erring_twice_as_much_as_stated": Setting(missed=0.2, stated_missed=0.1),
    "money": Setting(missed=0.1, money=True),
}


def measure() -> Figures:
    figures: Figures = {"coverage.histories": HISTORIES, "coverage.acts": ACTS}
    for number, (name, setting) in enumerate(SETTINGS.items()):
        figures |= {f"coverage.{name}.{key}": value for key, value in _told(setting, 21 + number).items()}
    return figures


@dataclass
class Part:
    """Of each history the acts reviewed for certain, or those drawn: how many, their loss, what reviews found."""

    floor: float
    acts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(HISTORIES, dtype=np.int64))
    lost: NDArray[np.float64] = field(default_factory=lambda: np.zeros(HISTORIES))
    bets: NDArray[np.float64] = field(default_factory=lambda: np.zeros((HISTORIES, len(STAKES))))
    found: list[list[float]] = field(default_factory=lambda: [[] for _ in range(HISTORIES)])

    def add(
        self,
        here: NDArray[np.bool_],
        loss: NDArray[np.float64],
        found: NDArray[np.float64],
        share: NDArray[np.float64],
    ) -> None:
        self.acts += here
        self.lost += loss * here
        for history in np.flatnonzero(here & (found > 0)):
            ratio = float(found[history] * self.floor / share[history])
            self.found[history].append(ratio)
            self.bets[history] += np.log1p(-STAKES * ratio)

    def fails(self, rows: NDArray[np.int64], alpha: float, kept: float) -> NDArray[np.bool_]:
        """Whether the bound of this part alone is below its truth, of which reviews find the share `kept`."""
        acts = self.acts[rows]
        capital = log_capital(self.bets[rows], acts, self.floor, kept * self.lost[rows] / np.maximum(acts, 1))
        fails: NDArray[np.bool_] = (acts > 0) & (capital >= -math.log(alpha))
        return fails


def _told(setting: Setting, seed: int) -> Figures:
    rng = np.random.default_rng(seed)
    certain, drawn = Part(1.0), Part(FLOOR)
    clean = np.zeros((HISTORIES, len(TRAFFIC)), dtype=np.int64)
    every = np.arange(HISTORIES)
    failed = np.zeros(HISTORIES, dtype=bool)
    reviews = 0
    for act in range(ACTS):
        stratum = rng.choice(len(TRAFFIC), size=HISTORIES, p=TRAFFIC)
        rate = np.array(RATES)[stratum] * (setting.rise if act >= ACTS // 2 else 1.0)
        wrong = rng.random(HISTORIES) < rate
        share = np.full(HISTORIES, FLOOR) if setting.uniform else wanted_share(clean[every, stratum], FLOOR)
        reviewed = rng.random(HISTORIES) < share
        called = np.where(wrong, rng.random(HISTORIES) >= setting.missed, rng.random(HISTORIES) < setting.false_alarms)
        size = rng.integers(LEAST, CAP, HISTORIES, endpoint=True) / CAP if setting.money else np.ones(HISTORIES)
        found = size * (called & reviewed)
        clean[every, stratum] = np.where(
            reviewed, np.where(called, 0, clean[every, stratum] + 1), clean[every, stratum]
        )
        certain.add(share == 1, wrong * size, found, share)
        drawn.add(share < 1, wrong * size, found, share)
        lost = np.flatnonzero(wrong)
        failed[lost] |= _fails(certain, drawn, lost, setting.stated)
        reviews += int(reviewed.sum())
    return {"reviewed_share": round(reviews / ACTS / HISTORIES, 4)} | _ends(certain, drawn, setting, failed)


def _fails(certain: Part, drawn: Part, rows: NDArray[np.int64], stated: float) -> NDArray[np.bool_]:
    """Where the bound of all acts may be below the truth: it can only be where that of a part is."""
    if not stated:
        return drawn.fails(rows, ALPHA, 1.0)
    return certain.fails(rows, ALPHA / 2, 1 - stated) | drawn.fails(rows, ALPHA / 2, 1 - stated)


def _ends(certain: Part, drawn: Part, setting: Setting, failed: NDArray[np.bool_]) -> Figures:
    """In errors of 1,000 acts, or in minor units of money an act."""
    cap = CAP if setting.money else 1
    unit, name = (1, "minor_units") if setting.money else (1_000, "per_1000")
    truth = (certain.lost + drawn.lost) / ACTS * cap
    ends = [
        SampledError(
            floor=FLOOR,
            alpha=ALPHA,
            cap=cap,
            missed=setting.stated,
            false_alarms=setting.false_alarms,
            certain=DrawnActs(1.0, int(certain.acts[history]), tuple(certain.found[history])),
            drawn=DrawnActs(FLOOR, int(drawn.acts[history]), tuple(drawn.found[history])),
        )
        for history in range(HISTORIES)
    ]
    off = np.array([end.estimate for end in ends]) - truth
    upper = np.array([end.upper for end in ends[:ENDS]])
    return {
        f"truth_{name}": round(float(truth.mean()) * unit, 3),
        f"bias_{name}": round(float(off.mean()) * unit, 3),
        f"bias_standard_error_{name}": round(float(off.std() / math.sqrt(HISTORIES)) * unit, 3),
        f"spread_{name}": round(float(off.std()) * unit, 3),
        f"bound_at_the_end_{name}": round(float(upper.mean()) * unit, 3),
        "bound_fails_at_some_look_at_most": round(float(failed.mean()), 4),
    }
