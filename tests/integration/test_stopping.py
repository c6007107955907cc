"""Stopping a process while a ticket is read is quiet, and the next one finishes it; a stop by people holds at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cx_core.adapters.durable.dbos_runner import STOP_SECONDS
from cx_core.records import AuditEvent
from tests.alone.house import ASKS, NAME, AloneHouse
from tests.alone.processes import ended, workers
from tests.conftest import MONDAY, SetClock

pytestmark = pytest.mark.slow


def _process(folder: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.integration.stop_driver", f"sqlite:///{folder / 'rung.db'}", str(seconds)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)


def test_that_stopping_during_a_reading_logs_no_error_and_the_next_process_reads_again(data_dir: Path) -> None:
    stopped = _process(data_dir, STOP_SECONDS + 1.5)
    assert "ERROR" not in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert "the next process finishes it" in stopped.stderr
    assert _process(data_dir, 0).stdout == "done\n"


def test_that_what_is_nearly_done_is_finished_before_it_stops(data_dir: Path) -> None:
    stopped = _process(data_dir, 0.5)
    assert (stopped.stdout, "the next process" in stopped.stderr) == ("done\n", False)


SOAK = bool(os.environ.get("RUNG_SOAK"))
TICKETS = 200 if SOAK else 40
FIRST = 5
"""Acts after which a supervisor presses stop."""


@pytest.mark.parametrize("name", ["*", NAME] if SOAK else ["*"])
def test_that_no_act_of_two_workers_begins_after_a_stop_is_confirmed(
    furnished: Path, data_dir: Path, name: str
) -> None:
    with closing(AloneHouse.on_copy(furnished, data_dir, SetClock(MONDAY))) as house:
        house.grants()
        house.works.work.held = True
        tickets = [house.writes(100) for _ in range(TICKETS)]
        with workers(house, [[{}, {}]]) as running:
            until = time.monotonic() + 60
            while house.out() < FIRST * 100 and time.monotonic() < until:
                time.sleep(0.05)
            assert house.desk.kill_switches.stop(ASKS, name, "Something is wrong") is None
            confirmed = house.works.audit.newest()
            assert ended(running) == [0, 0]
        rows = [(one.seq, one.kind, one.actor) for one in events(house, confirmed)]
        assert [one for one in rows if one[1] in ("act_begun", "reply_begun")] == []
        done = [id for id in tickets if house.view(id).ticket.work == "done"]
        refunded = [id for id in tickets if house.refunded(id)]
        assert FIRST <= len(refunded) < TICKETS
        assert set(done) <= set(refunded)
        assert house.out() == house.counted_out() == 100 * len(refunded)
        assert {house.view(id).ticket.work for id in set(tickets) - set(done)} <= {"ready", "returned"}
        assert house.verified()


def events(house: AloneHouse, after: int) -> Iterator[AuditEvent]:
    while found := house.works.audit.events(after=after):
        yield from found
        after = found[-1].seq
