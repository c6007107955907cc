"""The hours that customers name, as they are told again, and which of them a call is wanted at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.decide.wished_hours import wished_hours
from cx_core.records import Goal, Message, MessageId, SpeechAct, SpokenHours, Statement, TaskTypeName, TicketId, Triage
from cx_core.understand.times.spoken_hours import spoken_hours

CALLBACK, FAULT = TaskTypeName("callback"), TaskTypeName("fault")
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
HOURS = {"one": 13, "two": 14, "half past three": 15.5, "5": 17, "nine": 9, "11": 11, "10.15": 10.25, "4pm": 16}


def message(text: str, id: str = "m") -> Message:
    return Message(id=MessageId(id), ticket=TicketId("t"), sender="customer", text=text, at=NOW)


def written(hour: float) -> str:
    return f"{int(hour):02d}:{int(hour % 1 * 60):02d}"


def told(text: str) -> list[str]:
    return [hours.words for hours in spoken_hours([message(text)]) if hours.wanted]


@pytest.mark.parametrize("opening", ["Please ring me", "Wednesday", "we could speak tomorrow", "I'm back"])
@pytest.mark.parametrize("said", HOURS)
@pytest.mark.parametrize("rest", ["", ".", ", thanks", " on Thursday", " when I have my break"])
def test_that_an_hour_is_told_with_how_it_was_bounded(opening: str, said: str, rest: str) -> None:
    hour = written(HOURS[said])
    assert told(f"{opening} at {said}{rest}") == [f"at about {hour}"]
    assert told(f"{opening} after {said}{rest}") == [f"after {hour}"]
    assert told(f"{opening} before {said}{rest}") == [f"before {hour}"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("between 10 and 12", "between 10:00 and 12:00"),
        ("from two to four", "between 14:00 and 16:00"),
        ("between 11 and one", "between 11:00 and 13:00"),
        ("from 14:15 until 16:30", "between 14:15 and 16:30"),
        ("at eight in the evening", "at about 20:00"),
        ("in the evening at eight", "at about 20:00"),
        ("at seven in the morning", "at about 07:00"),
        ("at a quarter to three", "at about 14:45"),
        ("at noon", "at about 12:00"),
        ("from 3pm onwards", "after 15:00"),
        ("at 4 or later", "after 16:00"),
        ("on Thursday, half past nine", "at about 09:30"),
        ("tomorrow, ten in the morning", "at about 10:00"),
        ("a quarter to six on Friday", "at about 17:45"),
        ("on Monday (15h)", "at about 15:00"),
        ("tomorrow 15h30", "at about 15:30"),
        ("for 10am", "at about 10:00"),
        ("only 3pm on Friday", "at about 15:00"),
        ("for 11:30", "at about 11:30"),
        ("at 15h", "at about 15:00"),
    ],
)
def test_that_ranges_and_parts_of_the_day_beside_an_hour_count(said: str, words: str) -> None:
    assert words in told(f"call me {said}")


@pytest.mark.parametrize(
    "text",
    [
        "after three days",
        "by 12 January",
        "at 14 Hill Road",
        "at one point",
        "about two bills",
        "for £10.50",
        "3 hours ago",
        "with 10 hours to go",
        "in 1h",
        "in 8h",
        "within 4h",
        "after 2h",
        "and I waited 9h",
        "and the delay was 3h",
        "at 2 hours",
        "and I was without internet 12h",
        "for flat 3h",
    ],
)
def test_that_other_numbers_are_no_hours(text: str) -> None:
    assert told(f"it was sent {text}") == []


@pytest.mark.parametrize("before", ["I got invoice", "you called", "flat", "I only tried"])
def test_that_a_part_of_the_day_makes_no_hour_of_a_name_or_a_count(before: str) -> None:
    assert not any("10:00" in words for words in told(f"{before} 10 in the morning"))


def test_that_what_is_turned_down_is_not_wanted() -> None:
    assert told("not in the morning please") == []
    assert told("please don't ring before noon") == ["after 12:00"]
    assert told("please not after four") == ["before 16:00"]


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("at 9pm", True),
        ("at seven in the morning", True),
        ("after 8pm", True),
        ("before 8am", True),
        ("between 20:00 and 22:00", True),
        ("at 8am", False),
        ("at 19:45", False),
        ("after seven", False),
        ("in the evening", False),
        ("between 7pm and 9pm", False),
    ],
)
def test_that_hours_are_outside_where_no_part_is_inside(text: str, outside: bool) -> None:
    (hours,) = (one for one in spoken_hours([message(f"ring me {text}")]) if one.clock or text[-7:] == "evening")
    assert hours.outside("08:00", "20:00") is outside


def wished(*clauses: tuple[str, TaskTypeName, SpeechAct], goals: tuple[TaskTypeName, ...] = (CALLBACK,)) -> str | None:
    """Of messages of one clause each."""
    messages = [message(text, f"m{number}") for number, (text, _, _) in enumerate(clauses)]
    said = tuple(
        Statement(message=one.id, start=0, end=len(one.text), does=does, probability=0.9, about=about)
        for one, (_, about, does) in zip(messages, clauses, strict=True)
    )
    triage = Triage(
        said=said,
        hours=spoken_hours(messages),
        goals=tuple(Goal(task_type=name, probability=0.9, sure=True) for name in goals),
    )
    found: SpokenHours | None = wished_hours(triage, CALLBACK, {one.id: one.text for one in messages})
    return found.words if found else None


def test_that_the_last_hour_that_was_said_of_the_call_is_wished_for() -> None:
    assert wished(("ring me at two", CALLBACK, "wants"), ("at three rather", CALLBACK, "wants")) == "at about 15:00"
    assert wished(("ring me on Thursday morning at ten", CALLBACK, "wants")) == "at about 10:00"
    assert wished(("ring me in the morning", CALLBACK, "wants")) == "in the morning"
    assert wished(("ring me after two but before four", CALLBACK, "wants")) == "between 14:00 and 16:00"
    assert wished(("ring me", CALLBACK, "wants")) is None


def test_that_hours_of_another_matter_or_of_what_happened_are_not() -> None:
    down: tuple[str, TaskTypeName, SpeechAct] = ("my line goes dead at three", FAULT, "reports")
    assert wished(("ring me", CALLBACK, "wants"), down, goals=(CALLBACK, FAULT)) is None
    assert wished(("ring me", CALLBACK, "wants"), ("you called at 10.20", CALLBACK, "reports")) is None
