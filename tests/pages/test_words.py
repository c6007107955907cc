"""How long and empty texts read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.records import Source
from pages.parts.words import blank, excerpt, sourced, time_left


@pytest.mark.parametrize("text", ["", "  \n", "\u200b", "\u202e\u202c", "\x07 ﻿"])
def test_that_what_leaves_no_mark_counts_as_blank(text: str) -> None:
    assert blank(text)


@pytest.mark.parametrize("text", [".", "\u200bx", "👩", "ا"])
def test_that_one_mark_is_not_blank(text: str) -> None:
    assert not blank(text)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (0, "0 min left"),
        (59, "59 min left"),
        (60, "1 h left"),
        (-67, "1 h 7 m overdue"),
        (2879, "47 h 59 m left"),
        (-2880, "2 d overdue"),
    ],
)
def test_that_the_time_left_is_told_and_what_is_late_is_over(minutes: int, told: str) -> None:
    assert time_left(minutes) == told


def test_that_an_excerpt_ends_at_a_word_and_says_that_it_goes_on() -> None:
    assert excerpt("I was charged twice, really", 20) == "I was charged…"
    assert excerpt("x" * 30, 20) == "x" * 19 + "…"
    assert excerpt("I was\n charged twice", 20) == "I was charged twice"


@given(st.text(max_size=300), st.integers(2, 60))
def test_that_an_excerpt_is_never_longer_than_asked(text: str, most: int) -> None:
    shown = excerpt(text, most)
    assert len(shown) <= most
    assert " ".join(text.split()).startswith(shown.removesuffix("…").rstrip())


def test_that_a_calculation_reads_with_its_terms() -> None:
    words = Source(kind="words", ref="m1", quote="3 of 30 days")
    price = Source(kind="record", ref="invoice/I-3", field="amount")
    reckoned = Source(kind="arithmetic", quote="3 of 30 days of 24.00 = 2.40", operands=(words, words, price))
    assert sourced(reckoned) == (
        "worked out: 3 of 30 days of 24.00 = 2.40 (customer’s words: “3 of 30 days”; from invoice I-3, amount)"
    )


def test_that_a_second_person_is_not_told_that_they_set_what_a_colleague_did() -> None:
    by_hand = Source(kind="advisor", ref="p-1")
    assert (sourced(by_hand, "p-1"), sourced(by_hand, "p-2")) == ("set by you", "set by a colleague")


def test_that_an_article_is_quoted() -> None:
    assert sourced(Source(kind="article", ref="late-payment-fees", quote="A late payment fee of £5.00 is added.")) == (
        "from article late-payment-fees: “A late payment fee of £5.00 is added.”"
    )
