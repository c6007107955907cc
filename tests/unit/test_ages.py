"""How long ago a day is, as conditions say it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.text.ages import aged, day_of_value, example, is_age, next_working_day, working_days

MONDAY = date(2026, 11, 23)
SAID = st.one_of(
    st.sampled_from(("past", "today", "to come")),
    st.builds(
        "{} {} {}days{}".format,
        st.sampled_from(("over", "up to")),
        st.integers(0, 400),
        st.sampled_from(("", "working ")),
        st.sampled_from(("", " ahead")),
    ),
)


@pytest.mark.parametrize(
    ("days", "said", "holds"),
    [
        (-31, "over 30 days", True),
        (-30, "over 30 days", False),
        (-30, "up to 30 days", True),
        (-31, "up to 30 days", False),
        (0, "up to 30 days", True),
        (1, "up to 30 days", False),
        (1, "over 0 days", False),
        (-1, "past", True),
        (0, "past", False),
        (0, "today", True),
        (1, "to come", True),
        (91, "over 90 days ahead", True),
        (90, "over 90 days ahead", False),
        (-91, "over 90 days ahead", False),
        (-4, "over 3 working days", False),  # Thursday: Friday and Monday have passed
        (-5, "over 3 working days", False),
        (-6, "over 3 working days", True),
        (-6, "over 3", False),
    ],
)
def test_that_a_day_is_as_long_ago_as_is_said(days: int, said: str, holds: bool) -> None:
    assert aged(MONDAY + timedelta(days=days), said, MONDAY) is holds


def test_that_holidays_are_no_working_days() -> None:
    christmas = date(2026, 12, 24)
    assert working_days(christmas, date(2026, 12, 29)) == 3
    assert working_days(christmas, date(2026, 12, 29), ("12-25", "2026-12-28")) == 1


@given(st.integers(0, 40), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_that_the_next_working_day_is_the_first(count: int, today: date) -> None:
    found = next_working_day(today, count)
    assert found.weekday() < 5
    assert found - today >= timedelta(days=count)
    between = [today + timedelta(days=n) for n in range(count, (found - today).days)]
    assert all(day.weekday() >= 5 for day in between)


@given(SAID, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_that_an_example_is_one(said: str, today: date) -> None:
    assert is_age(said)
    assert aged(example(said, today), said, today)


@pytest.mark.parametrize("said", ["", "over thirty days", "30 days", "over 30 days ago", "yesterday", "over -1 days"])
def test_that_anything_else_is_no_age(said: str) -> None:
    assert not is_age(said)


def test_that_only_a_day_is_a_day() -> None:
    assert day_of_value("2026-11-23T09:00:00+00:00") == MONDAY
    assert [day_of_value(value) for value in (None, "", "soon", 5, ("2026-11-23",))] == [None] * 5
