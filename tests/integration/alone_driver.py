"""Processes in which charged twice is at level 3, killed while they act alone, bring a level down or take acts back.

`python -m tests.integration.alone_driver FOLDER SHIFT` reads a JSON list of groups from standard input. The links of a
group run together, each a process of its own, and the groups one after the other. SHIFT is by how many seconds their
clock is ahead: acts with money need opening hours. On standard output: how each process ended, as JSON.

A link takes up what was left, does what it is asked to in its order, and gets SIGKILL at its point (`crash_driver`).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cx_core.adapters.durable import dbos_runner
from cx_core.bootstrap import now, open_desk
from cx_core.desk import desk as desks
from cx_core.desk.desk import Desk
from cx_core.ports import Clock
from cx_core.records import Scorecard, UndoScope
from tests.alone.house import ASKS, GRANTS, NAME, REVIEWER
from tests.integration import crash_driver
from tests.integration.crash_driver import DoomedWorks
from tests.scripted import letter

PATIENCE = 120.0
"""Seconds after which a process that is not done says so and fails."""

CRITICAL = Scorecard(right_act=False, severity="critical", note="Another customer's payment")


class AloneLink(NamedTuple):
    """One process. `does`: "write ID ADDRESS" (a customer who was charged twice), "critical", "undo"."""

    point: str = ""
    does: tuple[str, ...] = ()
    from_start: bool = False


class Work:
    """What is done in one process, by whoever does it."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk, self._clock = desk, clock

    def do(self, what: str) -> None:
        match what.split():
            case ["write", id, address]:
                self._write(id, address)
            case ["critical"]:
                self._critical()
            case ["undo"]:
                self._undo()
            case _:
                raise ValueError(what)

    def _write(self, id: str, address: str) -> None:
        mail = letter("I was charged twice.", self._clock, id=id, sender=address)
        self._desk.inbound_messages.receive(mail.replace(identity=2))

    def _critical(self) -> None:
        """The first case that waits is reviewed as a critical error."""
        case = self._desk.case_reviews.open(REVIEWER).waiting[0]
        refused = self._desk.case_reviews.review(REVIEWER, case.ticket, case.version, CRITICAL)
        assert refused is None, refused

    def _undo(self) -> None:
        """All that was done in the last hour."""
        scope = UndoScope(task_type=NAME, since=self._clock() - timedelta(hours=1))
        refused = self._desk.mass_undo.start(ASKS, scope, "The wrong payments were refunded")
        assert refused is None, refused

    def settle(self) -> None:
        """Wait until the workers have nothing left and no batch goes on. Raises TimeoutError."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            going = [one for one in self._desk.mass_undo.progress(GRANTS) if not one.finished]
            if not (going or self._desk._store.unread() or self._desk._store.carrying()):
                return
            time.sleep(0.02)
        raise TimeoutError("there is work left")


def live(folder: Path, shift: float, link: AloneLink) -> None:
    """One process's life."""

    def clock() -> datetime:
        return now() + timedelta(seconds=shift)

    works = DoomedWorks(folder, crash_driver.Link(point=link.point), clock)
    desk = open_desk(works.settings, clock, works)
    works.fate.armed = link.from_start
    desk.start()
    work = Work(desk, clock)
    work.settle()
    works.fate.armed = True
    for what in link.does:
        work.do(what)
    work.settle()
    desk.close()


def forked(folder: Path, shift: float, link: AloneLink) -> int:
    """Start a process; returns its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        live(folder, shift, link)
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def main() -> None:
    folder, shift = Path(sys.argv[1]), float(sys.argv[2])
    groups = [[AloneLink(**given) for given in group] for group in json.load(sys.stdin)]
    dbos_runner.POLL_SECONDS, dbos_runner.PAUSE_SECONDS = 0.02, 0.02
    desks.ROUND_SECONDS, desks.UNDO_SECONDS = 0.3, 0.1
    ends: list[int] = []
    for group in groups:
        children = [forked(folder, shift, link) for link in group]
        ends += [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        if set(ends) - {0, -signal.SIGKILL}:
            break
    json.dump(ends, sys.stdout)


if __name__ == "__main__":
    main()
