"""Conditions on a time: the supposed time is wanted, over days, ways of supposing and of saying what stays."""

from __future__ import annotations

from datetime import date

import pytest

from cx_core.records import MessageId, Statement
from cx_core.understand.times.telling_clauses import as_told
from tests.unit.test_time_wishes import DATES, heard, reading

DAYS = (date(2026, 12, 8), date(2026, 12, 22), date(2026, 12, 30))


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(
    "supposed",
    [
        "If there's a morning appointment on the {day}, move my boiler service there",
        "Is there any visit in the morning on the {day}? Then take it for us",
        "Should you have a free slot on the {day}, in the morning, I'd take it",
    ],
)
@pytest.mark.parametrize(
    "left",
    [
        "otherwise leave it where it is, 26th evening",
        "If not, keep me on the 26th, late in the afternoon",
        "or else it stays on Thursday evening",
        "if there isn't, don't move it from Thursday at noon",
    ],
)
def test_that_a_supposed_time_is_wanted_and_what_stays_is_not(day: date, supposed: str, left: str) -> None:
    text = f"{supposed.format(day=f'{day.day}th of December')}; {left}."
    expected = {f"{day} 08:00-12:00"} if day in DATES else set[str]()
    assert heard(text) == expected


@pytest.mark.parametrize("word", ["appointment", "visit", "slot"])
def test_that_a_day_that_is_only_booked_is_not_wanted(word: str) -> None:
    assert not any(wish.wanted for wish in reading(f"You gave me the {word} on the 22nd of December"))


@pytest.mark.parametrize(
    "reason",
    [
        "my wife has dialysis tues n sat",
        "our son has swimming on Tuesdays and Saturdays",
        "I've got choir Tuesday, Saturday",
    ],
)
def test_that_what_somebody_has_on_a_day_is_no_wish_for_it(reason: str) -> None:
    kept = heard(f"Could you bring it to a thursday eve, {reason}")
    assert kept
    assert all(date.fromisoformat(slot.split()[0]).weekday() == 3 and slot.endswith("16:00-20:00") for slot in kept)


@pytest.mark.parametrize("part", ["night", "evening", "day"])
def test_that_the_part_of_a_day_on_which_something_is_possible_rules_nothing_out(part: str) -> None:
    assert all(wish.wanted for wish in reading(f"Thursday is the {part} her sister sits with her") if wish.weekdays)


@pytest.mark.parametrize("free", ["I have time on Tuesday", "we have the day off on Tuesday", "I've got a gap Tuesday"])
def test_that_a_free_day_is_wanted(free: str) -> None:
    assert all(wish.wanted for wish in reading(free))


@pytest.mark.parametrize(
    ("hours", "window"), [("4-8", "16:00-20:00"), ("12-4", "12:00-16:00"), ("8-12", "08:00-12:00")]
)
def test_that_bare_hours_are_those_in_which_people_call(hours: str, window: str) -> None:
    assert {slot.split()[1] for slot in heard(f"on Thursday the 10th of December ({hours})")} == {window}


def test_that_a_clause_with_a_condition_is_not_taken_for_one_that_only_tells() -> None:
    text = "If there is anything on the 22nd of December, move me there"
    tells = Statement(message=MessageId("m0"), start=0, end=text.index(","), does="tells", probability=0.9)
    told = as_told(reading(text), [tells], {MessageId("m0"): text})
    assert [(wish.wanted, wish.passing, wish.engaged) for wish in told] == [(True, False, False)]
