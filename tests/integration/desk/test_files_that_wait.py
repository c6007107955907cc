"""Files that were handed in and wait: kept until they are read, by whichever process, and only for who still may."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.files.waiting_files import WaitingFiles
from cx_core.adapters.sql import tables as t
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.desk.ingestion import ingestion_queue, uploads
from cx_core.desk.ingestion.ingestion_queue import AT_ONCE, HELD
from cx_core.errors import StoreUnavailable
from cx_core.knowledge_base.articles import SYNCED_BY, Upload
from cx_core.ports.conversion import DocumentReading
from cx_core.records import File, PersonId, Role
from cx_core.views import Refusal
from tests.integration.desk.test_uploading import EDITOR, PATIENCE, employed, entries, handed, read
from tests.scripted import InlineWorks, person

WORDS = b"# Fibre to the boat\n\nAt every mooring and lock."
COLLEAGUE = person(Role.EDITOR, "Olga Brand")


def kept(works: InlineWorks) -> list[Path]:
    return [one for one in (works.settings.data_dir / "uploads").rglob("*") if one.is_file()]


def left_by_another(desk: Desk, works: InlineWorks, *files: File, publish: bool = True) -> tuple[Upload, ...]:
    """Handed in to a process that never read them, and has gone since."""
    employed(desk, EDITOR)
    desk.ingestion_queue._submit = _nothing  # type: ignore[method-assign, assignment]
    rows = desk.uploads.hand_in(EDITOR, files, publish=publish)
    assert not isinstance(rows, Refusal)
    assert {one.state for one in rows} == {"waiting"}
    works.clock.forward(seconds=HELD.total_seconds() + 1)  # type: ignore[attr-defined]
    return rows


def _nothing(_row: Upload, *, alone: bool = False) -> None: ...


def next_one(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


def tries(works: InlineWorks, row: Upload) -> int:
    with works.engine.connect() as connection:
        return int(connection.execute(sa.select(t.upload.c.tries).where(t.upload.c.id == row.id)).scalar_one())


def test_that_what_is_handed_in_is_on_the_disk_sealed_until_it_is_read(desk: Desk, works: InlineWorks) -> None:
    (row,) = left_by_another(desk, works, File(name="a.md", content=WORDS))
    (place,) = kept(works)
    assert b"mooring" not in place.read_bytes()
    assert place.stat().st_mode & 0o077 == 0
    other = next_one(works)
    other.ingestion_queue.read_on()
    (now,) = read(other, [row])
    assert (now.state, now.person) == ("read", EDITOR.id)
    (made,) = entries(other).values()
    assert (made.state, made.latest.made_by) == ("published", EDITOR.id)
    assert gone(works)


def gone(works: InlineWorks) -> bool:
    until = time.monotonic() + PATIENCE
    while kept(works) and time.monotonic() < until:
        time.sleep(0.02)
    return not kept(works)


def test_that_a_living_process_keeps_what_it_has_and_nothing_is_read_twice(desk: Desk, works: InlineWorks) -> None:
    (row,) = left_by_another(desk, works, File(name="a.md", content=WORDS))
    desk.ingestion_queue._in_hand[row.id] = (row, None)  # type: ignore[assignment]
    forward = works.clock.forward  # type: ignore[attr-defined]
    forward(seconds=-6)
    desk.ingestion_queue.read_on()  # it says that it lives
    forward(seconds=10)
    other = next_one(works)
    other.ingestion_queue.read_on()
    time.sleep(0.3)
    assert [one.state for one in other.uploads.recent(EDITOR)] == ["waiting"]
    assert tries(works, row) == 0


def test_that_nothing_is_taken_in_under_the_name_of_who_left_or_may_not_any_more(
    desk: Desk, works: InlineWorks
) -> None:
    for change in ({"disabled": True}, {"disabled": False, "role": "advisor"}):
        rows = left_by_another(desk, works, File(name=f"{len(change)}.md", content=WORDS + str(change).encode()))
        with works.engine.begin() as connection:
            connection.execute(sa.update(t.account).where(t.account.c.id == EDITOR.id).values(**change))
        other = next_one(works)
        other.ingestion_queue.read_on()
        employed(other, COLLEAGUE)
        read(other, rows)
        now = next(one for one in other.uploads.recent(COLLEAGUE) if one.id == rows[0].id)
        assert now.state == "refused"
        assert "Edith Larsen handed it in and may not change knowledge any more" in now.trouble
        assert entries(other) == {}
        assert gone(works)
        with works.engine.begin() as connection:
            values = {"disabled": False, "role": "editor"}
            connection.execute(sa.update(t.account).where(t.account.c.id == EDITOR.id).values(**values))
    assert handed(next_one(works), (rows[0].name, WORDS))[0].state == "read", "it is no fault of the bytes"


def test_that_an_account_closed_while_a_file_is_read_takes_nothing_in(
    desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = desk.file_ingestion._converter.read

    def closing(name: str, content: bytes) -> DocumentReading:
        works.accounts.set_disabled(EDITOR.id, True)
        return real(name, content)

    monkeypatch.setattr(desk.file_ingestion._converter, "read", closing)
    (one,) = handed(desk, ("a.md", WORDS), publish=True)
    assert (one.state, entries(desk)) == ("refused", {})
    assert "may not change knowledge any more" in one.trouble


def test_that_what_waits_when_rung_is_stopped_waits_for_the_next_and_the_rest_is_whole(
    desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go, reading = threading.Event(), threading.Barrier(AT_ONCE + 1)
    real = desk.file_ingestion._converter.read

    def slowly(name: str, content: bytes) -> DocumentReading:
        reading.wait(10)
        assert may_go.wait(10)
        return real(name, content)

    monkeypatch.setattr(desk.file_ingestion._converter, "read", slowly)
    files = [File(name=f"{n}.md", content=f"# Title {n}\n\nwords".encode()) for n in range(6)]
    employed(desk, EDITOR)
    rows = desk.uploads.hand_in(EDITOR, files)
    assert not isinstance(rows, Refusal)
    reading.wait(10)
    monkeypatch.setattr(ingestion_queue, "STOPPING", 0.1)
    desk.ingestion_queue.stop_reading()
    assert [one.state for one in desk.uploads.recent(EDITOR)] == ["waiting"] * 6
    assert [tries(works, row) for row in rows] == [0] * 6, "whoever stops Rung says nothing against a file"
    may_go.set()
    until = time.monotonic() + PATIENCE
    while [one.state for one in desk.uploads.recent(EDITOR)].count("read") < AT_ONCE:
        assert time.monotonic() < until, "what was begun is finished where the process lives on"
        time.sleep(0.05)
    assert len(entries(desk)) == AT_ONCE
    desk.ingestion_queue.read_on()
    assert [one.state for one in desk.uploads.recent(EDITOR)].count("waiting") == 6 - AT_ONCE, "it was told to stop"
    monkeypatch.undo()
    other = next_one(works)
    other.ingestion_queue.read_on()
    assert {one.state for one in read(other, rows)} == {"read"}
    assert len(entries(other)) == 6
    assert gone(works)


def test_that_a_file_whose_reading_was_begun_twice_is_refused_and_read_alone_the_second_time(
    desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of: list[tuple[str, str]] = []
    files = [File(name=f"{n}.md", content=f"# Title {n}\n\nwords".encode()) for n in range(5)]
    rows = left_by_another(desk, works, *files)
    with works.engine.begin() as connection:
        for row, count in zip(rows, (2, 1, 0, 0, 0), strict=True):
            connection.execute(sa.update(t.upload).where(t.upload.c.id == row.id).values(tries=count))
    other = next_one(works)
    real = other.file_ingestion._converter.read

    def watched(name: str, content: bytes) -> DocumentReading:
        told_of.append(("begun", name))
        if name == "1.md":
            time.sleep(0.5)
        try:
            return real(name, content)
        finally:
            told_of.append(("done", name))

    monkeypatch.setattr(other.file_ingestion._converter, "read", watched)
    other.ingestion_queue.read_on()
    told = read(other, rows)
    assert [one.state for one in told] == ["refused", "read", "read", "read", "read"]
    assert "ended twice" in told[0].trouble
    begun = told_of.index(("begun", "1.md"))
    assert told_of[begun + 1] == ("done", "1.md"), "nothing was begun meanwhile"
    assert {name for _, name in told_of[:begun]} == {name for what, name in told_of[:begun] if what == "done"}


def test_that_a_file_that_waited_while_a_later_one_of_its_name_was_read_takes_nothing_back(
    desk: Desk, works: InlineWorks
) -> None:
    (row,) = left_by_another(desk, works, File(name="a.md", content=b"# A\n\nold"))
    other = next_one(works)
    handed_later = other.uploads.hand_in(EDITOR, [File(name="a.md", content=b"# A\n\nnew")], publish=True)
    assert not isinstance(handed_later, Refusal)
    until = time.monotonic() + PATIENCE
    while [one.state for one in other.uploads.recent(EDITOR)].count("read") < 1:
        assert time.monotonic() < until
        time.sleep(0.05)
    other.ingestion_queue.read_on()
    (now,) = read(other, [row])
    assert (now.state, "A later file of this name" in now.trouble) == ("refused", True)
    assert [one.latest.content.text for one in entries(other).values()] == ["new"]


@pytest.mark.parametrize("written_down", [True, False])
def test_that_a_database_or_disk_away_for_a_moment_says_nothing_against_a_file(
    desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch, written_down: bool
) -> None:
    (row,) = left_by_another(desk, works, File(name="a.md", content=WORDS))
    other, forward = next_one(works), works.clock.forward  # type: ignore[attr-defined]
    real, tried = other.ingestion_queue._waiting_files.read, threading.Event()

    def away(_id: str) -> bytes:
        tried.set()
        raise StoreUnavailable("Files cannot be kept or read now. Is the disk full, or away?")

    monkeypatch.setattr(other.ingestion_queue._waiting_files, "read", away)
    if not written_down:  # the database was away then, too
        monkeypatch.setattr(other.ingestion_queue, "_let_go", lambda _ids: None)
    other.ingestion_queue.read_on()
    assert tried.wait(PATIENCE)
    until = time.monotonic() + PATIENCE
    while other.ingestion_queue._in_hand and time.monotonic() < until:
        time.sleep(0.02)
    assert [one.state for one in other.uploads.recent(EDITOR)] == ["waiting"]
    assert len(kept(works)) == 1
    monkeypatch.setattr(other.ingestion_queue._waiting_files, "read", real)
    for _ in range(0 if written_down else 5):
        forward(seconds=5)
        other.ingestion_queue.read_on()
    other.ingestion_queue.read_on()
    assert [one.state for one in read(other, [row])] == ["read"]
    assert gone(works)


@pytest.mark.parametrize(("state", "by"), [("quarantined", EDITOR.id), ("read", SYNCED_BY)])
def test_that_a_later_file_that_is_no_article_of_its_own_takes_no_ones_place(
    desk: Desk, works: InlineWorks, state: str, by: PersonId
) -> None:
    (row,) = left_by_another(desk, works, File(name="a.md", content=WORDS))
    later = {"id": "later", "sha256": "0", "state": state, "person": by, "at": works.clock()}
    with works.store.begin() as unit:
        unit.uploads.put(row.replace(**later))
    other = next_one(works)
    other.ingestion_queue.read_on()
    assert [one.state for one in read(other, [row])] == ["read"]


def test_that_a_file_that_is_read_more_slowly_than_a_later_one_of_its_name_takes_nothing_back(
    desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = left_by_another(desk, works, File(name="a.md", content=b"# A\n\nold"))
    other = next_one(works)
    real = other.file_ingestion._converter.read

    def slowly(name: str, content: bytes) -> DocumentReading:
        if b"old" in content:
            later = {"id": "later", "sha256": "0", "state": "read", "at": works.clock()}
            with works.store.begin() as unit:
                unit.uploads.put(row.replace(**later))
        return real(name, content)

    monkeypatch.setattr(other.file_ingestion._converter, "read", slowly)
    other.ingestion_queue.read_on()
    (now,) = read(other, [row])
    assert (now.state, "A later file of this name" in now.trouble) == ("refused", True)
    assert entries(other) == {}


def test_that_a_file_whose_bytes_are_gone_says_so(desk: Desk, works: InlineWorks) -> None:
    row = Upload(id="x", name="a.md", sha256="0", size=1, state="waiting", person=EDITOR.id, at=works.clock())
    with works.store.begin() as unit:
        unit.uploads.put(row)  # as a version of Rung left it that kept no bytes
    employed(desk, EDITOR)
    (lost,) = left_by_another(desk, works, File(name="b.md", content=WORDS))
    kept(works)[0].write_bytes(b"x" * 40)
    other = next_one(works)
    other.ingestion_queue.read_on()
    told = read(other, [row, lost])
    assert all("hand it in again" in one.trouble for one in told), told


def test_that_nothing_is_received_where_it_cannot_be_kept(
    desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count = WaitingFiles.keep, [0]

    def full(files: WaitingFiles, id: str, content: bytes) -> None:
        count[0] += 1
        if count[0] == 3:
            raise StoreUnavailable("Files cannot be kept or read now. Is the disk full, or away?")
        real(files, id, content)

    monkeypatch.setattr(WaitingFiles, "keep", full)
    with pytest.raises(StoreUnavailable, match="disk full"):
        desk.uploads.hand_in(EDITOR, [File(name=f"{n}.md", content=b"# A\n\nb") for n in range(5)])
    assert (desk.uploads.recent(EDITOR), kept(works)) == ((), [])


def test_that_what_waits_has_a_bound_and_what_is_too_large_is_not_kept(
    desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_by_another(desk, works, File(name="a.md", content=WORDS))
    monkeypatch.setattr(uploads, "MOST_WAITING", len(WORDS) * 2)
    answer = desk.uploads.hand_in(EDITOR, [File(name="b.md", content=WORDS + b"more")])
    assert isinstance(answer, Refusal)
    assert "once the others are read" in answer.text
    monkeypatch.setattr(desk.file_ingestion, "_most_upload", 10)
    large = desk.uploads.hand_in(EDITOR, [File(name="c.md", content=WORDS)])
    assert not isinstance(large, Refusal)
    assert (large[0].state, len(kept(works))) == ("refused", 1)


def test_that_what_a_killed_process_left_on_the_disk_is_removed_and_what_waits_is_not(
    desk: Desk, works: InlineWorks
) -> None:
    left_by_another(desk, works, File(name="a.md", content=WORDS))
    (waits,) = kept(works)
    orphan, part = waits.parent.with_name("ff") / ("f" * 32), waits.with_name(f"{'e' * 32}.ab.part")
    orphan.parent.mkdir(exist_ok=True)
    for one in (orphan, part):
        one.write_bytes(b"left")
    young = waits.with_name("d" * 32)
    young.write_bytes(b"just being handed in")
    for one in (orphan, part, waits):
        os.utime(one, (time.time() - 7200,) * 2)
    works.clock.forward(hours=-1)  # type: ignore[attr-defined]  # it is still another living process's
    next_one(works).ingestion_queue.read_on()
    assert set(kept(works)) == {waits, young}
    assert timedelta(hours=1) == ingestion_queue.SWEPT
