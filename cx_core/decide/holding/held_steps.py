"""Steps that are not proposed because of the customer's own words, and what is said instead of doing them."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.catalogue import Knowledge
from cx_core.decide.holding.ended_or_moved import ended_or_moved
from cx_core.decide.holding.refused_steps import refused
from cx_core.decide.holding.unheeded import unheeded
from cx_core.decide.situation import Situation
from cx_core.records import Message, Part, Step

KEPT = "kept"
"""The case of a wish that is taken back, or of what is to stay as it is."""

UNHEEDED = "unheeded"
"""The case of a step that words behind it may take back."""

ENDED_OR_MOVED = "ended_or_moved"
"""The case of a step that gives a record another time, where some words may call it off."""

WHICH = "which"
"""The case of a yes to an either-or question of ours."""

LONGEST_QUOTE = 160
"""Characters of the customer's words that are put back to them."""


def held(steps: Sequence[Step], situation: Situation, said: Sequence[Message], knowledge: Knowledge) -> Part | None:
    """That all stays as it is, where their words refuse the steps of a goal; a question, where some words may."""
    if not steps:
        return None
    triage, evidence, company = situation.triage, situation.evidence, knowledge.company
    if triage.which and company.which and not situation.goal.told_by:
        return _which(triage.which, company.which, steps[0].goal)
    texts = {message.id: message.text for message in said}
    if words := refused(steps, triage, evidence, said, knowledge, situation.today):
        return _part(KEPT, company.refused or company.unheeded, words, steps[0].goal, asks=not company.refused)
    if company.confirm and (open_ways := ended_or_moved(steps, triage, evidence, texts, knowledge)) is not None:
        text = company.confirm.replace("{act}", open_ways.acts)
        return _part(ENDED_OR_MOVED, text, open_ways.words, steps[0].goal, asks=True)
    if words := unheeded(situation.goal.task_type, triage, evidence, texts, knowledge.actions):
        return _part(UNHEEDED, company.unheeded, words, steps[0].goal, asks=True)
    return None


def _which(question: str, text: str, goal: int) -> Part:
    shown = question.replace("{", "(").replace("}", ")")[:LONGEST_QUOTE]
    note = f"They said yes to “{shown}”, which leaves open which."
    return Part(goal=goal, case=WHICH, text=text.replace("{question}", shown).strip(), asks=True, note=note)


def _part(case: str, text: str, words: str, goal: int, *, asks: bool) -> Part:
    """`words` are quoted as they were written: what looks like a slot of ours is none."""
    shown = _shown(words)
    note = f"They also wrote: “{shown}”."
    return Part(goal=goal, case=case, text=text.replace("{words}", shown).strip(), asks=asks, note=note)


def _shown(words: str) -> str:
    return words.replace("{", "(").replace("}", ")").rstrip(" .,;:")[:LONGEST_QUOTE]
