"""A step that the customer's words may not fit is put to them before it is proposed.

The last check finds words that name another day, hour, thing, number, sum or address than the step has, and not its own
as well; the sources of arguments, what they named and then took back. Such a step may be a misreading, so the draft
asks whether it is meant. What else speaks against a step is a finding beside it: on nine sets of tickets most such
steps were right, and so it is with words that another goal was read from. What they said yes to, and what a person said
they want, is not asked again.
"""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.catalogue import Knowledge
from cx_core.decide.grounding import Grounded
from cx_core.decide.holding.offered_acts import SHOWN, offered
from cx_core.decide.last_check.named_things import thing_name
from cx_core.decide.last_check.step_values import Names
from cx_core.decide.planning import Plan
from cx_core.records import Evidence, Finding, Goal, Part, Step, Triage

CONFIRM = "confirm"
"""The case of a step that is put to the customer first."""
_SENTENCE = 5
"""Words from which some are a sentence of their own."""


def put_first(
    plan: Plan, grounded: Grounded, triage: Triage, evidence: Evidence, knowledge: Knowledge
) -> tuple[Plan, Grounded]:
    """The plan and what grounding made of its steps, without those of a goal that are put as a question instead."""
    doubts = _doubts(grounded, triage) if knowledge.company.confirm else {}
    if not doubts:
        return plan, grounded
    parts: list[Part] = []
    busy = {step.goal for step in plan.steps}
    for part in plan.parts:
        if part.goal not in doubts or part.goal not in busy:
            parts.append(part)
        elif all(one.goal != part.goal or one.case != CONFIRM for one in parts):
            parts.append(_question(part.goal, doubts[part.goal], grounded.steps, evidence, knowledge))
    left = {step.id for step in grounded.steps if step.goal not in doubts}
    return (
        plan.replace(steps=tuple(step for step in plan.steps if step.id in left), parts=tuple(parts)),
        grounded.replace(
            steps=tuple(step for step in grounded.steps if step.id in left),
            findings=tuple(one for one in grounded.findings if one.step is None or one.step in left),
        ),
    )


def _doubts(grounded: Grounded, triage: Triage) -> dict[int, Finding]:
    """By goal, the first finding for which its steps are not proposed."""
    steps = {step.id: step for step in grounded.steps}
    found: dict[int, Finding] = {}
    for one in grounded.findings:
        if one.another and one.step is not None:
            step = steps[one.step]
            goal = triage.goals[step.goal]
            if not goal.agreed and not goal.told_by and not _of_another(one.another, goal, triage, step):
                found.setdefault(step.goal, one)
    return found


def _of_another(words: str, own: Goal, triage: Triage, step: Step) -> bool:
    """Whether the words stand in what another goal was read from, not in what this one was, and name nothing of the
    step's: "there is no cable" is another's, but no reason to send the cable back."""
    words = words.rstrip("…")
    if len(words.split()) < _SENTENCE:
        return False  # a mere "Thursday" may stand anywhere
    things = [item for value in step.values().values() if isinstance(value, tuple) for item in value]
    if Names((), tuple(thing_name(item, things) for item in things)).stand(words.casefold()):
        return False
    return words not in own.quote and any(words in goal.quote for goal in triage.goals if goal.sure)


def _question(goal: int, doubt: Finding, steps: Sequence[Step], evidence: Evidence, knowledge: Knowledge) -> Part:
    acts = [offered(step, knowledge.actions[step.action], evidence) for step in steps if step.goal == goal]
    text = knowledge.company.confirm
    for slot, value in (("{words}", doubt.another.translate(SHOWN)), ("{act}", " and ".join(dict.fromkeys(acts)))):
        text = text.replace(slot, value)
    return Part(goal=goal, case=CONFIRM, text=text.strip(), asks=True, note=doubt.text)
