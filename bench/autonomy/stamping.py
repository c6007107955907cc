"""Advisors who approve four fifths of what they are shown without reading it.

A share of cases is blind: there an error is noticed. Of those shown, the advisor reads a fifth. The level is asked
for with shown cases left out, and with several weights of them; at 1 they count as if they had been read. Outcomes,
which bring out some of the errors that were approved unread, are left out: with them fewer levels are unearned.
"""

from __future__ import annotations

import math

import numpy as np

from bench.autonomy.earning import ALPHA, BOUND, LOOKS, NEVER, Cases, told
from bench.figures import Figures
from cx_core.evidence.promotion import SHOWN_WEIGHT, log_evidence

STREAMS = 2_000
EVERY = 5
"""Cases between two looks: fewer unearned levels by a little than at each case, for a fifth of the time."""
STAMPED = 0.8
WEIGHTS: tuple[float | None, ...] = (None, SHOWN_WEIGHT, 0.2, 1.0)
"""Of a shown case; None leaves them out."""
BLIND = (0.05, 0.1, 0.2)


def measure() -> Figures:
    rng = np.random.default_rng(19)
    figures: Figures = {}
    for blind in BLIND:
        for rate in (0.05, 0.01):
            for weight in WEIGHTS:
                counted = "shown_left_out" if weight is None else f"weight_{weight}"
                name = f"stamped.blind_{blind * 100:.0f}pc.{counted}.at_{rate * 100:.0f}pc"
                cases = promoted(rng, rate, blind, weight)
                figures |= told(name, cases, unearned=rate >= BOUND)
    return figures


def promoted(rng: np.random.Generator, rate: float, blind: float, weight: float | None) -> Cases:
    """Of each stream the case after which the level is earned."""
    shape = (STREAMS, LOOKS)
    is_blind = rng.random(shape) < blind
    noticed = (rng.random(shape) < rate) & (is_blind | (rng.random(shape) >= STAMPED))
    wrong = np.cumsum(noticed & is_blind if weight is None else noticed, axis=1)
    read = np.cumsum(is_blind & ~noticed, axis=1)
    shown = np.cumsum(~is_blind & ~noticed, axis=1)
    cases = np.full(STREAMS, NEVER)
    waiting = np.arange(STREAMS)
    for look in range(EVERY - 1, LOOKS, EVERY):
        counts = {1.0: read[waiting, look] + (shown[waiting, look] if weight == 1 else 0)}
        if weight is not None and weight < 1:
            counts[weight] = shown[waiting, look]
        earned = log_evidence(BOUND, wrong[waiting, look], counts) >= -math.log(ALPHA)
        cases[waiting[earned]] = look + 1
        waiting = waiting[~earned]
    return cases
