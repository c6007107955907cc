"""The audit log on real databases: nothing of it can be changed unseen, and a customer can be erased from it."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cx_core.adapters.audit import audit_log
from cx_core.adapters.audit.audit_log import SqlAuditLog
from cx_core.adapters.audit.audit_triggers import install_triggers
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.sql.database import connect
from cx_core.adapters.sql.tables import audit_event, metadata
from cx_core.audit.audit_chain import ChainEntry, ChainPlace, seal
from cx_core.errors import AuditBroken, AuditUnavailable
from cx_core.ports import Clock, Telling
from cx_core.records import AuditReport, CustomerId, Money, TicketId
from cx_core.settings import ROOT

MARIA, TOM = CustomerId("C-1"), CustomerId("C-2")
SECRET = {"summary": "Maria Keller was charged twice", "address": "maria.keller@example.com"}


@dataclass(frozen=True)
class House:
    """A log with all that belongs to it."""

    url: str
    folder: Path
    clock: Clock
    engine: sa.Engine
    keys: KeyStore
    log: SqlAuditLog

    @property
    def anchor(self) -> Path:
        return self.folder / "anchor"

    def again(self) -> SqlAuditLog:
        """The same log, as another process would open it."""
        return SqlAuditLog(connect(self.url), KeyStore(keys_url(self.folder)), self.anchor, self.clock)

    def fill(self, count: int = 6) -> None:
        for number in range(1, count + 1):
            customer = (MARIA, TOM, None)[number % 3]
            self.log.append("note", actor="copilot", payload={"n": number}, ticket=TicketId("T-1"), customer=customer)

    def tamper(self, *orders: str) -> None:
        """Change the table as somebody may who owns the database: past the triggers."""
        with self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
            else:
                for name in ("no_update", "no_delete", "in_order"):
                    connection.execute(sa.text(f"DROP TRIGGER IF EXISTS audit_event_{name}"))
            for order in orders:
                connection.execute(sa.text(order))

    def entries(self) -> list[ChainEntry]:
        with self.engine.begin() as connection:
            return [ChainEntry(*row) for row in connection.execute(sa.select(audit_event).order_by(audit_event.c.seq))]


def keys_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'keys' / 'keys.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[House]:
    sqlite = f"sqlite:///{tmp_path / 'rung.db'}"
    url: str = sqlite if request.param == "sqlite" else request.getfixturevalue("fresh_postgresql")
    engine, keys = connect(url), KeyStore(keys_url(tmp_path))
    with engine.begin() as connection:
        metadata.create_all(connection)
        install_triggers(connection)
    yield House(url, tmp_path, clock, engine, keys, SqlAuditLog(engine, keys, tmp_path / "anchor", clock))
    engine.dispose()
    keys.close()


ONLY_SQLITE = pytest.mark.parametrize("here", ["sqlite"], indirect=True)


# --- writing and reading --------------------------------------------------------------------


def test_that_events_come_back_as_they_were_written(here: House) -> None:
    first = here.log.append("proposal", actor="copilot", payload=SECRET, ticket=TicketId("T-1"), customer=MARIA)
    second = here.log.append("stopped", actor="P-9", payload={"why": "£ \ud800", "sum": Money(minor=5400), "n": (1, 2)})
    assert (first, second) == (1, 2)
    one, two = here.again().events()
    assert (one.seq, one.kind, one.ticket, one.actor, one.payload) == (1, "proposal", "T-1", "copilot", SECRET)
    assert one.at == here.clock()
    assert (two.ticket, two.payload) == (
        None,
        {"why": "£ \ud800", "sum": {"minor": 5400, "currency": "GBP"}, "n": [1, 2]},
    )
    assert here.log.events(ticket=TicketId("T-1")) == (one,)
    assert here.log.events(after=1) == (two,)
    assert here.log.events(most=1) == (one,)


def test_that_nothing_about_the_customer_stands_in_clear(here: House) -> None:
    customer = CustomerId("C-4711-maria")
    here.log.append("proposal", actor="copilot", payload=SECRET, ticket=TicketId("T-1"), customer=customer)
    row = repr(here.entries())
    assert "Maria" not in row
    assert customer not in row
    assert hashlib.sha256(customer.encode()).hexdigest() not in row


def test_that_a_decision_and_its_event_are_kept_together_or_not_at_all(here: House) -> None:
    here.fill(2)
    with here.engine.begin() as connection:
        assert here.log.append_within(connection, "approval", actor="P-1", payload={}, customer=MARIA) == 3
        assert here.log.append_within(connection, "approval", actor="P-1", payload={}, customer=TOM) == 4
    with here.engine.begin() as connection:
        here.log.append_within(connection, "undone", actor="P-1", payload={}, customer=MARIA)
        connection.rollback()
    assert [event.kind for event in here.log.events()] == ["note", "note", "approval", "approval"]
    here.fill(1)
    assert here.log.verify().events == 5


def test_that_many_events_at_once_stand_in_the_chain_like_any_others(here: House) -> None:
    here.fill(1)
    many = [Telling(f"kind-{n}", "P-1", {"n": n}, TicketId("T-1"), MARIA if n % 2 else TOM) for n in range(3)]
    with here.engine.begin() as connection:
        assert here.log.append_all_within(connection, many) == 4
        assert here.log.append_all_within(connection, []) == 4
        assert here.log.append_all_within(connection, [Telling("last", "P-1", {})]) == 5
    with here.engine.begin() as connection:
        here.log.append_all_within(connection, many)
        connection.rollback()
    here.fill(1)
    assert [event.kind for event in here.log.events()] == ["note", "kind-0", "kind-1", "kind-2", "last", "note"]
    assert here.log.verify() == AuditReport(ok=True, events=6)
    here.log.forget(MARIA)
    assert [event.payload for event in here.log.events()][1:4] == [{"n": 0}, None, {"n": 2}]


def test_that_the_anchor_follows_the_callers_commit_by_itself(here: House) -> None:
    here.fill(2)
    with here.engine.begin() as connection:
        here.log.append_within(connection, "approval", actor="P-1", payload={})
    here.tamper("DELETE FROM audit_event WHERE seq = 3")
    assert here.log.verify().first_bad == 3


def test_that_a_commit_elsewhere_is_anchored_on_request(here: House) -> None:
    here.fill(2)
    with connect(here.url).begin() as connection:
        here.log.append_within(connection, "approval", actor="P-1", payload={})
    here.log.anchor_soon()
    here.tamper("DELETE FROM audit_event WHERE seq = 3")
    assert here.log.verify().first_bad == 3


# --- the record precedes the act ------------------------------------------------------------


def test_that_an_event_that_cannot_be_written_says_so(here: House) -> None:
    with pytest.raises(AuditUnavailable):
        here.log.append("note", actor="copilot", payload={"what": object()})
    here.fill(2)
    here.tamper("ALTER TABLE audit_event RENAME TO elsewhere")
    for attempt in (lambda: here.log.append("note", actor="copilot", payload={}), here.log.events, here.log.verify):
        with pytest.raises(AuditUnavailable):
            attempt()


def test_that_without_the_keys_nothing_is_recorded(here: House) -> None:
    here.fill(2)
    with connect(keys_url(here.folder)).begin() as connection:
        connection.execute(sa.text("DROP TABLE customer_key"))
    with pytest.raises(AuditUnavailable):
        here.log.append("note", actor="copilot", payload={}, customer=MARIA)
    assert here.log.verify().events == 2


def test_that_an_anchor_that_cannot_be_written_stops_the_next_act(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError("no space left on device")

    here.fill(2)
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        with here.engine.begin() as connection:
            here.log.append_within(connection, "note", actor="copilot", payload={})
        with here.engine.begin() as connection, pytest.raises(AuditUnavailable):
            here.log.append_within(connection, "note", actor="copilot", payload={})
        with pytest.raises(AuditUnavailable):
            here.log.append("note", actor="copilot", payload={})
    here.fill(1)
    assert here.log.verify() == AuditReport(ok=True, events=4)
    here.tamper("DELETE FROM audit_event WHERE seq = 4")
    assert here.log.verify().first_bad == 4


def test_that_nothing_is_chained_to_an_event_that_was_changed(here: House) -> None:
    here.fill()
    here.tamper("UPDATE audit_event SET actor = 'P-1' WHERE seq = 6")
    with pytest.raises(AuditUnavailable, match="seal"):
        here.fill(1)


def test_that_a_log_that_was_cut_is_not_written_on(here: House) -> None:
    here.fill()
    here.tamper("DELETE FROM audit_event WHERE seq > 4")
    with pytest.raises(AuditUnavailable, match="anchor"):
        here.fill(1)
    here.tamper("DELETE FROM audit_event")
    with pytest.raises(AuditUnavailable, match="anchor"):
        here.fill(1)
    assert here.log.verify().first_bad == 1


def test_that_a_log_is_not_written_on_with_other_keys(here: House) -> None:
    here.fill()
    others = KeyStore(f"sqlite:///{here.folder / 'others.db'}")
    log = SqlAuditLog(here.engine, others, here.anchor, here.clock)
    with pytest.raises(AuditUnavailable):
        log.append("note", actor="copilot", payload={})
    assert not log.verify().ok


# --- the database refuses -------------------------------------------------------------------

REST = "at, kind, ticket, customer_ref, actor, nonce, ciphertext, previous, hash"

REFUSED = {
    "update": "UPDATE audit_event SET kind = 'other' WHERE seq = 2",
    "delete": "DELETE FROM audit_event WHERE seq = 2",
    "delete all": "DELETE FROM audit_event",
}


@pytest.mark.parametrize("order", REFUSED.values(), ids=REFUSED.keys())
def test_that_the_database_itself_refuses_changes(here: House, order: str) -> None:
    here.fill(3)
    with pytest.raises(sa.exc.DBAPIError, match="append only"), here.engine.begin() as connection:
        connection.execute(sa.text(order))
    assert here.log.verify().ok


def test_that_the_database_refuses_the_ways_around(here: House) -> None:
    here.fill(3)
    ways = ["TRUNCATE audit_event", "SET session_replication_role = replica; DELETE FROM audit_event"]
    if here.engine.dialect.name == "sqlite":
        replace = f"INSERT OR REPLACE INTO audit_event SELECT 2, {REST} FROM audit_event WHERE seq = 3"  # noqa: S608
        ways = [replace, replace.replace("SELECT 2", "SELECT 9")]
    for way in ways:
        with pytest.raises(sa.exc.DBAPIError, match="append only"), here.engine.begin() as connection:
            connection.exec_driver_sql(way)
    with here.engine.begin() as connection:
        install_triggers(connection)
    assert here.log.verify().events == 3


# --- what was touched is found --------------------------------------------------------------

TAMPERED: dict[str, tuple[int, tuple[str, ...]]] = {
    "seq": (3, ("UPDATE audit_event SET seq = 9 WHERE seq = 3",)),
    "at": (3, ("UPDATE audit_event SET at = '2026-01-01T00:00:00.000000Z' WHERE seq = 3",)),
    "kind": (3, ("UPDATE audit_event SET kind = 'Note' WHERE seq = 3",)),
    "ticket": (3, ("UPDATE audit_event SET ticket = NULL WHERE seq = 3",)),
    "customer_ref": (4, ("UPDATE audit_event SET customer_ref = NULL WHERE seq = 4",)),
    "actor": (3, ("UPDATE audit_event SET actor = 'P-1' WHERE seq = 3",)),
    "nonce": (2, ("UPDATE audit_event SET nonce = (SELECT nonce FROM audit_event WHERE seq = 1) WHERE seq = 2",)),
    "ciphertext": (2, ("UPDATE audit_event SET ciphertext = nonce WHERE seq = 2",)),
    "previous": (5, ("UPDATE audit_event SET previous = hash WHERE seq = 5",)),
    "hash": (5, ("UPDATE audit_event SET hash = upper(hash) WHERE seq = 5",)),
    "first removed": (1, ("DELETE FROM audit_event WHERE seq = 1",)),
    "middle removed": (4, ("DELETE FROM audit_event WHERE seq = 4",)),
    "last removed": (6, ("DELETE FROM audit_event WHERE seq = 6",)),
    "all removed": (1, ("DELETE FROM audit_event",)),
    "removed and closed up": (
        3,
        (
            "DELETE FROM audit_event WHERE seq = 3",
            "UPDATE audit_event SET seq = 3 WHERE seq = 4",
            "UPDATE audit_event SET seq = 4 WHERE seq = 5",
            "UPDATE audit_event SET seq = 5 WHERE seq = 6",
        ),
    ),
    "two swapped": (
        2,
        (
            "UPDATE audit_event SET seq = 99 WHERE seq = 2",
            "UPDATE audit_event SET seq = 2 WHERE seq = 5",
            "UPDATE audit_event SET seq = 5 WHERE seq = 99",
        ),
    ),
    "one inserted at the end": (7, ("INSERT INTO audit_event SELECT 7, {rest} FROM audit_event WHERE seq = 6",)),
    "one inserted in front": (-5, ("INSERT INTO audit_event SELECT -5, {rest} FROM audit_event WHERE seq = 1",)),
}


@pytest.mark.parametrize(("bad", "orders"), TAMPERED.values(), ids=TAMPERED.keys())
def test_that_what_was_touched_is_found(here: House, bad: int, orders: tuple[str, ...]) -> None:
    here.fill()
    assert here.log.verify().ok
    here.tamper(*(order.format(rest=REST) for order in orders))
    report = here.again().verify()
    assert (report.ok, report.first_bad) == (False, bad), report.reason


def test_that_a_log_chained_anew_without_the_key_is_found(here: House) -> None:
    here.fill()
    place, rows = ChainPlace(), []
    for entry in here.entries():
        forged = entry._replace(kind="forged", previous=place.head)
        rows.append(forged._replace(hash=seal(b"a guess", forged))._asdict())
        place = ChainPlace(entry.seq, str(rows[-1]["hash"]))
    here.tamper("DELETE FROM audit_event")
    with here.engine.begin() as connection:
        connection.execute(sa.insert(audit_event), rows)
    assert here.log.verify().first_bad == 1


@ONLY_SQLITE
def test_that_rows_hidden_behind_a_batch_are_found(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "BATCH", 2)
    here.fill()
    assert here.log.verify() == AuditReport(ok=True, events=6)
    here.tamper(
        "CREATE TABLE loose AS SELECT * FROM audit_event",
        "DROP TABLE audit_event",
        "ALTER TABLE loose RENAME TO audit_event",
        "INSERT INTO audit_event SELECT * FROM audit_event WHERE seq = 2",
    )
    assert not here.log.verify().ok


def test_that_altered_events_are_never_shown(here: House) -> None:
    here.fill()
    here.tamper("UPDATE audit_event SET customer_ref = 'gone' WHERE seq = 4")
    with pytest.raises(AuditBroken, match="4"):
        here.log.events()
    assert len(here.log.events(most=3)) == 3


def _standing() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loose(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A log of six events without triggers, to be changed and mended over and over."""
    folder = tmp_path_factory.mktemp("loose")
    url = f"sqlite:///{folder / 'rung.db'}"
    engine, keys = connect(url), KeyStore(keys_url(folder))
    metadata.create_all(engine)
    log = SqlAuditLog(engine, keys, folder / "anchor", _standing)
    house = House(url, folder, _standing, engine, keys, log)
    house.fill()
    return house


VALUES = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=70), st.binary(max_size=20))


@given(seq=st.integers(1, 6), column=st.sampled_from(ChainEntry._fields), value=VALUES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_any_change_of_any_column_in_the_table_is_found(
    loose: House, seq: int, column: str, value: object
) -> None:
    raw = loose.engine.raw_connection()
    try:
        select = "SELECT * FROM audit_event WHERE seq = ?"
        cursor = raw.cursor()
        before = cursor.execute(select, (seq,)).fetchone()
        try:
            cursor.execute(f"UPDATE audit_event SET {column} = ? WHERE seq = ?", (value, seq))  # noqa: S608
        except (sqlite3.Error, UnicodeEncodeError):
            assume(False)
        same = cursor.execute(select, (seq,)).fetchone() == before
        report = loose.log.verify()
        cursor.execute("DELETE FROM audit_event WHERE seq = ? OR (seq = ? AND 'seq' = ?)", (seq, value, column))
        cursor.execute("INSERT INTO audit_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", before)
    finally:
        raw.close()
    assert report.ok == same
    assert loose.log.verify().ok


@ONLY_SQLITE
def test_that_text_that_is_no_text_is_found(here: House) -> None:
    here.fill()
    here.tamper("UPDATE audit_event SET actor = CAST(x'ff' AS TEXT) WHERE seq = 4")
    assert here.log.verify().first_bad == 4


# --- the anchor -----------------------------------------------------------------------------


def test_that_an_anchor_behind_the_log_is_allowed_and_catches_up(here: House) -> None:
    here.fill(3)
    old = here.anchor.read_bytes()
    here.fill(2)
    here.anchor.write_bytes(old)
    assert here.again().verify().ok
    here.fill(1)
    assert here.anchor.read_bytes() != old
    assert here.log.verify().events == 6


def test_that_the_anchor_never_goes_back(here: House) -> None:
    here.fill(3)
    newest = here.anchor.read_bytes()
    here.tamper("DELETE FROM audit_event WHERE seq = 3")
    here.log.anchor_soon()
    assert here.anchor.read_bytes() == newest


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"events": 0, "head": "", "seal": ""}\n'])
def test_that_a_missing_or_forged_anchor_is_found_and_not_mended(here: House, content: bytes | None) -> None:
    here.fill(3)
    if content is None:
        here.anchor.unlink()
    else:
        here.anchor.write_bytes(content)
    assert not here.again().verify().ok
    with pytest.raises(AuditUnavailable):
        here.log.append("note", actor="copilot", payload={})
    with pytest.raises(AuditUnavailable):
        here.log.anchor_soon()
    assert not here.log.verify().ok


def test_that_anchor_and_keys_are_for_their_owner_only(here: House) -> None:
    here.fill(3)
    private = [here.anchor, *(here.folder / "keys").iterdir()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in private} == {0o600}
    assert stat.S_IMODE((here.folder / "keys").stat().st_mode) == 0o700


# --- erasure --------------------------------------------------------------------------------


def test_that_an_erased_customers_events_cannot_be_read_and_the_chain_still_verifies(here: House) -> None:
    other = here.again()
    here.log.append("proposal", actor="copilot", payload=SECRET, customer=MARIA)
    here.log.append("proposal", actor="copilot", payload={"for": "Tom"}, customer=TOM)
    assert other.events()[0].payload == SECRET
    assert here.log.forget(MARIA)
    assert not here.log.forget(MARIA)
    for log in (here.log, other, here.again()):
        assert [event.payload for event in log.events()] == [None, {"for": "Tom"}]
        assert log.verify().ok


def test_that_a_new_event_about_an_erased_customer_has_a_new_key_in_every_process(here: House) -> None:
    other = here.again()
    other.append("note", actor="copilot", payload={"n": 1}, customer=MARIA)
    here.log.forget(MARIA)
    other.append("note", actor="copilot", payload={"n": 2}, customer=MARIA)
    here.log.append("note", actor="copilot", payload={"n": 3}, customer=MARIA)
    assert [event.payload for event in here.log.events()] == [None, {"n": 2}, {"n": 3}]
    first, second, third = (entry.customer_ref for entry in here.entries())
    assert first != second == third


def test_that_a_destroyed_key_is_nowhere_on_the_disk(tmp_path: Path) -> None:
    keys = KeyStore(keys_url(tmp_path))
    # the id ends in no sign of a hexadecimal reference, which stands right behind it in a row
    made = {number: keys.for_customer(CustomerId(f"C-{number}x")).key for number in range(150)}

    def left() -> bytes:
        return b"".join(file.read_bytes() for file in sorted((tmp_path / "keys").iterdir()))

    assert all(key in left() for key in made.values())
    gone = range(0, 150, 29)
    for number in gone:
        assert keys.forget(CustomerId(f"C-{number}x"))
        assert made[number] not in left()
    assert all((key in left()) == (number not in gone) for number, key in made.items())
    assert not any(f"C-{number}x".encode() in left() for number in gone)
    keys.close()


def test_that_keys_may_lie_in_postgresql(fresh_postgresql: str) -> None:
    keys, other = KeyStore(fresh_postgresql), KeyStore(fresh_postgresql)
    first = keys.for_customer(MARIA)
    assert other.for_customer(MARIA) == first
    assert other.secret("seal") == keys.secret("seal")
    assert other.by_refs({first.ref, "none"}) == {first.ref: first.key}
    assert keys.forget(MARIA)
    assert not other.forget(MARIA)
    assert other.by_refs({first.ref}) == {}
    assert other.for_customer(MARIA) != first


# --- many at once ---------------------------------------------------------------------------

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cx_core.adapters.audit.audit_log import SqlAuditLog
from cx_core.adapters.sql.database import connect
from cx_core.adapters.keys.key_store import KeyStore
url, keys, anchor, name = sys.argv[1:]
log = SqlAuditLog(connect(url), KeyStore(keys), Path(anchor), lambda: datetime.now(UTC))
for number in range(40):
    log.append("note", actor=name, payload={"n": number}, customer=f"C-{number % 5}")
"""


def test_that_two_processes_keep_one_chain_without_gaps(here: House) -> None:
    arguments = [here.url, keys_url(here.folder), str(here.anchor)]
    command = [sys.executable, "-c", WRITER, *arguments]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("one", "two")]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    report = here.log.verify()
    assert (report.ok, report.events) == (True, 80)
    for name in ("one", "two"):
        payloads = [event.payload for event in here.log.events() if event.actor == name]
        assert payloads == [{"n": number} for number in range(40)]


def test_that_threads_keep_one_chain_without_gaps(here: House) -> None:
    def write(number: int) -> int:
        customer = CustomerId(f"C-{number % 3}")
        if number % 2:
            return here.log.append("note", actor="copilot", payload={"n": number}, customer=customer)
        with here.engine.begin() as connection:
            return here.log.append_within(connection, "note", actor="copilot", payload={"n": number}, customer=customer)

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(write, range(80)))
    assert sorted(numbers) == list(range(1, 81))
    assert here.log.verify().events == 80
    here.tamper("DELETE FROM audit_event WHERE seq = 80")
    assert here.log.verify().first_bad == 80


def test_that_checking_neither_waits_for_a_writer_nor_sees_half_of_its_work(here: House) -> None:
    here.fill(3)
    with here.engine.begin() as connection:
        here.log.append_within(connection, "note", actor="copilot", payload={})
        assert here.log.verify() == AuditReport(ok=True, events=3)
    assert here.log.verify() == AuditReport(ok=True, events=4)
