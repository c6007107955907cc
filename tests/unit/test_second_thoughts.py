"""Answers that correct themselves, go by what is left, or cannot say which, over several offers and phrasings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from cx_core.records import Message, MessageId, TicketId
from cx_core.text.agreeing import asks
from cx_core.understand.open_question import OpenTalk, answered
from cx_core.understand.stance.taken_option import takes_left
from cx_core.understand.time_wishes import time_wishes

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAYS = (date(2026, 12, 5), date(2026, 12, 7), date(2026, 12, 8))
NAMES = tuple(f"{day:%A}" for day in DAYS)
NUMBERED = "We have:\n1) {} 8:00-12:00\n2) {} 12:00-16:00\n3) {} 16:00-20:00\nWhich would you like?"
LISTED = "I could do {}, {} or {}. Which suits you best?"
THINGS = ("the desk lamp", "the phone case", "the mesh pod")
PLACES = ("first", "second", "third")


def talk(put: str, answer: str) -> OpenTalk:
    turns = ("Please have a look at this for me.", put, answer)
    return answered(
        [
            Message(
                id=MessageId(f"m-{n}"),
                ticket=TicketId("t-1"),
                sender="advisor" if n == 1 else "customer",
                text=text,
                at=NOW + timedelta(minutes=n),
            )
            for n, text in enumerate(turns)
        ],
        "Europe/London",
    )


def offer(form: str) -> str:
    return form.format(*(f"{day:%A} {day.day} {day:%B}" for day in DAYS))


def taken_days(put: str, answer: str) -> list[date | None]:
    return [one.day for one in talk(put, answer).times.taken]


@pytest.mark.parametrize(("first", "then"), list(permutations(range(3), 2)))
def test_that_a_later_pick_corrects_an_earlier_one(first: int, then: int) -> None:
    numbered = [
        f"Number {first + 1} please. No, hang on, my sister has the car. Make it the {PLACES[then]} one.",
        f"{first + 1}. Sorry, no, {then + 1}",
        f"Option {first + 1} - actually, option {then + 1} would be better",
        f"the {PLACES[first]}... wait, the {PLACES[then]}",
    ]
    for answer in numbered:
        assert taken_days(offer(NUMBERED), answer) == [DAYS[then]], answer
    for answer in (
        f"{NAMES[first]}. No wait, {NAMES[then]} please",
        f"{NAMES[first]} please. Oh hang on, that's dad's birthday. {NAMES[then]} then",
        f"{NAMES[first]} - scratch that, make it {NAMES[then]}",
    ):
        assert taken_days(offer(LISTED), answer) == [DAYS[then]], answer


@pytest.mark.parametrize("place", range(3))
def test_that_a_no_that_corrects_nothing_leaves_the_pick(place: int) -> None:
    for answer in (f"number {place + 1} please, no need to ring before", f"No, I mean the {PLACES[place]}"):
        assert taken_days(offer(NUMBERED), answer) == [DAYS[place]], answer


@pytest.mark.parametrize("left", range(3))
def test_that_what_is_left_is_taken_where_the_rest_has_reasons_against_it(left: int) -> None:
    one, two = (NAMES[n] for n in range(3) if n != left)
    for answer in (
        f"Well {one}'s the one I can't do, I've a stall. {two} I'm driving mum. It'll have to be the one that's left.",
        f"{one} is football and {two} is bridge, so the remaining one",
        f"{one} no good and {two} im working so the day thats left",
        f"{one} is the choir, {two} the dentist. Whatever's left, please",
    ):
        assert taken_days(offer(LISTED), answer) == [DAYS[left]], answer
    first, second = (THINGS[n] for n in range(3) if n != left)
    put = f"Is it about {THINGS[0]}, {THINGS[1]} or {THINGS[2]}?"
    said = talk(put, f"{first} is fine and {second} too, so the one that's left").answer
    assert THINGS[left].split()[-1] in said


def test_that_one_left_of_two_is_still_open_among_three() -> None:
    assert len(taken_days(offer(LISTED), "Saturday's the day I can't do. Monday or Tuesday")) == 2


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("{}'s the one I can't do", False),
        ("{} is the only day we won't manage", False),
        ("{} is the one that doesn't work", False),
        ("{} teatime is my chiropodist", False),
        ("{} is the one I'd like", True),
        ("{} is the day I can do", True),
    ],
)
@pytest.mark.parametrize("day", NAMES)
def test_that_the_day_somebody_cannot_do_is_turned_down(day: str, said: str, wanted: bool) -> None:
    message = Message(id=MessageId("m"), ticket=TicketId("t-1"), sender="customer", text=said.format(day), at=NOW)
    assert [one.wanted for one in time_wishes([message], "Europe/London")] == [wanted]


UNKNOWING = (
    "couldnt tell you mate, the wife opened both and shes at work",
    "no idea, sorry",
    "I'm not sure which",
    "haven't a clue",
    "I honestly couldn't say",
    "dunno",
)


@pytest.mark.parametrize(
    "put",
    [
        "You've had two phones, on order 299 and on order 300. Which one has the problem?",
        "Is it the one that came with the cable, or the one that came by itself?",
        "Was it the lamp or the pod?",
    ],
)
def test_that_who_cannot_say_which_picks_nothing_and_refuses_nothing(put: str) -> None:
    for answer in UNKNOWING:
        told = talk(put, answer)
        assert asks(told.which), answer
        assert not any((told.taken, told.declined, told.answer)), answer
    assert not talk("Shall I send a new one?", "not sure").which


def test_that_who_cannot_say_but_thinks_so_is_not_asked_again() -> None:
    assert not talk("Was it the lamp or the pod?", "not sure, I think the pod").which


@pytest.mark.parametrize(
    "answer", ["Friday suits me, what's left to do for me?", "Friday please. What is left of my balance?"]
)
def test_that_what_is_left_of_something_else_takes_no_other_time(answer: str) -> None:
    assert not takes_left(answer)
    assert takes_left("Friday I work, so I take the one that's left")
