"""False demotions, and what goes wrong until errors that rise from 1 % to 20 % are stopped.

Reviews of a fixed share of acts come in some days after the act. A wrong act is a harmful one; amounts are spread
evenly between 5 and 50. A daily budget of money ends a day's acting alone when the next act would exceed it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figures
from cx_core.evidence.demotion import ALTERNATIVES, THRESHOLD, advance

STREAMS = 4_000
BEFORE = 300
"""Reviewed acts at the usual rate before errors rise; streams that were called in them are left out."""
USUAL, RISEN = 0.01, 0.2
SHARES = (0.05, 0.1, 0.25, 0.5, 1.0)
DELAYS = (0, 1, 2, 3)
ACTS_A_DAY = 40
LEAST, MOST = 5.0, 50.0
BUDGETS = (250.0, 500.0)
MOST_REVIEWS = 400
"""After the rise; every stream is called well before."""

Reviews = NDArray[np.int64]
"""Of each stream the reviewed act, from 1, at which it is called."""


def measure() -> Figures:
    rng = np.random.default_rng(20)
    called = first_called(rng.random((STREAMS, 2_000)) < USUAL)
    figures: Figures = {
        f"demoted_falsely.within_{acts}_reviewed": round(float((called <= acts).mean()), 4)
        for acts in (500, 1_000, 2_000)
    }
    before = rng.random((STREAMS, BEFORE)) < USUAL
    after = rng.random((STREAMS, MOST_REVIEWS)) < RISEN
    called = first_called(np.concatenate([before, after], axis=1))
    kept = called > BEFORE
    reviews, wrong = called[kept] - BEFORE, after[kept]
    figures |= _spread("rise.reviewed_acts", reviews)
    for share in SHARES:
        for delay in DELAYS:
            figures |= _rise(rng, reviews, wrong, share, delay)
    return figures | _money(rng, reviews, wrong)


def first_called(wrong: NDArray[np.bool_]) -> Reviews:
    """The first reviewed act at which each stream is called; one beyond the last where it is not."""
    streams, acts = wrong.shape
    called = np.full(streams, acts + 1)
    won = np.zeros((streams, len(ALTERNATIVES)))
    for act in range(acts):
        won = np.minimum(advance(won, wrong[:, act]), 1e12)
        called = np.where((won.mean(axis=1) >= THRESHOLD) & (called > acts), act + 1, called)
    return called


@dataclass(frozen=True)
class Stopped:
    """Of each stream: acts from the rise to the last one done, and which of those are wrong."""

    acts: NDArray[np.int64]
    wrong: NDArray[np.bool_]


def _stopped(
    rng: np.random.Generator, reviews: Reviews, wrong: NDArray[np.bool_], share: float, late: NDArray[np.int64]
) -> Stopped:
    """`late` acts are done after the one whose review is the alarm."""
    reviewed_at = np.cumsum(rng.geometric(share, size=wrong.shape), axis=1)
    last = reviewed_at[np.arange(len(reviews)), reviews - 1]
    acts = last + late
    harmful = rng.random((len(reviews), int(acts.max()))) < RISEN
    for stream, count in enumerate(reviews):
        harmful[stream, reviewed_at[stream, :count] - 1] = wrong[stream, :count]
    return Stopped(acts, harmful & (np.arange(harmful.shape[1]) < acts[:, None]))


def _rise(rng: np.random.Generator, reviews: Reviews, wrong: NDArray[np.bool_], share: float, delay: int) -> Figures:
    late = np.full(len(reviews), delay * ACTS_A_DAY)
    stopped = _stopped(rng, reviews, wrong, share, late)
    name = f"rise.share_{share * 100:.0f}pc.delay_{delay}d"
    return _spread(f"{name}.acts", stopped.acts) | _spread(f"{name}.harmful", stopped.wrong.sum(axis=1))


def _money(rng: np.random.Generator, reviews: Reviews, wrong: NDArray[np.bool_]) -> Figures:
    """At a review share of 25 % and a delay of three days, with no budget and with each."""
    figures: Figures = {}
    for budget in (None, *BUDGETS):
        a_day = ACTS_A_DAY if budget is None else int(budget / ((LEAST + MOST) / 2))
        stopped = _stopped(rng, reviews, wrong, 0.25, np.full(len(reviews), max(DELAYS) * a_day))
        amounts = rng.uniform(LEAST, MOST, size=stopped.wrong.shape)
        harm, days, worst = _days(stopped, amounts, budget)
        name = "rise.money.no_budget" if budget is None else f"rise.money.budget_{budget:.0f}"
        figures |= _spread(f"{name}.harm", harm) | _spread(f"{name}.days", days)
        figures[f"{name}.harm_on_the_worst_day"] = round(worst, 2)
    return figures


def _days(
    stopped: Stopped, amounts: NDArray[np.float64], budget: float | None
) -> tuple[NDArray[np.float64], NDArray[np.int64], float]:
    """Money moved wrongly, days until stopped, and the most that any stream lost in a day."""
    streams = len(stopped.acts)
    harm, day_harm, spent = np.zeros(streams), np.zeros(streams), np.zeros(streams)
    done, days = np.zeros(streams, dtype=np.int64), np.ones(streams, dtype=np.int64)
    worst = 0.0
    for act in range(amounts.shape[1]):
        going = act < stopped.acts
        amount = amounts[:, act]
        full = done >= ACTS_A_DAY
        if budget is not None:
            full |= spent + amount > budget
        full &= going
        days += full
        done, spent, day_harm = (np.where(full, 0, one) for one in (done, spent, day_harm))
        lost = amount * stopped.wrong[:, act]
        done, spent = done + going, spent + amount * going
        harm, day_harm = harm + lost, day_harm + lost
        worst = max(worst, float(day_harm.max()))
    return harm, days, worst


def _spread(name: str, counts: NDArray[np.float64] | NDArray[np.int64]) -> Figures:
    median, p95 = np.percentile(counts, [50, 95])
    return {f"{name}.median": round(float(median), 1), f"{name}.p95": round(float(p95), 1)}
