"""Shorter and more formal by rules: what goes, what is spelt out, and what must stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx_core.act.reply.model_rewriting import objection
from cx_core.act.reply.rule_rewriting import more_formal, shorter
from cx_core.adapters.classifier.language_detection import LANGUAGES
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import Company
from cx_core.llm.grounding_check import facts
from cx_core.records import Evidence
from cx_core.text.wording import language_name
from cx_core.views import Way


@pytest.fixture(scope="module")
def company() -> Company:
    return load(Path(__file__).parents[2] / "knowledge").company


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi Maria,\nit's late.", "Dear Maria,\nit is late."),
        ("Hello there,\n\nWe can’t say.", "Dear customer,\n\nWe cannot say."),
        ("Can't we? Won't they?", "Cannot we? Will not they?"),
        ("It's been sent and it's here.", "It has been sent and it is here."),
        ("I'd like that; she'd gone.", "I would like that; she'd gone."),
        ("We'll call. Thanks! Don't wait!", "We will call. Thank you. Do not wait."),
        ("The carrier's van took {s1.amount}.", "The carrier's van took {s1.amount}."),
        ("Thanks to the team, see I'm-here.example", "Thanks to the team, see I am-here.example"),
    ],
)
def test_that_short_forms_are_spelt_out_where_they_can_be_read_in_one_way(text: str, said: str) -> None:
    assert more_formal(text) == said


def test_that_courtesy_goes_and_facts_questions_and_slots_stay(company: Company) -> None:
    text = (
        "Hello Maria,\n\nThank you for telling us. I am so sorry about this. {s1.amount} is on its way.\n\n"
        "Sorry for the wait, but please say which day suits you.\n\nThank you.\n\n"
        f"{company.closing}\n\n{company.signature}"
    )
    assert shorter(text, company) == (
        "Hello Maria,\n\n{s1.amount} is on its way.\n\nSorry for the wait, but please say which day suits you.\n\n"
        f"Thank you.\n\n{company.signature}"
    )


BEFORE = "Your refund of £54.00 for P-8 goes out: {s1.amount}.\n\nSee https://fernline.example/help."


@pytest.mark.parametrize(
    ("way", "after", "why"),
    [
        ("shorter", "Refund of £54.00: {s1.amount}.", ""),
        ("shorter", "Refund of £54.00.", "did not keep what the steps fill in (amount)"),
        ("warmer", "£54.00: {s1.amount} and {s1.amount}.", "did not keep what the steps fill in (amount)"),
        ("warmer", "£54.00 and £20.00: {s1.amount}.", "spoke of 20.00, which your text does not"),
        ("shorter", "Refund: {s1.amount}.", "left out £54.00"),
        ("warmer", "", "was empty"),
        ("warmer", "kind " * 200, "was far too long"),
        ("translate", "Ihre Erstattung über 54,00 £ für P-8: {s1.amount}.\n\nSiehe https://fernline.example/help.", ""),
        ("translate", "Ihre Erstattung über 54,00 £ für P-8: {s1.amount}.", "left out a paragraph"),
        ("translate", "Über 54,00 £, auch 99: {s1.amount}.\n\nGut.", "spoke of 99, which your text does not"),
        ("translate", "54,00 £: {s1.amount}.\n\nhttps://evil.example", "spoke of https://evil.example, which"),
        ("translate", "54,00 £: {s1.amount}.\n\n**Gut**", "spoke of *, which your text does not"),
    ],
)
def test_that_a_rewritten_text_keeps_slots_and_adds_nothing(way: Way, after: str, why: str, company: Company) -> None:
    known = facts(Evidence(), company, [BEFORE], (), (), ["{s1.amount}"])
    said = objection(way, BEFORE, after, known)
    assert said.startswith(why)
    assert bool(said) == bool(why)


def test_that_every_language_we_know_has_a_name() -> None:
    assert all(language_name(code) != code for code in LANGUAGES)
