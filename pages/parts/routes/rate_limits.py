"""How often something may be asked: a token bucket for each key, in the memory of this process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

MOST_KEYS = 50_000
"""Beyond it the bucket that was used least recently is forgotten: no number of addresses fills the memory."""


class Bucket(NamedTuple):
    """How much a key had left, and when."""

    left: float
    at: float


class RateLimit:
    """At most `burst` at once, and `per_minute` in the long run."""

    def __init__(self, burst: int, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Whether it may be done now; then it counts."""
        return self.wait(key) == 0

    def wait(self, key: str) -> float:
        """0 where it may be done now, and then it counts; else the seconds until it may be."""
        now = self._clock()
        left = self._left(key, now)
        if left < 1:
            return (1 - left) / self._per_second
        self._buckets[key] = Bucket(left - 1, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        return 0.0

    def until_allowed(self, key: str) -> float:
        """The seconds until it may be done; 0: now. It does not count."""
        return max(0.0, (1 - self._left(key, self._clock())) / self._per_second)

    def _left(self, key: str, now: float) -> float:
        left, at = self._buckets.get(key, Bucket(self._burst, now))
        return min(self._burst, left + (now - at) * self._per_second)
