"""Three hundred and fifty answers to an offer: no false yes, and nine in ten of the true ones understood."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cx_core.text.plain_yes import plain_yes

ANSWERS = yaml.safe_load((Path(__file__).parents[1] / "phrases" / "consent_answers.yaml").read_text("utf-8"))
ACT, AMOUNT, NAME = f"cancel order {ANSWERS['offer']['order']}", str(ANSWERS["offer"]["amount"]), "Ana Moreau Fernline"


def agrees(answer: str) -> bool:
    return plain_yes(answer, ACT, AMOUNT, NAME)


def test_that_there_are_as_many_answers_as_are_asked_for() -> None:
    assert len(set(ANSWERS["yes"])) >= 120
    assert len(set(ANSWERS["no"])) >= 180
    assert not set(ANSWERS["yes"]) & set(ANSWERS["no"])


@pytest.mark.parametrize("answer", ANSWERS["no"])
def test_that_what_is_not_plainly_a_yes_is_none(answer: str) -> None:
    assert not agrees(answer)


def test_that_nine_in_ten_of_the_true_ones_are_understood() -> None:
    missed = [answer for answer in ANSWERS["yes"] if not agrees(answer)]
    assert len(missed) <= len(ANSWERS["yes"]) / 10, missed


@given(st.text(max_size=60))
def test_that_a_yes_with_any_other_words_is_none(words: str) -> None:
    """Unless they say yes themselves, or nothing."""
    if not agrees(words) and not agrees(f"yes\n{words}"):
        assert not agrees(f"Yes, {words} zebra")
    assert not agrees(f"Yes, {words} but")
    assert not agrees(f"Yes {words} not")
    assert not agrees(f"yes {words}?")


@pytest.mark.parametrize("act", ["cancel order O-7", "cancel order O-310", "change your plan to Fibre 500"])
def test_that_another_act_than_the_one_that_was_put_is_no_yes(act: str) -> None:
    assert plain_yes("Yes, please go ahead.", act)
    assert not plain_yes("Yes, please cancel order O-31.", act)
    assert not plain_yes("Yes, cancel the contract", act)


@pytest.mark.parametrize("line", ["|?", "> ?", "?", "\x85|?", "> 👎", "> ❓"])
def test_that_a_sign_on_a_line_of_its_own_takes_a_yes_back(line: str) -> None:
    assert not agrees(f"yes\n{line}")


@pytest.mark.parametrize("more", ["but not before Friday", "PS: not the case", "Ana, who is not sure", "Wait for me"])
def test_that_what_stands_below_a_farewell_is_read_too(more: str) -> None:
    assert agrees("Yes please.\n\nThanks,\nAna")
    assert not agrees(f"Yes please.\n\nThanks,\n{more}")
    assert not agrees(f"Yes please.\n\nKind regards,\nAna\n{more}")


def test_that_an_amount_counts_only_as_it_was_put() -> None:
    assert plain_yes("Yes, cancel it and send the £129.00 back", ACT, "£129.00")
    assert not plain_yes("Yes, cancel it and send the £129.00 back", ACT, "£12.00")
    assert not plain_yes("Yes, cancel it and send the £129.00 back", ACT)


PUT = "Dear Ana,\nShall we cancel order O-31? This cannot be undone.\nKind regards,\nFernline"
QUOTING = (
    "Yes\n\nOn Mon, 23 Nov 2026 at 10:00, Fernline wrote:\n"
    "> Dear Ana,\n> Shall we cancel order O-31? This\n> cannot be undone."
)


def test_that_our_own_words_may_be_quoted_below_a_yes() -> None:
    assert plain_yes(QUOTING, "cancel order O-31", put=PUT)
    assert not plain_yes(QUOTING, "cancel order O-31", put="Something else was put.")


@pytest.mark.parametrize(
    "below",
    [
        "\n> only if I get the money in cash",
        "\n| but only half",
        "\n--\nkeep the order after all",
        "\n\n-----Original Message-----\nactually no",
        "\n\n____________\nFrom: Fernline\nSent: Monday\nTo: Ana\nSubject: Re: order\n\nAna: only if I get cash",
        "\n\nSent from my iPhone - wait, do not cancel yet",
    ],
)
def test_that_no_words_between_or_below_what_is_quoted_are_passed_over(below: str) -> None:
    assert plain_yes("Yes", "cancel order O-31", put=PUT)
    assert not plain_yes(f"Yes{below}", "cancel order O-31", put=PUT)
