"""How the company sounds: what drafts are checked for, and that what ships keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from cx_core.act.reply.reply_slots import compose
from cx_core.act.reply.tone import remarks
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import Company, Knowledge
from cx_core.records import Part

SHIPPED = Path(__file__).parents[2] / "knowledge"
GOOD = "Hello Maria,\n\nThe refund is on its way.\n\nKind regards,\nFernline Customer Care"


Formality = Literal["formal", "neutral", "relaxed"]


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    return load(SHIPPED)


def _company(shipped: Knowledge, formality: Formality) -> Company:
    tone = shipped.company.tone.replace(formality=formality)
    return shipped.company.replace(tone=tone)


def test_that_every_shipped_wording_sounds_like_the_company(shipped: Knowledge) -> None:
    cases = [(t.name, case) for t in shipped.task_types.values() for case in t.cases]
    assert len(cases) > 50
    for name, case in cases:
        reply = compose([Part(goal=0, case=case.name, text=case.reply)], shipped.company, None)
        assert reply is not None
        assert remarks(reply.text, shipped.company) == (), f"{name}, {case.name}"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Unfortunately it is late.", "The draft says “Unfortunately”; Fernline avoids it: say what can be done"),
        ("Please be\nadvised that it is late.", "The draft says “Please be\nadvised”; Fernline avoids it"),
        ("Hey, good news.", "The draft says “Hey”, which is too familiar for Fernline."),
        ("Good news!!", "The draft shouts (“!!”)"),
        ("PLEASE READ THIS", "The draft shouts (“PLEASE READ THIS”)"),
        ("Good news 🎉", "The draft contains an emoji (party popper): use words."),
    ],
)
def test_that_what_is_not_our_tone_is_named_with_what_to_say(shipped: Knowledge, said: str, heard: str) -> None:
    [remark] = remarks(GOOD.replace("The refund is on its way.", said), shipped.company)
    assert remark.startswith(heard)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("We're sorry.", "The draft says “We're”; Fernline writes formally: spell it out."),
        ("It won’t be late.", "The draft says “won’t”; Fernline writes formally"),
    ],
)
def test_that_a_formal_company_spells_short_forms_out(shipped: Knowledge, said: str, heard: str) -> None:
    text = GOOD.replace("The refund is on its way.", said)
    [remark] = remarks(text, _company(shipped, "formal"))
    assert remark.startswith(heard)
    assert remarks(text, shipped.company) == ()


@pytest.mark.parametrize("said", ["The carrier's page.", "It is a revertible change.", "Fine! £54.00 × 2", "OK, O-12."])
def test_that_ordinary_words_are_left_alone(shipped: Knowledge, said: str) -> None:
    assert remarks(GOOD.replace("The refund is on its way.", said), shipped.company) == ()


def test_that_a_missing_signature_is_named(shipped: Knowledge) -> None:
    [remark] = remarks("The refund is on its way.", shipped.company)
    assert remark == "The draft lacks the signature: end it with “Kind regards, Fernline Customer Care”."


@pytest.mark.parametrize(("formality", "said"), [("neutral", ("Hey",)), ("relaxed", ()), ("formal", ("Hey", "We're"))])
def test_that_formality_is_the_companys_choice(shipped: Knowledge, formality: Formality, said: tuple[str, ...]) -> None:
    heard = remarks(GOOD.replace("Hello", "Hey") + " We're here.", _company(shipped, formality))
    assert len(heard) == len(said)
    assert all(word in remark for word, remark in zip(said, heard, strict=True))
