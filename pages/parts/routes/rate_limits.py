"""How often something may be asked: a token bucket for each key, in the memory of this process."""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_KEYS = 50_000
"""Beyond it buckets that are full again are dropped, and all of them if none is full: no number of
addresses fills the memory."""


class RateLimit:
    """At most `burst` at once, and `per_minute` in the long run."""

    def __init__(self, burst: int, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = float(burst)
        self._per_second = per_minute / 60
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, key: str) -> bool:
        """Whether it may be done now; then it counts."""
        now = self._clock()
        left = self._level(key, now)
        if left < 1:
            return False
        if len(self._left) >= MOST_KEYS:
            self._left = {one: kept for one, kept in self._left.items() if self._level(one, now) < self._burst}
            if len(self._left) >= MOST_KEYS:
                self._left.clear()
        self._left[key] = (left - 1, now)
        return True

    def _level(self, key: str, now: float) -> float:
        left, at = self._left.get(key, (self._burst, now))
        return min(self._burst, left + (now - at) * self._per_second)
