"""A round is one process's for a short while, and for longer as long as that process lives and works at it."""

from __future__ import annotations

import threading
from datetime import timedelta
from types import TracebackType

from cx_core.errors import RungError
from cx_core.ports import Clock, Store

HELD = timedelta(seconds=40)
"""So long a round is one process's; if that ends in the middle of it, another one begins after this."""
RENEWED = 10.0
"""Seconds after which whoever is at it says so again: three times may fail before it is lost."""


class RoundLease:
    """Taken by `take`, then renewed by a thread of its own while the `with` block lasts, and given back."""

    def __init__(self, store: Store, clock: Clock, name: str) -> None:
        self._store, self._clock, self._name = store, clock, name
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="rung-round", daemon=True)

    def take(self) -> bool:
        """False where it is another process's."""
        now = self._clock()
        with self._store.begin() as unit:
            return unit.health.hold_health_round(self._name, now, now + HELD)

    def __enter__(self) -> RoundLease:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _trouble: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        with self._store.begin() as unit:
            unit.health.end_health_round(self._name)

    def _renew(self) -> None:
        while not self._over.wait(RENEWED):
            try:
                with self._store.begin() as unit:
                    if not unit.health.renew_health_round(self._name, self._clock() + HELD):
                        return  # it took too long and is another's; what was found is not kept
            except RungError:
                continue  # the database may answer the next time
