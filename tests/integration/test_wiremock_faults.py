"""An act has at most one effect under the faults of WireMock, whether they replace the act or hide its answer.

`RUNG_SOAK=1` tries a thousand acts for each fault and system, or as many as fit into `RUNG_SOAK_SECONDS` (60) where
each costs a time-out.
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cx_core.act import step_effect
from cx_core.adapters.openapi import effects
from tests.conftest import SetClock
from tests.connectors import wiremock
from tests.connectors.faulty_line import Line
from tests.connectors.wiremock import FAULTS, SLOW, WireMockLine
from tests.integration.test_connector_faults import acted, tried

SOAK = os.environ.get("RUNG_SOAK") == "1"
ACTS = 1_000 if SOAK else 5
AGAIN = 5 if SOAK else 1
MOST_SECONDS = float(os.environ.get("RUNG_SOAK_SECONDS", "60")) if SOAK else 5.0
"""For a fault that costs each act a time-out."""

_LOG = logging.getLogger(__name__)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        wiremock.jar() is None,
        reason="WireMock is not here: RUNG_WIREMOCK names its jar, and RUNG_INSTALL_SYSTEMS=1 fetches it by npm",
    ),
]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_effect, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(effects, "PAUSE_SECONDS", 0.0)


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    with wiremock.running() as address:
        yield address


@pytest.mark.parametrize("carried_out", [False, True], ids=["instead of the act", "after the act"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("system", ["shop", "texts"])
def test_that_an_act_has_at_most_one_effect_under_a_fault_of_wiremock(
    running: str, system: str, fault: str, carried_out: bool, tmp_path: Path, clock: SetClock
) -> None:
    lines: list[WireMockLine] = []

    @contextmanager
    def line_to(address: str, is_write: Callable[[bytes], bool]) -> Iterator[Line]:
        lines.append(WireMockLine(running, address, is_write))
        yield lines[0]
        lines[0].close()

    counted: Counter[str] = Counter()
    until = time.monotonic() + MOST_SECONDS
    with tried(system, tmp_path, clock, 0.4 if fault in SLOW else 5.0, line_to, ACTS) as one:
        line = lines[0]
        line.answer_writes_with(fault)
        line.carries_out = carried_out
        for number in range(ACTS):
            if fault in SLOW and time.monotonic() > until:
                break
            key = f"T-1:{number}:s1"
            with line.faulty():
                first = acted(one, key, number)
            counted["acts"] += 1
            counted["unknown" if first.unknown else first.status] += 1
            assert one.effects.of(key) <= 1
            assert first.status == "done" or first.unknown or one.effects.of(key) == 0
            assert first.status != "done" or one.effects.of(key) == 1
            last = first
            for _ in range(AGAIN):  # a person tries again, later; on a busy machine a read may be late as well
                clock.forward(seconds=60)
                last = acted(one, key, number)
                assert one.effects.of(key) <= 1
                if not last.unknown:
                    break
            assert (last.status, last.verified) == ("done", True), last.message
            assert one.effects.of(key) == 1
        assert line.met >= counted["acts"] > 0
    _LOG.info("%s, %s, %s: %s", system, fault, "after the act" if carried_out else "instead", dict(counted))
