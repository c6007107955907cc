"""A sync killed anywhere leaves each file wholly there or not at all, and doing it again finishes it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench import documents
from cx_core.bootstrap import now
from cx_core.knowledge_base.articles import ArticleEntry, Upload
from cx_core.settings import ROOT, Settings
from tests.scripted import ScriptedWorks

pytestmark = pytest.mark.slow

KILLED = -signal.SIGKILL
POINTS = (1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 2, 3, 5)
"""Each process takes up what the one before left, so that other files meet the same points."""


def files() -> dict[str, bytes]:
    found = {f"good-{n}.{ending}": make(n) for n, (ending, make) in enumerate(documents.GOOD)}
    found |= {f"more-{n}.md": documents.markdown(100 + n) for n in range(6)}
    return found | {"bad.exe": b"MZ", "odd.md": documents.PLANTED[0][1](1)}


def run(data: Path, folder: Path, *points: int) -> list[int]:
    command = [sys.executable, "-m", "tests.integration.sync_driver", str(data), str(folder), *map(str, points)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    ends: list[int] = json.loads(done.stdout)
    assert set(ends) <= {0, KILLED}, done.stderr
    return ends


def left(data: Path) -> tuple[list[ArticleEntry], list[Upload], list[str]]:
    """What is in the database, the log checked."""
    works = ScriptedWorks(Settings(data_dir=data, knowledge=ROOT / "knowledge", demo=True), now)
    try:
        with works.store.look() as unit:
            entries = [one for one in unit.articles.all() if one.origin == "synced"]
            uploads = list(unit.uploads.latest(1000))
        report = works.audit.verify()
        assert report.ok, report.reason
        return entries, uploads, [event.kind for event in works.audit.events(most=1000)]
    finally:
        works.close()


def assert_whole(data: Path) -> None:
    """Every file that is told of as read is there with all its articles, and no article is there without its file."""
    entries, uploads, kinds = left(data)
    of_files = {id for one in uploads if one.state == "read" for id in one.articles}
    assert of_files == {one.id for one in entries}
    assert all((one.latest.number, one.live, one.state) == (1, 1, "published") for one in entries)
    assert kinds.count("article_written") == len(entries)
    assert Counter(one.name for one in uploads).most_common(1)[0][1] == 1 if uploads else True


def test_that_a_sync_killed_anywhere_is_finished_by_the_next(data_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, content in files().items():
        (folder / name).write_bytes(content)

    assert run(data_dir, folder, *POINTS[:4]) == [KILLED] * 4
    assert_whole(data_dir)
    ends = run(data_dir, folder, *POINTS[4:], 0, 0)

    assert ends[:5] == [KILLED] * 5, ends
    assert ends[-2:] == [0, 0]
    assert_whole(data_dir)
    entries, uploads, _ = left(data_dir)
    told = {one.name: one.state for one in uploads}
    assert {name: told[name] for name in files()} == {
        name: "refused" if name == "bad.exe" else "quarantined" if name == "odd.md" else "read" for name in files()
    }
    assert len(entries) == len(files()) - 3 + 3, "three files in the archive, nothing of it twice"
