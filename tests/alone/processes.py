"""Processes that work on a house's data folder, as `tests.integration.alone_driver` runs them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cx_core.bootstrap import now
from cx_core.settings import ROOT
from tests.alone.house import AloneHouse

KILLED = -signal.SIGKILL
SECONDS = 600

Groups = Sequence[Sequence[dict[str, Any]]]
"""Links that run together, one group after the other."""


@contextmanager
def workers(house: AloneHouse, groups: Groups) -> Iterator[subprocess.Popen[str]]:
    """Begin them, a minute after what was done in the house; its clock stands ten minutes later in the end."""
    house.clock.forward(minutes=1)
    shift = (house.clock() - now()).total_seconds()
    command = [sys.executable, "-m", "tests.integration.alone_driver", str(house.works.settings.data_dir), str(shift)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as running:
        assert running.stdin
        running.stdin.write(json.dumps(groups))
        running.stdin.close()
        running.stdin = None
        try:
            yield running
        finally:
            running.kill()
    house.clock.forward(minutes=9)


def ended(running: subprocess.Popen[str]) -> list[int]:
    """How each of them ended, once all have."""
    out, trouble = running.communicate(timeout=SECONDS)
    assert running.returncode == 0, trouble
    ends: list[int] = json.loads(out)
    assert set(ends) <= {0, KILLED}, trouble
    return ends
