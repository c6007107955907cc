"""Stopping while a ticket is read: quiet, and the next process finishes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cx_core.adapters.durable.dbos_runner import STOP_SECONDS

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
