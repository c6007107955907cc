"""Which of what is free a customer means, from the days they name."""

from __future__ import annotations

from datetime import UTC, datetime

from cx_core.catalogue import LookupSpec
from cx_core.records import ActionName, BusinessRecord, Entity, Goal, Message, MessageId, TaskTypeName, TicketId, Triage
from cx_core.search.retrieval import MeantRecord

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAYS = {"Friday": "2026-11-27", "Saturday": "2026-11-28", "Monday": "2026-11-30", "Tuesday": "2026-12-01"}
SLOTS = LookupSpec(name="slots", read=ActionName("free_slots"), choose=("date",))


def chosen(*said: str, free: tuple[str, ...] = ("Friday", "Saturday", "Monday")) -> tuple[list[str], list[str]]:
    messages = [
        Message(id=MessageId(f"m{number}"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
        for number, text in enumerate(said)
    ]
    named = sorted((number, text.index(day), day) for number, text in enumerate(said) for day in DAYS if day in text)
    entities = tuple(
        Entity(kind="date", text=day, value=DAYS[day], message=MessageId(f"m{number}"), start=at, end=at + len(day))
        for number, at, day in named
    )
    goal = Goal(task_type=TaskTypeName("reschedule_installation"), probability=0.9, quote=said[0])
    read = tuple(
        BusinessRecord(kind="slot", id=f"S-{day}", customer=None, fields={"date": DAYS[day], "free": True})
        for day in free
    )
    kept, told = MeantRecord(Triage(goals=(goal,), entities=entities), 0, messages).choose(SLOTS, read)
    return [record.id.removeprefix("S-") for record in kept], told


def test_that_a_later_message_corrects_an_earlier() -> None:
    assert chosen("Could I have Friday?", "Sorry, Saturday I meant") == (["Saturday"], [])


def test_that_the_first_of_several_days_in_one_message_is_preferred() -> None:
    assert chosen("Could I have Friday? Saturday would do as well.") == (["Friday"], [])
    assert chosen("Could I have Tuesday? If not, Monday.") == (["Monday"], [])


def test_that_a_day_with_nothing_free_is_said_and_nothing_else_is() -> None:
    assert chosen("Could I have Friday?", "Tuesday would be better still") == (
        ["Friday", "Saturday", "Monday"],
        ["Nothing is free on Tuesday 1 December, which the customer named."],
    )


def test_that_a_day_turned_down_is_left_out() -> None:
    assert chosen("I can't do Friday, any other day is fine") == (["Saturday", "Monday"], [])
