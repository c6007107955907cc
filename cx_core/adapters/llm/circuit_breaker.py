"""Leaves a language model alone that fails again and again, so that a hanging one does not cost every ticket its bound.

After `FAILURES` in a row nothing is asked for `REST` seconds; then one question is let through. If it is answered all
goes on as before, if not the rest begins anew. Kept per process. No lock is held while a question is asked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from cx_core.errors import ModelTrouble
from cx_core.ports import Clock
from cx_core.views import ModelStanding

FAILURES = 3
REST = 60.0


class Breaker:
    """Around each question: `with breaker.question():` raises ModelTrouble while the model is left alone."""

    def __init__(self, clock: Clock, failures: int = FAILURES, rest: float = REST) -> None:
        self._clock = clock
        self._most = failures
        self._rest = timedelta(seconds=rest)
        self._lock = threading.Lock()
        self._failures = 0
        self._until: datetime | None = None
        self._probing = False

    @property
    def standing(self) -> ModelStanding:
        with self._lock:
            return ModelStanding(failures=self._failures, left_alone_until=self._until)

    @contextmanager
    def question(self) -> Iterator[None]:
        """A question that neither succeeds nor fails, since whoever asked went away, says nothing of the model."""
        probe = self._admit()
        try:
            yield
        except ModelTrouble:
            self._failed()
            raise
        else:
            self._answered()
        finally:
            if probe:
                self._probing = False

    def _admit(self) -> bool:
        """Whether this is the one question that tries if it is back."""
        with self._lock:
            if self._until is None:
                return False
            if self._probing or self._clock() < self._until:
                raise ModelTrouble(f"it failed {self._failures} times in a row and is left alone for a while")
            self._probing = True
            return True

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._until = self._clock() + self._rest

    def _answered(self) -> None:
        with self._lock:
            self._failures, self._until = 0, None
