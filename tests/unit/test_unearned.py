"""What a single ticket must be like to be carried out without a person, whatever its level and rulings allow."""

from __future__ import annotations

from typing import Any

import pytest

from cx_core.records import (
    ActionName,
    Finding,
    Goal,
    GoalLine,
    MessageId,
    Part,
    SpeechAct,
    Statement,
    Step,
    StepId,
    TaskTypeName,
)
from cx_core.service_rules.alone_questions import SURELY, unearned

LATE_FEE = TaskTypeName("late_fee")


def goal(**changes: Any) -> Goal:  # noqa: ANN401  # fields of a record
    return Goal(task_type=LATE_FEE, probability=0.95).replace(**changes)


def clause(does: SpeechAct, *perhaps: str, probability: float = 0.9) -> Statement:
    return Statement(message=MessageId("m"), start=0, end=5, does=does, probability=probability, perhaps_about=perhaps)


STEP = Step(id=StepId("s1"), goal=0, action=ActionName("waive_fee"))
PART = Part(goal=0, case="waive", text="Done.")
LINE = GoalLine(goal=0, about="Late payment fee", state="planned")
OWN = clause("wants", "late_fee")


def held(  # one argument for each thing that may hold a ticket
    *goals: Goal,
    said: tuple[Statement, ...] = (OWN,),
    steps: tuple[Step, ...] = (STEP,),
    parts: tuple[Part, ...] = (PART,),
    lines: tuple[GoalLine, ...] = (LINE,),
    findings: tuple[Finding, ...] = (),
    taken_up: bool = False,
) -> str:
    return unearned(goals or (goal(),), said, steps, parts, lines, findings, taken_up=taken_up)


def test_that_one_plain_wish_that_is_planned_has_earned_it() -> None:
    assert held() == ""


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"taken_up": True}, "a colleague has written"),
        ({"steps": ()}, "nothing to carry out"),
        ({"steps": (STEP.replace(added_by="Ada"),)}, "a person added an action"),
        ({"parts": (PART.replace(asks=True),)}, "asks the customer something"),
        ({"parts": (PART.replace(hands_on=True),)}, "leaves something to a colleague"),
        ({"lines": (LINE, LINE.replace(state="not_understood"))}, "not all that is wanted"),
        ({"lines": (LINE.replace(state="unchanged"),)}, "not all that is wanted"),
        ({"findings": (Finding(step=None, text="Something is odd"),)}, "Something is odd"),
        ({"said": (OWN, clause("wants", "contact_details"))}, "about something else"),
        ({"said": (OWN, clause("asks"))}, "about something else"),
        ({"said": (OWN, clause("reports", "fault").replace(about="fault"))}, "about something else"),
    ],
)
def test_that_anything_left_open_keeps_a_person_at_it(changed: dict[str, Any], says: str) -> None:
    assert says in held(**changed)


@pytest.mark.parametrize(
    "changed", [{"sure": False}, {"probability": SURELY - 0.01}, {"told_by": "Ada"}], ids=["unsure", "faint", "told"]
)
def test_that_every_goal_must_be_understood_by_the_copilot_itself(changed: dict[str, Any]) -> None:
    assert held(goal(**changed)) != ""
    assert held(goal(), goal(task_type=TaskTypeName("callback"), **changed)) != ""


@pytest.mark.parametrize(
    "harmless",
    [clause("tells", "contact_details"), clause("reports"), clause("wants", "complaint", probability=0.4)],
)
def test_that_what_is_only_told_or_hardly_asked_holds_nothing(harmless: Statement) -> None:
    assert held(said=(OWN, harmless)) == ""


def test_that_a_clause_may_be_about_any_of_several_goals() -> None:
    both = (goal(), goal(task_type=TaskTypeName("callback")))
    assert held(*both, said=(OWN, clause("wants", "callback"))) == ""
    assert held(*both, said=(OWN, clause("wants", "plan_change"))) != ""
