"""Levels that are earned wrongly, and cases until one is earned rightly, beside rules of thumb in use."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figures
from cx_core.evidence.promotion import log_evidence

STREAMS = 4_000
LOOKS = 3_000
BOUND = 0.05
ALPHA = 0.05
NEVER = LOOKS + 1
Z = 1.645
"""Of a one-sided 95 % bound."""

Cases = NDArray[np.int64]
"""Of each stream the case after which the level is earned first, from 1; NEVER if it is not."""

Wrong = NDArray[np.bool_]
"""Streams in rows, cases in columns."""


def measure() -> Figures:
    rng = np.random.default_rng(18)
    least = most_wrong()
    rules: dict[str, Callable[[Wrong], Cases]] = {
        "e_process": lambda wrong: first(np.cumsum(wrong, axis=1) <= least),
        "wilson": lambda wrong: first(wilson(np.cumsum(wrong, axis=1))),
        "twenty_straight": lambda wrong: first(run_of(wrong, length=20, allowed=0)),
        "four_of_five": lambda wrong: first(run_of(wrong, length=5, allowed=1)),
        "fifty_runs": lambda wrong: first(run_of(wrong, length=20, allowed=0, least=50)),
    }
    figures: Figures = {"streams": STREAMS, "looks": LOOKS}
    for rate in (0.05, 0.06, 0.08, 0.0, 0.01, 0.02):
        wrong = rng.random((STREAMS, LOOKS)) < rate
        for name, rule in rules.items():
            figures |= told(f"earned.{name}.at_{rate * 100:.0f}pc", rule(wrong), unearned=rate >= BOUND)
    return figures


def told(name: str, cases: Cases, unearned: bool) -> Figures:
    """The share that earned the level, where none should; else the cases that it took."""
    if unearned:
        return {f"{name}.unearned": round(float((cases < NEVER).mean()), 4)}
    median, p90 = np.percentile(cases, [50, 90])
    return {f"{name}.median_cases": float(median), f"{name}.p90_cases": float(p90)}


def most_wrong() -> NDArray[np.int64]:
    """After each case, from 1, the most wrong ones with which the level is earned; -1 where it is not with none."""
    cases = np.arange(1, LOOKS + 1)
    most = np.full(LOOKS, -1)
    for wrong in range(int(LOOKS * BOUND)):
        right = np.maximum(cases - wrong, 0)
        earned = (log_evidence(BOUND, wrong, {1.0: right}) >= -math.log(ALPHA)) & (cases >= wrong)
        most[earned] = wrong
    return most


def wilson(wrong: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the upper end of Wilson's interval, made for one look, is below the bound."""
    cases = np.arange(1, wrong.shape[1] + 1)
    rate = wrong / cases
    half = Z * np.sqrt(rate * (1 - rate) / cases + Z**2 / (4 * cases**2))
    upper: NDArray[np.bool_] = (rate + Z**2 / (2 * cases) + half) / (1 + Z**2 / cases) < BOUND
    return upper


def run_of(wrong: Wrong, length: int, allowed: int, least: int = 0) -> NDArray[np.bool_]:
    """Whether of the last `length` cases at most `allowed` were wrong, after `least` cases."""
    total = np.cumsum(wrong, axis=1)
    before = np.zeros_like(total)
    before[:, length:] = total[:, :-length]
    enough = np.arange(1, wrong.shape[1] + 1) >= max(length, least)
    return (total - before <= allowed) & enough


def first(earned: NDArray[np.bool_]) -> Cases:
    return np.where(earned.any(axis=1), earned.argmax(axis=1) + 1, NEVER)
