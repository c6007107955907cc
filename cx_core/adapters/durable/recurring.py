"""Work that is looked for again and again, so that nothing waits for the next restart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import sqlalchemy as sa

from cx_core.errors import RungError

_log = logging.getLogger(__name__)


class Rounds:
    """Does `work` once in `start`, unless told not to, then every `seconds` in a thread of its own, until closed."""

    def __init__(self, work: Callable[[], object], seconds: float) -> None:
        self._work = work
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_round, name="rung-rounds", daemon=True)

    def start(self, *, at_once: bool = True) -> None:
        """The first round is the caller's, who hears what goes wrong."""
        if at_once:
            self._work()
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _go_round(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._work()
            except (RungError, sa.exc.SQLAlchemyError, OSError) as error:  # the database may be back next time
                _log.warning("Could not look for work to be done: %s", type(error).__name__)
            except Exception:  # noqa: BLE001 - a fault of ours in one round must not end all that would follow
                _log.exception("A round of work failed")
