"""A day that is named with its month names no month beside it."""

from __future__ import annotations

from datetime import date

import pytest

from cx_core.text.dates import whole_dates

TODAY = date(2026, 11, 25)
DAYS = {
    "september 1st": "2026-09-01",
    "the 1st of September": "2026-09-01",
    "1 sept": "2026-09-01",
    "October 31": "2026-10-31",
}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("said", ["the {} bill", "what was on my {} bill?", "pls send the bill from {} again"])
def test_that_the_month_of_a_day_is_not_named_by_itself(day: str, said: str) -> None:
    found = [one.value for one in whole_dates(said.format(day), TODAY)]
    assert found
    assert all(len(value) == len("2026-09-01") for value in found)
    assert {value[5:] for value in found} == {DAYS[day][5:]}


def test_that_a_month_beside_a_day_is_named() -> None:
    found = {one.value[5:] for one in whole_dates("the September bill, not the one of 1 October", TODAY)}
    assert found == {"09", "10-01"}
