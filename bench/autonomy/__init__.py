"""Streams of acts with a known truth, put to the statistics of earned autonomy; looked at after each case.

- `earning`: levels that are earned wrongly, cases until one is earned rightly, and rules of thumb in use.
- `stamping`: advisors who approve most of what they are shown without reading it.
- `coming_down`: false demotions, and what goes wrong until errors that rise are stopped.
- `coverage`: the error rate of all acts from a stratified, adaptive sample by reviewers who err.

A name says what was measured; shares lie in 0..1, money is in whole units of the currency.
"""

from __future__ import annotations

import time

from bench.autonomy import coming_down, coverage, earning, stamping
from bench.figures import Figures


def measure() -> Figures:
    """Run every part from a fixed seed: a few minutes on one core."""
    began = time.perf_counter()
    figures = earning.measure() | stamping.measure() | coming_down.measure() | coverage.measure()
    return figures | {"seconds": round(time.perf_counter() - began, 1)}
