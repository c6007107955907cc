"""A day that was wished for stays wished for when it is only supposed to be gone; what comes next is second best."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from cx_core.records import Message, MessageId, TicketId, TimeWish
from cx_core.understand.time_wishes import time_wishes
from cx_core.understand.times.named_again import as_named_again

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAYS = list(permutations(["Tuesday", "Wednesday", "Friday"], 2))
ID = MessageId("M-1")


def read(text: str) -> tuple[TimeWish, ...]:
    message = Message(id=ID, ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    return as_named_again(time_wishes([message], "Europe/London"), {ID: text})


def shown(text: str) -> list[tuple[str, bool, bool]]:
    return [(wish.text, wish.wanted, wish.fallback) for wish in read(text)]


@pytest.mark.parametrize(("one", "other"), DAYS)
@pytest.mark.parametrize(
    "said",
    [
        "Please come {one}. If you can't manage {one}, {other}.",
        "{one} please. When it is not possible {one}, take {other}.",
        "{one}. Should {one} be gone, {other} will do.",
        "Ring me {one}. No slots {one}? Try {other}.",
        "{one} would be best, and if {one} isn't free, {other}.",
        "{one}, unless {one} is full, in which case {other}.",
    ],
)
def test_that_the_next_day_is_second_best(said: str, one: str, other: str) -> None:
    found = shown(said.format(one=one, other=other))
    assert (one, True, False) in found
    assert (other, True, True) in found
    assert not [text for text, wanted, _ in found if text == one and not wanted]


@pytest.mark.parametrize(("one", "other"), DAYS)
@pytest.mark.parametrize(
    "said", ["{one} please. Sorry, not {one}. {other} then.", "I said {one}. I can't do {one} now. {other} please."]
)
def test_that_a_day_is_taken_back_where_nothing_is_supposed(said: str, one: str, other: str) -> None:
    found = shown(said.format(one=one, other=other))
    assert [text for text, wanted, _ in found if text == one and not wanted]
    assert (other, True, False) in found


def test_that_a_day_named_again_without_its_hours_does_not_widen_the_wish() -> None:
    assert shown("Would Tuesday evening work? I have Tuesday off.") == [("Tuesday evening", True, False)]


def test_that_hours_named_later_are_added() -> None:
    assert len(read("Tuesday please. Tuesday after 4pm.")) == 2


def test_that_days_of_other_weeks_are_others() -> None:
    assert len([one for one in read("1 December please, or else 8 December.") if one.wanted]) == 2


@pytest.mark.parametrize(
    "said",
    [
        "{one} please. If not {one}, {other} I can't do.",
        "{one} please. If you can't make {one}, {other} is no good for me.",
        "Please come {one}. If it can't be {one}, {other} is out.",
        "Please come {one}. If you come {one}, {other} I'm out.",
    ],
)
@pytest.mark.parametrize(("one", "other"), DAYS)
def test_that_what_is_refused_is_no_second_best(said: str, one: str, other: str) -> None:
    assert not [text for text, wanted, _ in shown(said.format(one=one, other=other)) if text == other and wanted]


@pytest.mark.parametrize(
    "said",
    [
        "hi when i booked i asked for {one} but we cant do {one} now",
        "I picked {one}. I should have checked my diary first, I can't do {one}.",
        "{one} please. Actually, if possible, not {one}.",
        "We would like {one}. If possible don't come on {one}.",
        "{one} suits. Could you please not come {one}?",
        "We would like {one}. If possible don't come on {one} morning.",
        "{one} please. If it's {one} morning, I'm not in.",
    ],
)
@pytest.mark.parametrize("one", ["Tuesday", "Friday"])
def test_that_what_takes_a_day_back_is_kept(said: str, one: str) -> None:
    assert len(shown(said.format(one=one))) == 2


def test_that_a_day_may_be_given_back() -> None:
    found = shown("Friday please. Actually I can't do Friday. Oh wait, Friday is fine after all.")
    assert [wanted for _, wanted, _ in found] == [True, False, True]
