"""Tables of articles as a customer reads them: lines, never marks of Markdown."""

from __future__ import annotations

import pytest

from cx_core.text.wording import without_tables


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (
            "| Value | Fee |\n|---|---|\n| up to £50 | £5 |\n| above | £9 |",
            "- Value up to £50: fee £5\n- Value above: fee £9",
        ),
        ("Value | Fee\n:-- | --:\n£50 | £5", "- Value £50: fee £5"),
        ("|  | SIM | iPhone |\n| - | :-: | - |\n| free | yes | no |", "- free: SIM yes, iPhone no"),
        ("| Plan | A month | Speed |\n|---|---|---|\n| Fibre 75 | £29 | |", "- Plan Fibre 75: a month £29"),
        ("| Sign |\n|---|\n| a \\| b |", "- Sign a | b"),
    ],
)
def test_that_a_table_is_told_in_lines(table: str, lines: str) -> None:
    assert without_tables(f"## Fees\nBefore.\n\n{table}\n\nAfter.") == f"## Fees\nBefore.\n\n{lines}\n\nAfter."


@pytest.mark.parametrize("text", ["Choose a | b.", "One\n---\nTwo", "- a\n- b", "Nothing | here\nNo | table"])
def test_that_what_is_no_table_stays(text: str) -> None:
    assert without_tables(text) == text
