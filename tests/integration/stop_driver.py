"""A process whose workers are stopped while a reading is under way.

`python -m tests.integration.stop_driver URL SECONDS`: the reading takes so many seconds, and the process stops as
soon as it has begun, or, with 0, when it is done. Standard output: whether it was done. What is logged goes to
standard error.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from typing import cast

from cx_core.adapters.durable.dbos_runner import DbosDurable
from cx_core.ports import StepRunner
from cx_core.records import TicketId
from cx_core.workflows.journey import Journey


class Reading:
    """In the place of the journey: one step that takes its time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun, self.done, self.over = threading.Event(), threading.Event(), threading.Event()

    def prepare(self, _ticket: TicketId, _messages: int, run: StepRunner) -> str:
        try:
            return run("propose", self._propose)
        finally:
            self.over.set()

    def going_alone(self, _ticket: TicketId) -> int:
        return 0

    def _propose(self) -> str:
        self.begun.set()
        time.sleep(self.seconds)
        self.done.set()
        return "ready"


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    url, seconds = sys.argv[1], float(sys.argv[2])
    reading = Reading(seconds)
    durable = DbosDurable(url, lambda: cast(Journey, reading), workers=1)
    durable.start()
    if seconds:
        durable.prepare(TicketId("T-1"), 1)
        assert reading.begun.wait(20)
    else:
        assert reading.done.wait(20), "what was half done was not taken up"
    durable.close()
    reading.over.wait(20)
    time.sleep(0.2)  # what the runner still has to say
    sys.stdout.write("done\n" if reading.done.is_set() else "not done\n")


if __name__ == "__main__":
    main()
