"""Files that wait when a process is killed are read by the next one: each wholly or not at all, none for ever."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench import documents
from cx_core.bootstrap import now
from cx_core.knowledge_base.articles import ArticleEntry, Upload
from cx_core.settings import ROOT, Settings
from tests.integration.upload_driver import POISON
from tests.scripted import ScriptedWorks

pytestmark = pytest.mark.slow

KILLED = -signal.SIGKILL


def run(data: Path, folder: Path, *points: int, first: int = 0) -> list[int]:
    command = [
        sys.executable,
        "-m",
        "tests.integration.upload_driver",
        str(data),
        str(folder),
        str(first),
        *map(str, points),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    ends: list[int] = json.loads(done.stdout)
    assert set(ends) <= {0, KILLED}, done.stderr
    return ends


def left(data: Path) -> tuple[list[ArticleEntry], list[Upload]]:
    """What is in the database, the log checked."""
    works = ScriptedWorks(Settings(data_dir=data, knowledge=ROOT / "knowledge", demo=True), now)
    try:
        with works.store.look() as unit:
            entries = [one for one in unit.articles.all() if one.origin == "upload"]
            uploads = list(unit.uploads.latest(1000))
        report = works.audit.verify()
        assert report.ok, report.reason
        assert [event.kind for event in works.audit.events(most=1000)].count("article_written") == len(entries)
        return entries, uploads
    finally:
        works.close()


def assert_whole(data: Path) -> tuple[list[ArticleEntry], list[Upload]]:
    """Every file that is told of as read is there with all its articles, and no article without its file."""
    entries, uploads = left(data)
    assert {id for one in uploads if one.state == "read" for id in one.articles} == {one.id for one in entries}
    assert all((one.latest.number, one.live, one.state) == (1, None, "draft") for one in entries)
    return entries, uploads


def kept(data: Path) -> int:
    return sum(one.is_file() for one in (data / "uploads").rglob("*"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    for n in range(5):
        (made / f"{n}.md").write_bytes(documents.markdown(n))
    (made / "many.zip").write_bytes(documents.zipped({f"in-{n}.md": documents.markdown(50 + n) for n in range(3)}))
    return made


@pytest.mark.parametrize("point", [2, 7, 16])
def test_that_whatever_was_killed_in_the_middle_is_finished_by_the_next(
    data_dir: Path, folder: Path, point: int
) -> None:
    assert run(data_dir, folder, point) == [KILLED]
    _, uploads = assert_whole(data_dir)
    waiting = sum(one.state == "waiting" for one in uploads)
    assert 0 < waiting <= kept(data_dir), "what waits is kept"
    assert run(data_dir, folder, 0, first=1) == [0]
    entries, uploads = assert_whole(data_dir)
    assert {one.state for one in uploads} <= {"read", "same"}, "of an archive that was read in part, that part is known"
    assert len(entries) == 8
    assert kept(data_dir) == 0


def test_that_a_file_that_kills_who_reads_it_is_refused_after_two_and_keeps_no_other_away(
    data_dir: Path, folder: Path
) -> None:
    (folder / POISON).write_bytes(documents.markdown(99))
    assert run(data_dir, folder, 0, 0) == [KILLED, KILLED]
    assert run(data_dir, folder, 0, 0, first=2) == [0, 0]
    entries, uploads = assert_whole(data_dir)
    told = {one.name: one for one in uploads}
    assert {name for name, one in told.items() if one.state != "read"} == {POISON}
    assert told[POISON].state == "refused"
    assert "Rung ended twice while it was read" in told[POISON].trouble
    assert len(entries) == 8
    assert kept(data_dir) == 0
