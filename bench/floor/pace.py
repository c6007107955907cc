"""The pace and the choices of one advisor, drawn from a seed, so that a run can be told again."""

from __future__ import annotations

import math
import random
from typing import Literal

Act = Literal["approve", "approve and next", "put off", "note", "leave"]

ACTS: dict[Act, float] = {"approve": 0.4, "approve and next": 0.2, "put off": 0.12, "note": 0.13, "leave": 0.15}
"""How often each is how a ticket is left, of tickets where it can be."""

RELOADS = 0.08
"""Tickets during whose typing the page is loaded anew."""

READING, PAUSE, DECIDING, BETWEEN = 14.0, 4.0, 6.0, 3.0
"""Median seconds over a ticket just opened, between two bursts of typing, before the act, before the next ticket."""


class Pace:
    """Times are lognormal, as times of human work are: the median given, now and then three times that."""

    def __init__(self, seed: int, number: int) -> None:
        self._random = random.Random(seed * 1000 + number)

    def seconds(self, median: float) -> float:
        return self._random.lognormvariate(math.log(median), 0.6)

    def act(self) -> Act:
        return self._random.choices(list(ACTS), list(ACTS.values()))[0]

    def reloads(self) -> bool:
        return self._random.random() < RELOADS

    def bursts(self) -> int:
        """How often typing rests long enough to be saved."""
        return self._random.randint(1, 4)

    def among_first(self, length: int) -> int:
        """Which of a list somebody takes: mostly the first ones, not always the same as everybody else."""
        return min(int(self._random.expovariate(0.4)), length - 1)
