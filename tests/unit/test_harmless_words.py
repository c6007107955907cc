"""Strangers' words where a program other than Rung reads them: a terminal, a program for tables."""

from __future__ import annotations

import pytest

from cx_core.cli import commands as command
from pages.parts.cells import cell


def test_that_a_command_prints_nothing_that_commands_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    command._say("👩\u200d👧 می\u200cخواهم")
    assert capsys.readouterr().out == "👩\u200d👧 می\u200cخواهم\n"
    command._say("read  a\x1b[2J.md\x9b31m \u202eeert\udcff\n\tnext, 54 £")
    assert capsys.readouterr().out == "read  a\ufffd[2J.md\ufffd31m \ufffdeert\ufffd\n\tnext, 54 £\n"


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1"])
def test_that_no_cell_begins_like_a_formula(words: str) -> None:
    assert cell(words) == f"'{words}"
    assert cell(f"a{words}") == f"a{words}"
