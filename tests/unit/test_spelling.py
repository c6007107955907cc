"""Misspelt words put right: what is corrected, to what, and above all what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.text.spelling import Speller, mistakes

KNOWN = frozenset({"the", "and", "middle", "laptop", "reschedule", "please", "where", "payment", "engineer", "invoice"})
TEXTS = (
    "please resend my invoice",
    "where is my invoice",
    "the engineer and the payment",
    "my payment, please reschedule the engineer",
    "recieved",
)


@pytest.fixture
def speller() -> Speller:
    return Speller(TEXTS, KNOWN)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("resned my invocie", "resned my invoice"),
        ("the Enginer", "the engineer"),
        ("two paymnets", "two payment"),
        ("reshedule it plaese", "reschedule it please"),
    ],
)
def test_that_slips_become_words_of_the_business(speller: Speller, text: str, right: str) -> None:
    assert speller.text(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "laptops",  # an ordinary ending
        "Wherton",  # a name is not that near to any word
        "imvoice@example.com and invocie.example",  # addresses
        "O-12 I-3 P-7",
        "tHe",
        "teh",  # too short to guess
        "muddle",  # near to "middle", which no text of the business uses
        "",
        "我的订单在哪里",
    ],
)
def test_that_what_is_no_slip_stays_as_it_is(speller: Speller, text: str) -> None:
    assert speller.text(text) == text


def test_that_a_slip_in_the_examples_is_nothing_to_correct_to(speller: Speller) -> None:
    assert speller.word("recieved") == "recieved"
    assert Speller((*TEXTS, "received", "I received it"), KNOWN).word("recieved") == "received"


def test_that_without_known_words_nothing_is_touched() -> None:
    assert Speller((), frozenset()).text("wher is my ordr") == "wher is my ordr"


@pytest.mark.parametrize(
    ("one", "two", "far"),
    [("invoice", "invoice", 0), ("invocie", "invoice", 1), ("invoce", "invoice", 1), ("", "abc", 3), ("ab", "ba", 1)],
)
def test_that_mistakes_are_counted_as_people_make_them(one: str, two: str, far: int) -> None:
    assert mistakes(one, two) == mistakes(two, one) == far


@given(st.text(max_size=200))
def test_that_any_text_is_read_and_words_stay_as_many(text: str) -> None:
    found = Speller(TEXTS, KNOWN).text(text)
    assert len(found.split()) == len(text.split())
