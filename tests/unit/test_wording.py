"""Every paragraph, macro and sentence that ships, held against how good support people write."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cx_core.act.reply.repeated_words import apologises
from cx_core.act.reply.tone import remarks
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import Case, TaskType
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
COMPANY = KNOWLEDGE.company
CASES = [(one, case) for one in KNOWLEDGE.task_types.values() for case in one.cases if case.reply != "{article.text}"]
IDS = [f"{one.name}-{case.name}" for one, case in CASES]
PLACE = re.compile(r"\{(\w+)\.(\w+)\}")
SENTENCE = re.compile(r"(?<=[.!?:])\s+")
STIFF = re.compile(
    r"\b(?:I am|I have|I will|we are|we have|we will|you would|you are|it is (?=[a-z])|there is|is not|are not|do not"
    r"|does not|did not|cannot|has not|have not|was not|will not|need not"
    r"|shall (?:come|be|have)|should (?:that|this|it) not"
    r"|gladly|as you do not|I would gladly|of its being)\b",
    re.IGNORECASE,
)
"""What nobody says aloud where there is a short or plain form."""
NEXT = re.compile(
    r"\?|\b(?:reply|tell|ask|send|look in|will|can|may|should|due|from (?:this|now)|within|goes|comes|nobody|nothing"
    r"|hasn't|stays|don't|shouldn't|never|won't|then|sometimes|choose|under Bills|any card|enough|all I need|please)\b"
    r"|'(?:ll|ve sent|ve taken)\b",
    re.IGNORECASE,
)
"""What comes next, who does it, or that nothing has to: in the last sentence."""


def sentences(text: str) -> list[str]:
    return [one for one in SENTENCE.split(text.strip()) if one]


def texts() -> Iterator[tuple[str, str]]:
    yield from ((f"{one.name}, {case.name}", case.reply) for one, case in CASES)
    yield from ((f"macro {name}", one.text) for name, one in KNOWLEDGE.macros.items())
    yield from ((f"action {one.name}", one.told) for one in KNOWLEDGE.actions.values() if one.told)
    yield from ((f"upset, {one.name}", one.upset) for one in KNOWLEDGE.task_types.values() if one.upset)
    for name in ("closing", "disclosure", "unknown_sender", "kept", "asked", "unheeded", "refused", "upset"):
        yield f"company.{name}", getattr(COMPANY, name)
    yield "company.with_colleague", COMPANY.with_colleague
    yield "company.with_colleague_unnamed", COMPANY.with_colleague_unnamed


@pytest.mark.parametrize(("where", "text"), [pytest.param(*one, id=one[0]) for one in texts()])
def test_that_it_is_plain_spoken_and_says_a_thing_once(where: str, text: str) -> None:
    plain = " ".join(text.split())
    assert plain, where
    assert COMPANY.tone.avoided(plain) == ()
    assert (found := STIFF.search(plain)) is None, f"{where}: {found[0]}"
    assert sum(apologises(one) for one in sentences(plain)) <= 1
    assert len(sentences(plain)) == len({one.lower() for one in sentences(plain)})
    assert remarks(f"{plain}\n\n{COMPANY.signature}", COMPANY) == ()


@pytest.mark.parametrize(("task_type", "case"), CASES, ids=IDS)
def test_that_a_paragraph_ends_with_what_happens_next(task_type: TaskType, case: Case) -> None:
    last = sentences(case.reply)[-1]
    assert NEXT.search(last), f"{task_type.name}, {case.name}: {last}"


@pytest.mark.parametrize(("task_type", "case"), CASES, ids=IDS)
def test_that_every_slot_is_of_a_step_or_of_something_that_is_read(task_type: TaskType, case: Case) -> None:
    read = {lookup.name for lookup in task_type.lookups} | {"customer", "article"}
    planned = {str(step.action): KNOWLEDGE.actions[step.action].receipt for step in case.steps}
    for name, field in PLACE.findall(case.reply):
        told = f"{name}:{field}" in case.when  # {wish.only} where that is what the case is for
        told |= (name, field) == ("advice", "left") and bool(task_type.advice)  # filled: see test_days_in_cases
        assert name in read or told or field in planned.get(name, ()), f"{{{name}.{field}}}"


@pytest.mark.parametrize(("task_type", "case"), CASES, ids=IDS)
def test_that_a_paragraph_that_asks_or_hands_on_says_so(task_type: TaskType, case: Case) -> None:
    if case.asks:
        assert re.search(r"\?|\btell (?:me|us)\b|\breply\b|\bsend (?:me|us)\b", case.reply, re.IGNORECASE)
    if case.hands_on:
        assert "A colleague" in case.reply or "a colleague" in case.reply
    assert not (case.steps and (case.asks or re.search(r"\bhaven't (?:changed|sent|set)\b", case.reply)))


@pytest.mark.parametrize("task_type", [one for one in KNOWLEDGE.task_types.values() if one.cases], ids=lambda t: t.name)
def test_that_whoever_is_upset_gets_a_sentence_that_was_written_for_it(task_type: TaskType) -> None:
    assert task_type.upset
    assert len(sentences(task_type.upset)) == 1
    assert "{" not in task_type.upset
    assert task_type.upset.startswith("I'm sorry")
