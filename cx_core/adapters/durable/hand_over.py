"""Work handed to the durable runner in a thread of its own, so that whoever asks for it does not wait for its database.

Only for tickets to be prepared: a person who approved something waits until the runner has it. What is asked for is on
record already, in the tickets: what is lost here with the process is found there (see `Desk.take_up`).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

MOST = 10_000
"""Askings that wait; beyond that the runner's database is away, and the tickets say all the same what is to be done."""
_LOG = logging.getLogger(__name__)


class HandOver:
    """Does what it is given, one after the other."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Callable[[], None] | None] = queue.Queue(MOST)
        self._thread = threading.Thread(target=self._go_on, name="rung-hand-over", daemon=True)
        self._thread.start()

    def put(self, ask: Callable[[], None]) -> None:
        """Have it done soon."""
        try:
            self._waiting.put_nowait(ask)
        except queue.Full:
            _LOG.warning("Too much work waits to be handed to the workers; it is looked for again")

    def close(self, seconds: float) -> None:
        """Do what was put before, for so long at most."""
        try:
            self._waiting.put(None, timeout=seconds)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _go_on(self) -> None:
        while (ask := self._waiting.get()) is not None:
            try:
                ask()
            except Exception as trouble:  # noqa: BLE001 - what comes next must be handed over all the same
                _LOG.warning(
                    "Work could not be handed to the workers (%s); it is looked for again", type(trouble).__name__
                )
