"""The files of a folder that is synced: nothing from outside it, and no odd thing in it that keeps the others away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cx_core.adapters.files.folder_files import files_of
from cx_core.desk.ingestion.folder_sync import FoundFile

MOST = 1_000


def found(folder: Path) -> dict[str, FoundFile]:
    return {one.name: one for one in files_of(folder, MOST)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a secret beside it."""
    (tmp_path / "secret.md").write_text("secret")
    made = tmp_path / "docs"
    (made / "inner").mkdir(parents=True)
    (made / "good.md").write_text("good")
    return made


def test_that_links_to_outside_and_to_each_other_are_told_of_and_the_rest_is_read(folder: Path) -> None:
    (folder / "out.md").symlink_to("../secret.md")
    (folder / "self.md").symlink_to("self.md")
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    (folder / "inner" / "up").symlink_to("../..")
    (folder / "within.md").symlink_to("good.md")
    os.mkfifo(folder / "pipe.md")
    files = found(folder)
    assert {name for name, one in files.items() if not one.trouble} == {"good.md", "within.md"}
    assert files["within.md"].read() == b"good"
    assert "link" in files["self.md"].trouble
    assert all("secret" not in name for name in files)


def test_that_a_file_put_in_anothers_place_after_it_was_looked_at_is_not_read(folder: Path) -> None:
    file = found(folder)["good.md"]
    (folder / "good.md").unlink()
    (folder / "good.md").symlink_to("../secret.md")
    with pytest.raises(OSError, match="out of the folder"):
        file.read()


def test_that_a_file_that_grew_since_is_not_held_in_memory(folder: Path) -> None:
    file = found(folder)["good.md"]
    (folder / "good.md").write_bytes(b"x" * (MOST + 1))
    with pytest.raises(OSError, match="too large"):
        file.read()
