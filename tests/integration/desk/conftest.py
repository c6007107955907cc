"""A desk on real stores, policies and sandbox, with a scripted reading; made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.desk import Desk
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.scripted import Hand, InlineWorks, furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder, SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)))
    return folder


@pytest.fixture
def works(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[InlineWorks]:
    shutil.copytree(furnished, settings.data_dir, dirs_exist_ok=True)
    made = InlineWorks(settings, clock)
    yield made
    made.close()


@pytest.fixture
def desk(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


@pytest.fixture
def hand(desk: Desk, works: InlineWorks) -> Hand:
    return Hand(desk, works)
