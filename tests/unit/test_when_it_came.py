"""Orders told apart by when they came or by rank, over made-up customers, against what is worked out from the days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations

import pytest

from cx_core.records import BusinessRecord, CustomerId, MessageId, Money, SpeechAct, Statement, TimeWish
from cx_core.search.when_it_came import came, ranked

TODAY = date(2027, 1, 18)
ID = MessageId("m")
AGES = (0, 1, 5, 14, 25, 33, 60)
"""Days since each order came."""


def order(age: int) -> BusinessRecord:
    came_on = TODAY - timedelta(days=age)
    return BusinessRecord(
        kind="order",
        id=f"O-{age}",
        customer=CustomerId("C-1"),
        fields={
            "item": "Aurora desk lamp",
            "date": (came_on - timedelta(days=3)).isoformat(),
            "delivered": came_on.isoformat(),
            "amount": Money(minor=1000 + 37 * age),
        },
    )


def said(*clauses: tuple[str, SpeechAct]) -> tuple[list[Statement], dict[MessageId, str]]:
    text, found = "", []
    for clause, does in clauses:
        start, text = len(text), f"{text}{clause}. "
        end = start + len(clause)
        found.append(Statement(message=ID, start=start, end=end, does=does, probability=0.9, about=""))
    return found, {ID: text}


def ages(kept: tuple[BusinessRecord, ...]) -> set[int]:
    return {int(one.id.removeprefix("O-")) for one in kept}


def customers() -> list[tuple[int, ...]]:
    return [some for count in (1, 2, 3, 4) for some in combinations(AGES, count)]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("the one the courier brought this morning is bent", 0, 0),
        ("what arrived today is broken", 0, 0),
        ("the parcel that turned up last night", 1, 1),
        ("the box that came a couple of weeks ago", 10, 18),
        ("I bought it two weeks ago", 10, 18),
        ("the order from two months ago", 40, 80),
        ("it was delivered last week", 1, 7),
        ("the parcel of last month", 18, 48),
    ],
)
def test_that_those_are_meant_that_came_then(words: str, first: int, last: int) -> None:
    statements, texts = said((words, "reports"))
    for some in customers():
        then = {age for age in some if first <= age <= last} or {age for age in some if first <= age + 3 <= last}
        found = ages(came(tuple(map(order, some)), statements, (), texts, TODAY))
        assert found == (then or set(some)), (words, some)


def test_that_one_that_is_fine_is_not_meant() -> None:
    statements, texts = said(("the one I've had a couple of weeks is perfect", "tells"), ("swap the other", "wants"))
    for other in (0, 1, 25, 33, 60):
        assert ages(came((order(other), order(14)), statements, (), texts, TODAY)) == {other}


@pytest.mark.parametrize("before", [True, False])
def test_that_a_day_read_as_ahead_is_the_last_such_day(before: bool) -> None:
    words = f"the order you delivered {'before' if before else 'round'} Christmas"
    statements, texts = said((words, "tells"))
    at, day = words.index("Christmas"), date(2027, 12, 25)
    wish = TimeWish(message=ID, start=at, end=at + 9, text="Christmas", kind="days", first=day, last=day)
    kept = (order(24), order(33), order(2))
    assert ages(came(kept, statements, (wish,), texts, TODAY)) == ({33} if before else {24})


@pytest.mark.parametrize("words", ["please bring it today", "the visit is this morning", "I am away last week of May"])
def test_that_a_day_of_something_else_tells_nothing(words: str) -> None:
    statements, texts = said((words, "wants"))
    kept = (order(0), order(9))
    assert came(kept, statements, (), texts, TODAY) == kept


@pytest.mark.parametrize(
    ("words", "newest"),
    [
        ("the newer one", True),
        ("Newer one. The first is my wife's", True),
        ("let it be the elder of the two", False),
        ("the latest one please", True),
        ("the older one", False),
        ("the dear one", False),
        ("the cheaper of those", True),
        ("the most expensive one", False),
        ("the cheapest one", True),
    ],
)
def test_that_rank_is_what_the_days_and_amounts_say(words: str, newest: bool) -> None:
    statements, texts = said((words, "tells"))
    for some in customers():
        best = min(some) if newest else max(some)  # the older one is the dearer one here
        assert ages(ranked(tuple(map(order, some)), statements, texts)) == {best}, (words, some)


def test_that_no_rank_is_read_where_there_is_none_or_it_is_turned_down() -> None:
    kept = (order(0), order(9))
    for words, does in (("dear sirs, the lamp", "tells"), ("not the older one", "refuses")):
        statements, texts = said((words, does))  # type: ignore[arg-type]
        assert ranked(kept, statements, texts) == kept


@pytest.mark.parametrize(("words", "which"), [("the newer one", max), ("the older of the two", min)])
def test_that_what_is_only_held_since_a_day_has_an_age_too(words: str, which: Callable[[list[str]], str]) -> None:
    days = ["2026-08-25", "2026-10-26"]
    held = tuple(
        BusinessRecord(kind="device", id=day, customer=CustomerId("C-1"), fields={"since": day}) for day in days
    )
    statements, texts = said((words, "wants"))
    assert [one.id for one in ranked(held, statements, texts)] == [which(days)]
