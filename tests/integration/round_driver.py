"""Begins to go through the knowledge in a process of its own, says so, and never ends: it waits to be killed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cx_core.bootstrap import open_desk
from cx_core.settings import ROOT, Settings
from tests.conftest import SetClock
from tests.scripted import ScriptedWorks


class Endless:
    """An encoder that is given a text and never comes back."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        sys.stdout.write("at it\n")
        sys.stdout.flush()
        threading.Event().wait()
        raise AssertionError(texts)


def main(data: str, at: str) -> None:
    clock = SetClock(datetime.fromisoformat(at))
    works = ScriptedWorks(Settings(data_dir=Path(data), knowledge=ROOT / "knowledge", demo=True), clock)
    works.ready_encoder = Endless  # type: ignore[method-assign,assignment]
    open_desk(works.settings, clock, works).health_rounds.look_again()
