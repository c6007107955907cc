"""Many generated messages through the real stages: one sandbox a module, one clock for all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.bootstrap import Works
from cx_core.cli.batch import Batch
from cx_core.settings import ROOT, Settings
from tests.conftest import MONDAY, SetClock
from tests.prepared_copy import copy_prepared

Result = dict[str, Any]
"""A result of `process`."""


@dataclass(frozen=True)
class Said:
    """One generated message and who wrote it."""

    text: str
    customer: str
    identity: int = 1
    channel: str = "email"
    subject: str = ""


Process = Callable[[Sequence[Said]], list[Result]]


@pytest.fixture(scope="module")
def process(prepared: Path, encoder: MiniLM, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """What is proposed for each of these messages; nothing is carried out, so each meets the same records."""
    folder = tmp_path_factory.mktemp("generated") / "data"
    folder.mkdir()
    copy_prepared(prepared, folder)
    settings = Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True, feed_seconds=0, planted_errors=False)
    works = Works(settings, SetClock(MONDAY), encoder=encoder)
    count = 0

    def propose(messages: Sequence[Said]) -> list[Result]:
        nonlocal count
        batch = Batch(works.journey, works.store, works.clock, works.knowledge.actions, execute=False)
        lines = []
        for one in messages:
            count += 1
            row = {"id": f"g-{count}", **vars(one)}
            lines.append(json.dumps(row).encode())
        made = [dict(result) for result in batch.run(lines)]
        assert not [one["error"] for one in made if "error" in one]
        return made

    yield propose
    works.close()


def wrong_share(told: Sequence[str], all_of: int) -> str:
    """What is put into a failed assertion: how many, and the first of them."""
    return f"{len(told)} of {all_of}:\n" + "\n".join(told[:25])
