"""Two matters in one message, in every order and layout: both are found, answered and kept apart."""

from __future__ import annotations

import re
from collections import Counter
from itertools import permutations, product

import pytest

from tests.integration.generated.conftest import Process, Result, Said, wrong_share

MARIA = "maria.keller@example.com"
MATTERS = {
    "reschedule_installation": ("please move Thursday's engineer visit to the day after", r"visit|engineer|slot"),
    "duplicate_charge": ("you charged me twice for invoice I-3", r"twice|charged|payment|refund"),
    "invoice_copy": ("please send me a copy of my invoice I-3", r"copy|sent invoice"),
    "contact_details": ("please change my phone number to 07700 900555", r"number|phone|contact"),
    "plan_change": ("please change my plan to Fibre 150", r"plan|Fibre 150"),
    "password_reset": ("I have forgotten my password and cannot sign in", r"password|sign in"),
}
"""What is asked, and what a line about it speaks of."""
LAYOUTS = (
    "Hello, {a}. Also, {b}.",
    "Hi,\n\n1. {A}.\n2. {B}.\n\nThanks",
    "{A}. And while you're at it, {b}.",
    "{A}. {B}.",
    "Hello, {a}.\n\nKind regards\nMaria\n\nPS: {b}.",
    "Two things: {a}, and {b}.",
)


def upper(text: str) -> str:
    return text[0].upper() + text[1:]


PAIRS = list(permutations(MATTERS, 2))
MESSAGES = [
    (first, second, layout.format(a=a, b=b, A=upper(a), B=upper(b)))
    for (first, second), layout in product(PAIRS, LAYOUTS)
    for a, b in [(MATTERS[first][0], MATTERS[second][0])]
]


@pytest.fixture(scope="module")
def answered(process: Process) -> list[tuple[set[str], str, Result]]:
    results = process([Said(text, MARIA) for _, _, text in MESSAGES])
    return [({a, b}, text, one) for (a, b, text), one in zip(MESSAGES, results, strict=True)]


def found(result: Result, *, sure: bool = False) -> set[str]:
    return {goal["task_type"] for goal in result["goals"] if goal["sure"] or not sure}


def sentences(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"(?<=[.?!])\s+|\n+", text) if len(one.split()) > 3]


def test_that_both_are_found_and_nothing_else(answered: list[tuple[set[str], str, Result]]) -> None:
    lost = [f"{sorted(of - found(one))} of {text!r}" for of, text, one in answered if not of <= found(one)]
    more = [
        f"{sorted(found(one, sure=True) - of)} in {text!r}" for of, text, one in answered if found(one, sure=True) - of
    ]
    assert len(lost) <= 0.02 * len(answered), wrong_share(lost, len(answered))
    assert len(more) <= 0.02 * len(answered), wrong_share(more, len(answered))


def test_that_each_has_its_own_words_in_the_draft(answered: list[tuple[set[str], str, Result]]) -> None:
    silent = [
        f"{matter} of {text!r}: {one['preview']!r}"
        for of, text, one in answered
        for matter in sorted(of)
        if one["route"] != "person" and not re.search(MATTERS[matter][1], one["preview"], re.IGNORECASE)
    ]
    assert len(silent) <= 0.02 * 2 * len(answered), wrong_share(silent, 2 * len(answered))


def test_that_no_act_and_no_sentence_comes_twice(answered: list[tuple[set[str], str, Result]]) -> None:
    for _, text, one in answered:
        acts = Counter((step["action"], str(sorted(step["arguments"].items()))) for step in one["steps"])
        assert not [act for act, times in acts.items() if times > 1], text
        said = Counter(sentences(one["preview"]))
        assert not [sentence for sentence, times in said.items() if times > 1], text


def test_that_a_matter_that_is_planned_is_no_leftover_for_a_colleague(
    answered: list[tuple[set[str], str, Result]],
) -> None:
    """What both found goals were said in is nobody else's part."""
    needless = [
        f"{text!r}: {one['preview']!r}"
        for of, text, one in answered
        if found(one, sure=True) == of and "needs a colleague" in one["preview"]
    ]
    assert len(needless) <= 0.05 * len(answered), wrong_share(needless, len(answered))
