"""Dates, addresses and numbers are the same however they are written."""

from __future__ import annotations

from datetime import date

import pytest

from cx_core.act.reply.named_values import named, other_than, shares

SLOT = "Monday 30 November, 08:00-12:00"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Your visit is on Saturday 28 November, 08:00-12:00.", True),
        ("Your visit is on Monday the 30th of November.", False),
        ("Your visit is on Nov 30.", False),
        ("It was on 26 November and is on 30/11 now.", False),
        ("Your visit has moved to next week.", False),
        ("It is now on 2026-12-01.", True),
        ("It is on Monday 30 November, 12:00-16:00.", True),
        ("It is on Monday 30 November, from 8:00.", False),
        ("We are here 24/7, with 2 separate teams.", False),
    ],
)
def test_that_another_date_or_time_is_seen(text: str, other: bool) -> None:
    assert other_than(text, [SLOT]) == other


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Your order of 3 November is dealt with.", False),
        ("We sent it today, 23 November.", False),
        ("It comes on 24 November.", True),
        ("It was planned for Thursday 26 November.", False),
        ("It will be with you on Wednesday.", True),
        ("It will be with you on Monday.", False),
        ("It has moved from Thursday to the day we agreed.", False),
    ],
)
def test_that_a_date_of_something_else_is_no_other(text: str, other: bool) -> None:
    assert other_than(text, [SLOT], date(2026, 11, 23)) == other


def test_that_what_is_named_beside_them_is_no_other() -> None:
    assert not other_than("It was on 26 November.", [SLOT], beside=["Thursday 26 November"])


@pytest.mark.parametrize(
    ("text", "other"),
    [("We have 07700 900461 now.", False), ("We have +44 7700 900 461 now.", False), ("07700 900999 it is.", True)],
)
def test_that_another_telephone_number_is_seen(text: str, other: bool) -> None:
    assert other_than(text, ["+447700900461"]) == other


def test_that_another_address_is_seen() -> None:
    assert other_than("We write to a@b.example from now on.", ["c@b.example"])
    assert not other_than("We write to C@b.example from now on.", ["c@b.example"])


def test_that_a_kind_the_values_have_none_of_says_nothing() -> None:
    assert not other_than("We refunded it on 26 November.", ["£54.00"])
    assert named("The invoice of 3 May is I-22, for £1,200.00.") == {"date": frozenset({"5-3"})}


def test_that_one_value_in_common_is_enough() -> None:
    assert shares("See you on 30 November.", [SLOT])
    assert not shares("See you soon.", [SLOT])
