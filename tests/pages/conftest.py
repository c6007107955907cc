"""Desks put where pages look for the Desk: one in memory, and the real one on a scripted reading."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from streamlit.components.v2 import manifest_scanner

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.settings import Settings
from pages import wiring
from tests.conftest import SetClock
from tests.pages.demo_desk import DemoDesk
from tests.scripted import Hand, copied

# Each AppTest looks through all installed packages for components, which took longer than drawing a page does.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def _main(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that AppTest runs takes the place of `__main__`, which every process spawned later would run again: it
    ends there, and with it whatever pool of processes a later test has.
    """
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What papers said in every run since, as JSON. The component is recorded and not `paper`, which a module that is
    imported meanwhile would keep.
    """
    said: list[str] = []
    monkeypatch.setattr("pages.parts.components._PAPER", lambda *, data, **_: said.append(json.dumps(data["nodes"])))
    return said


@pytest.fixture
def desk() -> Iterator[DemoDesk]:
    """Tickets in memory. Modules that test against the real desk have a fixture of that name of their own."""
    made = DemoDesk()
    wiring.put(cast("Desk", made))
    yield made
    wiring.put(None)


@pytest.fixture
def hand(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[Hand]:
    with closing(copied(furnished, settings, clock)) as works:
        desk = open_desk(settings, clock, works)
        wiring.put(desk)
        yield Hand(desk, works)
        wiring.put(None)
