"""A time or nothing: over days, ways of wishing and ways of saying that all stays else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.decide.strict_wishes import this_or_nothing
from cx_core.records import Goal, Message, MessageId, SpeechAct, Statement, TaskTypeName, TicketId, Triage
from cx_core.understand.time_wishes import time_wishes

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAYS = ("Tuesday the 15th of December", "Saturday 19 December", "the 22nd of December")
WISHES = ("I would like {day}", "Could the cabinet maker come on {day}", "Make it {day}")
LEFT: tuple[tuple[str, SpeechAct], ...] = (
    ("If not, leave the booking alone", "refuses"),
    ("Otherwise do nothing at all", "refuses"),
    ("if you haven't got it, please don't change a thing", "refuses"),
    ("Should it not be free, the old day stands", "tells"),
    ("Failing that we keep what we have", "tells"),
)
OPEN: tuple[tuple[str, SpeechAct], ...] = (
    ("If not, any other day will do", "wants"),
    ("If not", "refuses"),
    ("Please leave the gate alone", "refuses"),
    ("My wife stays at home", "tells"),
    ("Otherwise what have you got", "asks"),
)


def words(wish: str, clause: str, does: SpeechAct) -> str:
    text = f"{wish}. {clause}."
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    start = len(wish) + 2
    said = (
        Statement(message=message.id, start=0, end=start - 1, does="wants", probability=0.9),
        Statement(message=message.id, start=start, end=len(text), does=does, probability=0.9),
    )
    goal = Goal(task_type=TaskTypeName("reschedule_installation"), probability=0.9, quote=text)
    triage = Triage(goals=(goal,), said=said, times=time_wishes([message], "Europe/London"))
    return this_or_nothing(triage, {message.id: text})


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize(("clause", "does"), LEFT)
def test_where_all_stays_else_it_is_that_time_or_nothing(day: str, wish: str, clause: str, does: SpeechAct) -> None:
    found = words(wish.format(day=day), clause, does)
    assert found
    assert found in wish.format(day=day)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize(("clause", "does"), OPEN)
def test_another_time_may_do_where_nobody_says_that_all_stays(
    day: str, wish: str, clause: str, does: SpeechAct
) -> None:
    assert words(wish.format(day=day), clause, does) == ""
