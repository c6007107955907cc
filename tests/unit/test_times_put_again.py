"""Times that we put, put again in fewer words, and were taken: which day is meant, and what was said before is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from cx_core.records import Message, MessageId, TicketId, TimeWish
from cx_core.text.dates import dates
from cx_core.understand.open_question import OpenTalk, answered
from cx_core.understand.stance.settled_times import still_said
from cx_core.understand.time_wishes import time_wishes

ZONE = "Europe/London"
MONDAY = date(2026, 11, 23)
PARTS = {"morning": ("8 to 12", "", "12:00"), "afternoon": ("12 to 4", "12:00", ""), "evening": ("4 to 8", "16:00", "")}
SPREADS = tuple(
    tuple(MONDAY + timedelta(days=first + n * step) for n in range(3)) for first, step in product((8, 9, 10), (1, 2))
)


def talk_of(*turns: str) -> OpenTalk:
    """Customer and advisor in turn, the customer first."""
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    return answered(
        [
            Message(
                id=MessageId(f"m-{n}"),
                ticket=TicketId("t-1"),
                sender="advisor" if n % 2 else "customer",
                text=text,
                at=start + timedelta(minutes=n),
            )
            for n, text in enumerate(turns)
        ],
        ZONE,
    )


def wishes_of(talk: OpenTalk) -> tuple[TimeWish, ...]:
    """What still counts of what was said about time."""
    return still_said(time_wishes(talk.said, ZONE, talk.taken), talk.settled, talk.chose, talk.taken)


def fits(wishes: Sequence[TimeWish], day: date, window: tuple[str, str]) -> bool:
    days = [one for one in wishes if one.wanted and one.kind in ("days", "span")]
    hours = [one for one in wishes if one.wanted and one.kind == "part"]
    return all(one.holds(day, window, None) for one in (*days[-1:], *hours[-1:])) and bool(days)


def _long(day: date, part: str) -> str:
    return f"{day:%A} {day.day} {day:%B} in the {part} ({PARTS[part][0]})"


@pytest.mark.parametrize("days", SPREADS, ids=lambda days: f"{days[0]:%a}-{(days[1] - days[0]).days}")
@pytest.mark.parametrize("place", range(3))
def test_that_a_time_put_again_by_its_weekday_is_the_date_that_was_offered(days: tuple[date, ...], place: int) -> None:
    slots = tuple(zip(days, PARTS, strict=True))
    first = f"We have {', '.join(_long(*one) for one in slots[:2])} or {_long(*slots[2])}. Which would you like?"
    again = f"So, {', '.join(f'{day:%A} {part}' for day, part in slots[:2])} or {slots[2][0]:%A} {slots[2][1]}?"
    day, part = slots[place]
    ways = {0: "the early one", 1: "the second", 2: "the late one"}
    for answer in (f"{day:%A} please", f"the {part} one", ways[place]):
        talk = talk_of("can it be another day", first, "who is it that comes?", f"One of us. {again}", answer)
        window = {"morning": ("08:00", "12:00"), "afternoon": ("12:00", "16:00"), "evening": ("16:00", "20:00")}[part]
        assert fits(wishes_of(talk), day, window), answer
        assert not any(fits(wishes_of(talk), day - timedelta(days=7 * n), window) for n in (1, 2)), answer


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("other", PARTS)
@pytest.mark.parametrize("days", SPREADS[:2], ids=lambda days: f"{days[0]:%a}")
def test_that_a_time_they_took_ends_what_they_had_said_about_when(
    days: tuple[date, ...], part: str, other: str
) -> None:
    slots = [(day, part) for day in days]
    offered = "\n".join(f"{n}. {_long(*one)}" for n, one in enumerate(slots, 1))
    day, _ = slots[1]
    for answer in (
        "Number 2 it is.",
        f"2, the children have {other}s with their gran",
        f"Forget what I said about {other}s, my wife works on {days[2]:%A}s. Number 2.",
    ):
        talk = talk_of(
            f"Move my visit, {other}s only, and not on {days[1]:%A}.", f"We have:\n{offered}\nWhich?", answer
        )
        left = wishes_of(talk)
        window = {"morning": ("08:00", "12:00"), "afternoon": ("12:00", "16:00"), "evening": ("16:00", "20:00")}[part]
        assert fits(left, day, window), answer
        assert not [one for one in left if not one.wanted and one.holds(day, window, None)], answer


@pytest.mark.parametrize("days", SPREADS, ids=lambda days: f"{days[0]:%a}-{(days[1] - days[0]).days}")
@pytest.mark.parametrize(
    "yes", ["yes but on the {day}", "Yes please, but {day} would be better", "ok, only make it {day}"]
)
def test_that_a_yes_with_another_day_wants_that_day(days: tuple[date, ...], yes: str) -> None:
    put, meant = days[0], days[1]
    talk = talk_of("move my visit", f"{_long(put, 'morning')} is free. Shall I book it?", yes.format(day=f"{meant:%A}"))
    days_said = [one for one in wishes_of(talk) if one.wanted and one.kind == "days"]
    assert days_said
    assert days_said[-1].holds(meant, ("", ""), None)


@pytest.mark.parametrize("days", SPREADS, ids=lambda days: f"{days[0]:%a}-{(days[1] - days[0]).days}")
@pytest.mark.parametrize("way", ["{day}", "{day} please", "the {day} would be great"])
def test_that_a_day_with_two_times_is_asked_about_with_both(days: tuple[date, ...], way: str) -> None:
    slots = [(days[0], "morning"), (days[0], "afternoon"), (days[1], "morning")]
    put = (
        f"I have {', '.join(_long(*one) for one in slots[:2])} or {_long(*slots[2])}. Which one shall I put you in for?"
    )
    which = talk_of("move my visit", put, way.format(day=f"{days[0]:%A}".lower())).which
    assert all(part in which for part in ("morning", "afternoon"))
    assert f"{days[1]:%A}" not in which
    assert not talk_of("move my visit", put, f"{days[0]:%A}, whichever you like").which
    assert not talk_of("move my visit", put, f"{days[1]:%A}").which


@pytest.mark.parametrize("ahead", range(1, 29))
@pytest.mark.parametrize("words", ["{day} {n} please", "could it be {day} {n}?", "{day} {n} in the morning"])
def test_that_a_weekday_with_a_number_is_that_date(ahead: int, words: str) -> None:
    day = MONDAY + timedelta(days=ahead)
    for name in (f"{day:%A}", f"{day:%a}".lower()):
        text = words.format(day=name, n=day.day)
        found = max(dates(text, MONDAY), key=lambda one: one.end - one.start)
        assert found.value == day.isoformat(), text


@pytest.mark.parametrize("text", ["Saturday 8 to 12", "Friday 7 of us are in", "Tuesday 30 please"])
def test_that_a_number_of_something_else_is_no_date(text: str) -> None:
    assert all(text[one.start : one.end] != "Saturday 8" for one in dates(text, MONDAY))
    assert all(text[one.start : one.end] in text.split(maxsplit=1)[0] for one in dates(text, MONDAY))
