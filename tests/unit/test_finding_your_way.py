"""The page that says where things are: each file is there and holds the name that it promises."""

from __future__ import annotations

import re

import pytest

from cx_core.settings import ROOT

ROWS = [
    line.split("|")
    for line in (ROOT / "docs" / "finding-your-way.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`" in line
]


@pytest.mark.parametrize(
    ("question", "files", "name"), [row[1:4] for row in ROWS], ids=[row[1].strip() for row in ROWS]
)
def test_that_a_file_holds_what_the_page_promises(question: str, files: str, name: str) -> None:
    paths = [ROOT / path for path in re.findall(r"`([^`]+)`", files)]
    assert paths
    assert [path for path in paths if not path.is_file()] == []
    (wanted,) = re.findall(r"`([^`]+)`", name)
    assert re.search(rf"^\s*(?:def|class) {wanted}\b", paths[-1].read_text(encoding="utf-8"), re.MULTILINE), question


def test_that_the_page_answers_at_least_ten_questions() -> None:
    assert len(ROWS) >= 10
