"""Steps that are put to the customer first: over actions, and over who said that they are wanted."""

from __future__ import annotations

import re

import pytest

from cx_core.decide.grounding import Grounded
from cx_core.decide.holding.doubtful_steps import CONFIRM, put_first
from cx_core.decide.planning import Plan
from cx_core.records import (
    ActionName,
    Finding,
    Goal,
    Part,
    Step,
    StepId,
    TaskTypeName,
    Triage,
)
from cx_core.text.wording import say
from tests.unit.test_last_check import ASKED, EVIDENCE, KNOWLEDGE, step_of

WORDS = "the {other} one"
CLEAR = Part(goal=1, case="else", text="Something else is done.")


def asked(action: str, *, another: str = WORDS, agreed: bool = False, told_by: str = "") -> tuple[Plan, Grounded]:
    """A plan of a doubtful step and, for another goal, of a clear one."""
    doubtful = step_of(action, ASKED[action][1])
    clear = Step(id=StepId("s2"), goal=1, action=ActionName("send_password_reset"))
    goal = Goal(task_type=TaskTypeName("any"), probability=0.9, agreed=agreed, told_by=told_by)
    parts = (Part(goal=0, case="done", text="It is done: {s1.label}."), CLEAR)
    findings = (Finding(step=doubtful.id, text="They wrote something else.", another=another),)
    return put_first(
        Plan(steps=(doubtful, clear), parts=parts),
        Grounded(steps=(doubtful, clear), findings=findings),
        Triage(goals=(goal, Goal(task_type=TaskTypeName("else"), probability=0.9))),
        EVIDENCE,
        KNOWLEDGE,
    )


@pytest.mark.parametrize("action", ASKED)
def test_that_words_for_something_else_are_asked_about_and_the_rest_is_planned(action: str) -> None:
    plan, grounded = asked(action)
    assert [step.id for step in plan.steps] == [step.id for step in grounded.steps] == ["s2"]
    assert not grounded.findings
    question, rest = plan.parts
    assert rest == CLEAR
    assert (question.case, question.asks, question.note) == (CONFIRM, True, "They wrote something else.")
    assert "(other)" in question.text
    assert not re.search(r"[{}]", question.text)


@pytest.mark.parametrize("action", ASKED)
def test_that_nothing_is_asked_twice_or_of_what_a_person_said(action: str) -> None:
    for plan, grounded in (asked(action, agreed=True), asked(action, told_by="Sam"), asked(action, another="")):
        assert len(plan.steps) == len(grounded.steps) == 2
        assert all(part.case != CONFIRM for part in plan.parts)


@pytest.mark.parametrize("action", [name for name, one in KNOWLEDGE.actions.items() if one.kind == "write"])
def test_that_an_offer_names_only_what_the_step_has(action: ActionName) -> None:
    spec = KNOWLEDGE.actions[action]
    assert set(re.findall(r"\{(\w+)\}", spec.offer)) <= spec.arguments.keys()


def test_that_the_question_says_what_would_be_done() -> None:
    plan, _ = asked("reschedule_appointment")
    slot = next(one for one in EVIDENCE.lookups[0].records if one.id == ASKED["reschedule_appointment"][1]["slot"])
    assert f"Shall I move your visit to {slot.fields.get('label') or slot.id}" in plan.parts[0].text
    plan, _ = asked("refund_payment")
    assert say(ASKED["refund_payment"][1]["amount"]) in plan.parts[0].text
