"""Times in clauses that only tell something count least, and are not wanted where something else happens then."""

from __future__ import annotations

from datetime import date

import pytest

from cx_core.records import BusinessRecord, Message, MessageId, Statement, TicketId, TimeWish
from cx_core.records.statements import SpeechAct
from cx_core.search.fitting_times import Booked, fitting
from cx_core.understand.time_wishes import time_wishes
from cx_core.understand.times.telling_clauses import as_told
from tests.unit.test_time_wishes import NOW, ON, SLOTS


def told(*clauses: tuple[str, SpeechAct]) -> tuple[TimeWish, ...]:
    """The times of one message, each clause of which does so."""
    text = " ".join(words for words, _ in clauses)
    mail = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    said = tuple(
        Statement(message=mail.id, start=at, end=at + len(words), does=does, probability=0.9)
        for words, does in clauses
        for at in [text.index(words)]
    )
    return as_told(time_wishes([mail], "Europe/London"), said, {mail.id: text})


def fits(*clauses: tuple[str, SpeechAct], booked: Booked = ON) -> tuple[BusinessRecord, ...]:
    return fitting(SLOTS, told(*clauses), booked)


@pytest.mark.parametrize("words", ["mornings we milk the goats.", "Our bakery is busiest in the morning."])
def test_that_when_something_else_happens_is_not_wanted(words: str) -> None:
    found = fits((words, "tells"), ("Please move the visit.", "wants"))
    assert found
    assert not any(record.fields["window"] == "08:00-12:00" for record in found)


@pytest.mark.parametrize("words", ["I am home in the morning.", "The morning suits everybody here."])
def test_that_being_free_is_a_wish_even_where_it_is_only_told(words: str) -> None:
    found = fits((words, "tells"), ("Please move the visit.", "wants"))
    assert {record.fields["window"] for record in found} == {"08:00-12:00"}


def test_that_what_is_told_is_left_out_before_nothing_fits() -> None:
    found = fits(("The choir meets on 8 December.", "tells"), ("Could you do 8 December?", "wants"))
    assert {record.fields["date"] for record in found} == {"2026-12-08"}


def test_that_the_day_that_is_booked_is_not_ruled_out_by_being_told() -> None:
    on = Booked(date(2026, 12, 8), ("08:00", "12:00"))
    found = fits(("The visit happens 8 December.", "tells"), ("Evenings please.", "wants"), booked=on)
    assert found[0].id == "2026-12-08 16:00-20:00"


def test_that_a_time_that_cannot_be_had_is_not_dropped_where_it_is_all_they_want() -> None:
    mornings = tuple(record for record in SLOTS if record.fields["window"] == "08:00-12:00")
    wishes = told(("1 December doesn't work.", "refuses"), ("I am home on Sundays from 5pm.", "tells"))
    assert fitting(mornings, wishes, Booked(date(2026, 12, 1), ("08:00", "12:00"))) == ()


def test_that_a_day_that_must_stay_is_not_given_up_for_another_hour() -> None:
    on = Booked(date(2026, 11, 26), ("12:00", "16:00"))
    free = tuple(record for record in SLOTS if record.fields["date"] != "2026-11-26")
    wishes = told(("Could he come in the morning?", "wants"), ("It must be that Thursday.", "wants"))
    assert fitting(free, wishes, on) == ()


@pytest.mark.parametrize("beside", ["", "on ", "from "])
def test_that_a_time_by_itself_goes_on_with_the_wish_before_it(beside: str) -> None:
    (wish,) = told(("Please move my visit to another day,", "wants"), (f"{beside}8 December.", "tells"))
    assert not wish.passing


def test_that_a_time_by_itself_behind_what_is_told_is_told() -> None:
    (wish,) = told(("The choir meets soon,", "tells"), ("on 8 December.", "tells"))
    assert wish.passing


@pytest.mark.parametrize("words", ["Mornings or afternoons I really don't mind.", "In the morning nobody is fussed."])
def test_that_what_is_all_the_same_to_them_is_no_engagement(words: str) -> None:
    assert not any(wish.engaged for wish in told((words, "tells")))
