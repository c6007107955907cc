"""Times that are of something spoken of, spans by date, and days that a "that" turns down, over days and things."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product

import pytest

from cx_core.records import Message, MessageId, TicketId, TimeWish
from cx_core.understand.time_wishes import time_wishes

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DAYS = ("Tuesday", "Thursday", "Saturday")


def wishes(text: str) -> list[TimeWish]:
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    return list(time_wishes([message], "Europe/London"))


@pytest.mark.parametrize(("thing", "day"), list(product(("desk lamp", "parcel", "second phone"), DAYS)))
def test_that_the_day_from_which_a_thing_is_says_which_one(thing: str, day: str) -> None:
    assert wishes(f"It is about the {thing} from {day}.") == []
    assert wishes(f"I'm free from {day}.") != []
    assert wishes(f"the week from {day} would do") != []


@pytest.mark.parametrize(("first", "last"), [(7, 11), (14, 18), (1, 3)])
@pytest.mark.parametrize("joint", ["to", "until"])
def test_that_a_span_may_name_its_month_once(first: int, last: int, joint: str) -> None:
    begins, ends = date(2026, 12, first), date(2026, 12, last)
    (one,) = wishes(f"some time from {begins:%A} {first} {joint} {ends:%A} {last} December")
    assert (one.kind, one.first, one.last) == ("span", begins, ends)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("behind", [": that's no good after all", " - that won't work", ", which is out"])
def test_that_a_that_turns_down_the_day_in_front_of_it(day: str, behind: str) -> None:
    assert [one.wanted for one in wishes(f"The visit on {day} evening{behind}.")] == [False]
    assert [one.wanted for one in wishes(f"Could it be {day} evening: that would be lovely.")] == [True]


@pytest.mark.parametrize("monday", [7, 14, 21])
@pytest.mark.parametrize("starts", ["starting", "beginning on", "commencing"])
def test_that_a_week_may_be_named_by_the_one_that_starts_on_a_day(monday: int, starts: str) -> None:
    (one,) = wishes(f"The first week that works is the one {starts} Monday the {monday}th of December.")
    assert (one.kind, one.wanted, one.first) == ("span", True, date(2026, 12, monday))
    (single,) = wishes(f"I'd like the one {starts} Monday the {monday}th of December.")
    assert single.kind != "span"


@pytest.mark.parametrize("part", ["morning", "evening"])
def test_that_the_part_of_a_day_belongs_to_the_day_behind_it(part: str) -> None:
    (one,) = wishes(f"the {part} of Thursday the 10th of December would do")
    assert one.first == date(2026, 12, 10)
    assert one.begins or one.ends


@pytest.mark.parametrize(
    "said", ["bring it {} please", "can it come {} instead", "move it to {}", "{} then", "on {}, pls"]
)
@pytest.mark.parametrize(("short", "weekday"), [("sat", 5), ("wed", 2)])
def test_that_short_names_of_days_are_days_where_nothing_else_fits(said: str, short: str, weekday: int) -> None:
    assert [one.weekdays for one in wishes(said.format(short))] == [(weekday,)]


@pytest.mark.parametrize("said", ["he sat down", "I sat in all day", "the router sat in its box", "they wed last year"])
def test_that_they_are_what_they_are_elsewhere(said: str) -> None:
    assert all(not one.weekdays for one in wishes(said))


def test_that_nobody_at_home_turns_a_day_down() -> None:
    assert [one.wanted for one in wishes("on Friday, there's nobody in on Thursday")] == [True, False]
    assert [one.wanted for one in wishes("not the slot that goes on until eight, Friday morning")] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "I'd like the faster broadband from Monday.",
        "Please use my new address from Saturday.",
        "I would like the engineer from Saturday.",
        "the first appointment from Monday please",
        "The slot that goes until 8 please.",
        "Can I have the slot that ends before 12?",
    ],
)
def test_that_a_day_or_an_hour_from_which_it_is_wanted_is_a_wish(text: str) -> None:
    assert wishes(text)


@pytest.mark.parametrize(
    "behind", ["- that is not a problem", ", which isn't a problem for me", "; that is not so far off"]
)
def test_that_a_day_which_is_no_problem_is_wanted(behind: str) -> None:
    assert [one.wanted for one in wishes(f"I can do Friday{behind}.")] == [True]


@pytest.mark.parametrize("text", ["Nobody minds if it is Friday.", "Nobody told me about it, Friday is good."])
def test_that_nobody_else_turns_no_day_down(text: str) -> None:
    assert [one.wanted for one in wishes(text)] == [True]


@pytest.mark.parametrize(
    "text", ["the dog sat please", "he sat then waited", "I sat, nothing came", "they wed, finally"]
)
def test_that_other_words_are_no_days(text: str) -> None:
    assert all(not one.weekdays for one in wishes(text))


def test_that_one_that_is_no_week_begins_on_its_day() -> None:
    (one,) = wishes("We talked for weeks, and now I'd take the one beginning on Friday the 4th of December.")
    assert one.kind != "span"
