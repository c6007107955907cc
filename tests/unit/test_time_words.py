"""What was said about time, as an advisor reads it: days, spans, bounds, hours, and what is turned down."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.records import Message, MessageId, TicketId
from cx_core.text.time_words import time_phrases
from cx_core.understand.time_wishes import time_wishes

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def read(text: str) -> list[str]:
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    return [phrase.text for phrase in time_phrases(time_wishes([message], "Europe/London"), NOW.date())]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Thursday 3 December would suit us", ["Thu 3 December"]),
        ("Thursday 3 December in the afternoon", ["Thu 3 December in the afternoon"]),
        ("Monday, Wednesday or Thursday", ["Monday, Wednesday or Thursday"]),
        ("from Monday to Thursday", ["Monday to Thursday"]),
        ("weekdays only", ["weekdays"]),
        ("any weekend, but no mornings", ["weekends", "not mornings"]),
        ("7 to 12 December", ["7 to 12 December"]),
        ("29 December to 2 January", ["29 December to 2 January 2027"]),
        ("next week", ["the week of 30 November"]),
        ("any time in January", ["in January 2027"]),
        ("not before 3 December", ["from Thu 3 December"]),
        ("I am away until 4 December", ["from Sat 5 December"]),
        ("by 5 December at the latest", ["by Sat 5 December"]),
        ("push it back two weeks", ["2 weeks later or more"]),
        ("three days later", ["3 days later"]),
        ("the same day but earlier", ["the same day", "earlier than booked"]),
        ("after 5pm", ["after 5pm"]),
        ("I'm at work till 4", ["after 4"]),
        ("not before 9", ["not before 9"]),
        ("nobody is in before 9", ["from 9"]),
        ("not later than 5", ["by 5"]),
        ("no later than 5pm", ["no later than 5pm"]),
        ("mornings", ["mornings"]),
        ("12:00-16:00", ["12:00 to 16:00"]),
        ("any lunchtime", ["around midday"]),
        ("not Tuesday, Wednesday or Friday", ["not Tuesday, Wednesday or Friday"]),
        ("Friday, if not then Saturday", ["Friday", "if not, Saturday"]),
        ("the sooner you come the better", []),
    ],
)
def test_that_it_reads_as_it_is_meant(said: str, told: list[str]) -> None:
    assert read(said) == told


def test_that_all_of_it_stands_in_an_order_that_reads_well() -> None:
    assert read("Mornings only, not on Tuesdays or Fridays, and not before 3 December.") == [
        "from Thu 3 December",
        "mornings",
        "not Tuesday or Friday",
    ]


def test_that_what_is_said_twice_is_told_once_with_both_places() -> None:
    message = Message(
        id=MessageId("m"), ticket=TicketId("t"), sender="customer", text="Mornings. I repeat: mornings!", at=NOW
    )
    (phrase,) = time_phrases(time_wishes([message], "Europe/London"), NOW.date())
    assert (phrase.text, [wish.start for wish in phrase.wishes]) == ("mornings", [0, 20])
