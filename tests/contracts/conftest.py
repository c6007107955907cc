"""Each implementation of a port, on data of a test's own: copies of databases that are filled once for the session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from cx_core.adapters.audit.audit_log import SqlAuditLog
from cx_core.adapters.fernline import Delivered, Fernline, FernlineOutbox, open_fernline
from cx_core.adapters.keys.hmac_seals import KeyedSealer
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.sql.database import connect
from cx_core.adapters.sql.migrate import migrate
from cx_core.adapters.sql.store import SqlStore
from cx_core.ports import AuditLog, BackOffice, Outbox, Store
from cx_core.records import ActionName, CustomerId, Value
from tests.conftest import SetClock
from tests.integration import test_fernline as fernline

SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
"""For which Fernline is filled: what its tests give as good arguments holds on this day."""

Url = Callable[[str], str]
"""Gives the address of a new copy of the database of this name: "fernline", "rung"."""

_NUMBERS = count()


class Business(NamedTuple):
    """Somebody's systems, with what a test must know to ask them for anything."""

    office: BackOffice
    outbox: Outbox
    clock: SetClock
    sent: Callable[[str], tuple[Delivered, ...]]
    """What went out to an address, oldest first."""
    good: Callable[[ActionName], Mapping[str, Value]]
    """Arguments with which a write is done."""
    customer: CustomerId
    """Somebody whom they know."""
    found_by: tuple[str, ...]
    """What finds this customer: their name, mail, phone, postcode and number."""
    many: tuple[str, ...]
    """Texts that find several records each."""


class Kept(NamedTuple):
    """A store with the record that its transactions write."""

    store: Store
    audit: AuditLog


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Fernline's database and Rung's, for copying."""
    folder = tmp_path_factory.mktemp("filled")
    for name in ("fernline", "rung"):
        engine = _filled(name, f"sqlite:///{folder / name}.db")
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
    return folder


@pytest.fixture(scope="session")
def filled_postgresql(postgresql: sa.URL) -> Iterator[sa.Connection]:
    """To a server with the databases `fernline` and `rung`, for copying; its own one stays as it is."""
    engine = sa.create_engine(postgresql, isolation_level="AUTOCOMMIT")
    with engine.connect() as server:
        for name in ("fernline", "rung"):
            server.execute(sa.text(f"CREATE DATABASE {name}"))
            _filled(name, _rendered(server, name)).dispose()
        yield server
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Url]:
    """Databases of this test's own, on each kind of server."""
    if request.param == "sqlite":
        folder: Path = request.getfixturevalue("filled_sqlite")

        def file(name: str) -> str:
            shutil.copyfile(folder / f"{name}.db", tmp_path / f"{name}.db")
            return f"sqlite:///{tmp_path / name}.db"

        yield file
        return
    server: sa.Connection = request.getfixturevalue("filled_postgresql")
    made: list[str] = []

    def database(name: str) -> str:
        made.append(f"{name}_{next(_NUMBERS)}")
        server.execute(sa.text(f"CREATE DATABASE {made[-1]} TEMPLATE {name}"))
        return _rendered(server, made[-1])

    yield database
    for name in made:
        server.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def business(url: Url) -> Iterator[Business]:
    """Each implementation of ports.BackOffice and ports.Outbox: Fernline, on each kind of database."""
    clock = SetClock(SATURDAY)
    engine = open_fernline(url("fernline"), clock)
    office, outbox = Fernline(engine, clock), FernlineOutbox(engine, clock)
    yield Business(
        office,
        outbox,
        clock,
        sent=outbox.sent,
        good=lambda name: fernline.good(office, name),
        customer=CustomerId("C-1"),
        found_by=("Maria Keller", "keller", "maria.keller@example.com", "C-1"),
        many=("James Smith", "30", "smith"),
    )
    engine.dispose()


@pytest.fixture
def kept(url: Url, tmp_path: Path, clock: SetClock) -> Iterator[Kept]:
    """Each implementation of ports.Store, with the real audit log and seals: SQL, on each kind of database."""
    engine, keys = connect(url("rung")), KeyStore(f"sqlite:///{tmp_path / 'keys' / 'keys.db'}")
    audit = SqlAuditLog(engine, keys, tmp_path / "anchor", clock)
    store = SqlStore(engine, audit, KeyedSealer(keys))
    with store.begin() as unit:
        unit.switches.seal_switches_once()  # as an installation does when it starts
    yield Kept(store, audit)
    engine.dispose()
    keys.close()


def _filled(name: str, address: str) -> sa.Engine:
    if name == "fernline":
        return open_fernline(address, SetClock(SATURDAY))
    engine = connect(address)
    migrate(engine)
    return engine


def _rendered(server: sa.Connection, database: str) -> str:
    return server.engine.url.set(database=database).render_as_string(hide_password=False)
