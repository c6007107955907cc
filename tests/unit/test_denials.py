"""Clauses that say what a customer does not want."""

from __future__ import annotations

import pytest

from cx_core.understand.denials import denials, without


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I do NOT want to leave, I just need a faster line", ["I do NOT want to leave"]),
        ("I don’t want a voucher. Send me the right colour.", ["I don’t want a voucher."]),
        ("This isn't about my order. The line is dead.", ["This isn't about my order."]),
        ("not asking for money, but the parcel is late", ["not asking for money"]),
        ("it has nothing to do with the bill: the line is slow", ["it has nothing to do with the bill"]),
        ("please don't close my account! I only want a new plan", ["please don't close my account!"]),
    ],
)
def test_that_a_denial_is_found_where_the_rest_says_something(text: str, found: list[str]) -> None:
    assert [denial.span.of(text) for denial in denials(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "I don't want it any more, stop the order",
        "I don't want to pay this fee, take it off",
        "I don't want the engineer to come, we managed ourselves",
        "don't send it, we have one already",
        "the line is not working, and I'm not happy",
        "I don't want to leave",
        "",
    ],
)
def test_that_a_request_in_the_negative_and_a_denial_alone_are_kept(text: str) -> None:
    assert denials(text) == ()


def test_that_all_other_words_stay_where_they_are() -> None:
    text = "I'm not complaining, just tell me when it comes"
    rest = without(text, denials(text))
    assert len(rest) == len(text)
    assert rest.strip(" ,") == "just tell me when it comes"
    assert rest.index("when") == text.index("when")
