"""A goal that ends a record is for a person where it is hardly likely; what only changes one is planned."""

from __future__ import annotations

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.sure_to_end import LEAST, sure_to_end
from cx_core.records import Goal, Triage
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
ENDING = ("cancel_order", "cancel_installation")
OTHERS = sorted(name for name in KNOWLEDGE.task_types if name not in (*ENDING, "cancel_service"))


def sure(task_type: str, probability: float, agreed: str = "", **more: object) -> bool:
    goal = Goal.model_validate({"task_type": task_type, "probability": probability, "sure": True, **more})
    triage = Triage.model_validate({"goals": [goal], "language": "en", "sentiment": "neutral", "urgency": "normal"})
    return sure_to_end(triage, KNOWLEDGE, agreed).goals[0].sure


@pytest.mark.parametrize("name", ENDING)
def test_that_what_ends_something_must_be_likely(name: str) -> None:
    assert not sure(name, LEAST - 0.01)
    assert sure(name, LEAST)


@pytest.mark.parametrize("name", OTHERS)
def test_that_what_changes_something_need_not_be(name: str) -> None:
    assert sure(name, LEAST - 0.05)


@pytest.mark.parametrize("name", ENDING)
def test_that_a_yes_to_our_offer_a_person_s_word_and_a_mere_question_stay(name: str) -> None:
    assert sure(name, 0.4, agreed="I see. Shall I cancel it?", quote="Shall I cancel it?")
    assert not sure(name, 0.4, agreed="Shall I send the invoice?", quote="not needed any more")
    assert sure(name, 0.4, told_by="Ines Duarte")
    assert sure(name, 0.4, polarity="asked")
