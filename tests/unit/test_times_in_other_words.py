"""What is said about when, in words of many kinds: for each day and spelling exactly the slots fit that should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from tests.unit.test_time_wishes import AFTERNOON, BOOKED, EVENING, MORNING, expected, heard, spelled

Fits = Callable[[date, date, str], bool]
DAYS = [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 11)]


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("please leave it until {day}", lambda day, at, hours: at >= day),
        ("nothing before {day}, please", lambda day, at, hours: at >= day),
        ("{day} at the earliest", lambda day, at, hours: at >= day),
        ("the soonest I can manage is {day}", lambda day, at, hours: at >= day),
        ("We're abroad until {day}.", lambda day, at, hours: at > day),
        ("I'm in Cardiff till {day}.", lambda day, at, hours: at > day),
        ("not back till {day} in the evening", lambda day, at, hours: at > day),
        ("We land on {day} at 22:30, so after that.", lambda day, at, hours: at > day),
        ("It must be over by {day}.", lambda day, at, hours: at <= day),
        ("no later than {day}", lambda day, at, hours: at <= day),
        ("it has to be done ahead of {day}", lambda day, at, hours: at < day),
        ("some time before {day}, if you can", lambda day, at, hours: at < day),
        ("the day before {day} would be best", lambda day, at, hours: at == day - timedelta(1)),
        ("{day} is out, the day before that is fine", lambda day, at, hours: at == day - timedelta(1)),
        ("{day} in the afternoon", lambda day, at, hours: at == day and hours == AFTERNOON),
        ("on {day}, mornings are out", lambda day, at, hours: at == day and hours != MORNING),
        ("on {day} but after lunch", lambda day, at, hours: at == day and hours != MORNING),
        ("on {day} at four or thereafter", lambda day, at, hours: at == day and hours == EVENING),
        ("on {day} in the morning rather than after lunch", lambda day, at, hours: at == day and hours == MORNING),
        ("any day but {day}", lambda day, at, hours: at != day),
        ("{day} clashes with a funeral, any other day", lambda day, at, hours: at != day),
        ("I can do any day from {day} on", lambda day, at, hours: at >= day),
        ("the week of {day}", lambda day, at, hours: at.isocalendar()[:2] == day.isocalendar()[:2]),
        ("from {day} onwards but no weekends", lambda day, at, hours: at >= day and at.weekday() < 5),
        ("by {day}, evenings only", lambda day, at, hours: at <= day and hours == EVENING),
        ("I leave on {day}, so before that please", lambda day, at, hours: at < day),
        ("{day}; if that's gone, a week later", lambda day, at, hours: at == day),
        ("hold on to it till {day}", lambda day, at, hours: at >= day),
        ("{day} or any day after it", lambda day, at, hours: at >= day),
        ("as of {day} somebody is in", lambda day, at, hours: at >= day),
        ("I shall be home again on {day}, not sooner", lambda day, at, hours: at >= day),
        ("we're on holiday up to {day}", lambda day, at, hours: at > day),
        ("at the latest {day}", lambda day, at, hours: at <= day),
        ("must be finished on or before {day}", lambda day, at, hours: at <= day),
        ("sooner than {day} please", lambda day, at, hours: at < day),
        ("could you make it {day}?", lambda day, at, hours: at == day),
        ("{day} suits us down to the ground", lambda day, at, hours: at == day),
        ("let's settle on {day}", lambda day, at, hours: at == day),
        ("would {day} be all right, in the evening?", lambda day, at, hours: at == day and hours == EVENING),
        ("{day}, not the morning though", lambda day, at, hours: at == day and hours != MORNING),
        ("{day} between 12 and 4", lambda day, at, hours: at == day and hours == AFTERNOON),
        ("{day} before noon", lambda day, at, hours: at == day and hours == MORNING),
        ("{day} after 4 pm", lambda day, at, hours: at == day and hours == EVENING),
        ("whenever you like except on {day}", lambda day, at, hours: at != day),
        ("I've a hospital appointment on {day}, otherwise any time", lambda day, at, hours: at != day),
        ("{day} doesn't work for me, the rest does", lambda day, at, hours: at != day),
        ("{day} is a no-go", lambda day, at, hours: at != day),
        ("anything after {day} but before 18 December", lambda day, at, hours: day < at < date(2026, 12, 18)),
        ("between {day} and 18 December", lambda day, at, hours: day <= at <= date(2026, 12, 18)),
        (
            "from {day} to 18 December, afternoons",
            lambda day, at, hours: day <= at <= date(2026, 12, 18) and hours == AFTERNOON,
        ),
        ("not {day} and no mornings", lambda day, at, hours: at != day and hours != MORNING),
        ("the day after {day}", lambda day, at, hours: at == day + timedelta(1)),
        ("the week after {day}", lambda day, at, hours: at.isocalendar()[:2] == (day + timedelta(7)).isocalendar()[:2]),
        ("from {day}, weekdays only", lambda day, at, hours: at >= day and at.weekday() < 5),
        ("weekends only, and not before {day}", lambda day, at, hours: at >= day and at.weekday() > 4),
        ("{day}, failing that 18 December", lambda day, at, hours: at == day),
    ],
)
def test_that_exactly_those_slots_fit_that_are_meant(words: str, fits: Fits) -> None:
    for day in DAYS:
        wanted = expected(partial(fits, day))
        for spelling in spelled(day):
            assert heard(words.format(day=spelling)) == wanted, spelling


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("put it back by exactly two weeks", lambda at: at == BOOKED + timedelta(days=14)),
        ("please bring it forward by one day", lambda at: at == BOOKED - timedelta(days=1)),
        ("the following week, but not the Monday", lambda at: date(2026, 12, 1) <= at <= date(2026, 12, 6)),
        ("Tuesday week, the eighth, would do", lambda at: at == date(2026, 12, 8)),
        ("by the eleventh of December", lambda at: at <= date(2026, 12, 11)),
        ("The visit is booked for 17 December. The 9th suits me better.", lambda at: at == date(2026, 12, 9)),
        ("I land on 8 December, so please come before that", lambda at: at < date(2026, 12, 8)),
        ("not 8 December, but the Friday before that", lambda at: at == date(2026, 12, 4)),
    ],
)
def test_that_it_is_counted_from_what_is_booked_or_was_named(words: str, fits: Callable[[date], bool]) -> None:
    assert heard(words) == expected(lambda at, _: fits(at))


@pytest.mark.parametrize("hours", [MORNING, EVENING])
def test_that_only_other_hours_are_rather_wanted_on_the_day_that_is_booked(hours: str) -> None:
    said = {MORNING: "before noon", EVENING: "after work"}[hours]
    assert f"{BOOKED} {hours}" in heard(f"Could he come {said}?")
