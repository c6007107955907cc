"""What is taken for saying that an act was done, on sentences marked by hand (`typed_claims.py`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx_core.act.reply.act_claims import claims, refused
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.settings import ROOT
from tests.unit.typed_claims import CLAIMED, HARMLESS, HELD_OUT_CLAIMED, HELD_OUT_HARMLESS

ACTIONS = {name: one for name, one in load(Path(ROOT) / "knowledge").actions.items() if one.kind == "write"}


def _claimed(sentence: str) -> bool:
    return any(not claim.denied for claim in claims(sentence, ACTIONS))


def test_that_claims_are_told_from_what_is_none() -> None:
    assert [sentence for sentence in CLAIMED if not _claimed(sentence)] == []
    assert [sentence for sentence in HARMLESS if _claimed(sentence)] == []


def test_that_it_holds_for_sentences_that_it_was_not_made_with() -> None:
    missed = [sentence for sentence in HELD_OUT_CLAIMED if not _claimed(sentence)]
    wrong = [sentence for sentence in HELD_OUT_HARMLESS if _claimed(sentence)]
    assert (len(missed), len(wrong)) <= (5, 3), (missed, wrong)


@pytest.mark.parametrize(
    ("denial", "action"),
    [
        ("I have not sent a replacement yet.", "send_replacement"),
        ("We haven't refunded the payment.", "refund_payment"),
        ("No credit has been applied.", "apply_credit"),
        ("Nothing has been changed on your account.", "change_plan"),
    ],
)
def test_that_a_denial_names_the_act(denial: str, action: str) -> None:
    [claim] = claims(denial, ACTIONS)
    assert claim.denied
    assert action in claim.actions


def test_that_what_is_said_in_any_words_is_taken_for_a_claim_and_ordinary_sentences_are_not() -> None:
    said = (
        "Your refund of £75.00 went out this morning.",
        "Your plan is now Fibre 500.",
        "A new router left our warehouse today.",
        "Delivery address amended on order 88213.",
    )
    assert [sentence for sentence in said if not _claimed(sentence)] == []
    ordinary = (
        "Put the router in the open.",
        "I need to be sure that it is you.",
        "The light on the Hub is off.",
        "As requested, please find attached your invoice.",
        "We are doing everything we can.",
        "I've added a note below.",
    )
    assert [sentence for sentence in ordinary if _claimed(sentence)] == []


@pytest.mark.parametrize(
    "refusal",
    [
        "We cannot refund the second payment, since it was taken rightly.",
        "A refund is not possible.",
        "Nothing will be sent back to you.",
        "I'm unable to refund you.",
        "There is no need for a refund.",
        "There is no need to refund it.",
        "For this invoice no refund is due.",
    ],
)
def test_that_a_refusal_names_the_act(refusal: str) -> None:
    assert "refund_payment" in refused(refusal, ACTIONS)


@pytest.mark.parametrize(
    "sentence",
    [
        "The refund will not take longer than five working days.",
        "You will not be charged £29 again.",
        "There is nothing you need to do for the refund.",
        "You do not have to wait for the refund.",
        "No action is needed for your refund.",
        "Can you not see the refund?",
    ],
)
def test_that_a_no_beside_an_act_is_no_refusal_of_it(sentence: str) -> None:
    assert "refund_payment" not in refused(sentence, ACTIONS)
