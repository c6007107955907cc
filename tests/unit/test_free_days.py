"""Which of what is free a customer means, from what they say about time."""

from __future__ import annotations

from datetime import UTC, datetime

from cx_core.catalogue import LookupSpec
from cx_core.records import ActionName, BusinessRecord, Goal, Message, MessageId, TaskTypeName, TicketId, Triage
from cx_core.search.record_choice import MeantRecord
from cx_core.understand.time_wishes import time_wishes

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAYS = {"Friday": "2026-11-27", "Saturday": "2026-11-28", "Monday": "2026-11-30", "Tuesday": "2026-12-01"}
SLOTS = LookupSpec(name="slots", read=ActionName("free_slots"), choose=("date",))


def chosen(*said: str, free: tuple[str, ...] = ("Friday", "Saturday", "Monday")) -> tuple[list[str], list[str]]:
    messages = [
        Message(id=MessageId(f"m{number}"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
        for number, text in enumerate(said)
    ]
    goal = Goal(task_type=TaskTypeName("reschedule_installation"), probability=0.9, quote=said[0])
    read = tuple(
        BusinessRecord(kind="slot", id=f"S-{day}", customer=None, fields={"date": DAYS[day], "free": True})
        for day in free
    )
    triage = Triage(goals=(goal,), times=time_wishes(messages, "Europe/London"))
    kept, told, _ = MeantRecord(triage, 0, messages, NOW.date()).choose(SLOTS, read)
    return [record.id.removeprefix("S-") for record in kept], told


def test_that_a_later_message_corrects_an_earlier() -> None:
    assert chosen("Could I have Friday?", "Sorry, Saturday I meant") == (["Saturday"], [])


def test_that_of_several_days_in_one_message_each_will_do() -> None:
    assert chosen("Could I have Saturday? Friday would do as well.") == (["Friday", "Saturday"], [])


def test_that_a_second_choice_is_one_only_where_the_first_cannot_be_had() -> None:
    assert chosen("Could I have Saturday? If not, Friday.") == (["Saturday"], [])
    assert chosen("Could I have Tuesday? If not, Monday.") == (["Monday"], [])


def test_that_where_nothing_suits_nothing_is_chosen_and_why_is_said() -> None:
    told = ["Nothing that is free fits what they said about time: “Friday”, “Tuesday”."]
    assert chosen("Could I have Friday?", "Tuesday would be better still") == ([], told)


def test_that_a_day_turned_down_is_left_out() -> None:
    assert chosen("I can't do Friday, any other day is fine") == (["Saturday", "Monday"], [])
