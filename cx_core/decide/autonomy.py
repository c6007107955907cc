"""Where a proposal goes: carried out alone, to an advisor or a supervisor, or straight to a person.

Only ever as wide as the narrowest of its goals and rulings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.catalogue import TaskType
from cx_core.records import PREPARES, Goal, Role, Route, Ruling, StepId, TaskTypeName

ALONE = 3
"""The lowest level at which the copilot acts without a person."""


def starting_level(task_type: TaskType) -> int:
    """2, or the ceiling if that is lower. Matters for people stay at 0."""
    return 0 if task_type.people_only else min(PREPARES, task_type.ceiling)


def level_of(goal: Goal, task_types: Mapping[TaskTypeName, TaskType]) -> int:
    """The goal's level within its ceiling; a task type nobody knows has none."""
    task_type = task_types.get(goal.task_type)
    return 0 if task_type is None or task_type.people_only else min(goal.level, task_type.ceiling)


def route(
    goals: Sequence[Goal],
    rulings: Mapping[StepId, Ruling],
    task_types: Mapping[TaskTypeName, TaskType],
    *,
    language_ok: bool,
    wants_person: bool,
) -> tuple[Route, str]:
    """The route and why, in words. `rulings` holds those of all steps, and the reply's under "reply".

    Without a ruling for the reply nothing goes alone.
    """
    why_person = _why_person(goals, task_types, language_ok=language_ok, wants_person=wants_person)
    if why_person:
        return "person", why_person
    for ruling in rulings.values():
        if ruling.answer == "ask" and ruling.ask in (Role.SUPERVISOR, Role.ADMINISTRATOR):
            return "supervisor", _why(ruling, f"{ruling.ask.value.capitalize()} needed")
    why_advisor = _why_advisor(goals, rulings, task_types)
    return ("advisor", why_advisor) if why_advisor else ("act", "Every goal and every step may go alone")


def not_alone(route: Route, why: str, because: str) -> tuple[Route, str]:
    """The route and why, where a person has to look `because`; a person who has it anyway keeps it as it is."""
    return ("advisor", because) if route == "act" else (route, why)


def _why_person(
    goals: Sequence[Goal], task_types: Mapping[TaskTypeName, TaskType], *, language_ok: bool, wants_person: bool
) -> str:
    if wants_person:
        return "The customer asks for a person"
    if not language_ok:
        return "The customer writes in a language that is not served"
    if not goals:
        return "Nothing was understood that Rung handles"
    for goal in goals:
        task_type = task_types.get(goal.task_type)
        if task_type is None:
            return f"{goal.task_type} is no known task type"
        if task_type.people_only:
            return f"{task_type.title}: a matter for people"
        level = level_of(goal, task_types)
        if level < PREPARES:
            return f"{task_type.title} is at level {level}: a person answers"
    return ""


def _why_advisor(
    goals: Sequence[Goal], rulings: Mapping[StepId, Ruling], task_types: Mapping[TaskTypeName, TaskType]
) -> str:
    """The first reason that keeps the proposal from going alone; a step that cannot be done comes first."""
    for ruling in rulings.values():
        if ruling.answer == "deny":
            return _why(ruling, "A step cannot be done")
    for goal in goals:
        if not goal.sure:
            return f"It is not sure that the customer wants this: {task_types[goal.task_type].title}"
    for goal in goals:
        if goal.told_by:
            return f"{goal.told_by} said what the customer wants, so a person goes on with it"
        if level_of(goal, task_types) < ALONE:
            title = task_types[goal.task_type].title
            return f"{title} is at level {level_of(goal, task_types)}: a person approves each step"
    if "reply" not in rulings:
        return "There is no ruling for the reply"
    return next((_why(ruling, "Approval needed") for ruling in rulings.values() if ruling.answer == "ask"), "")


def _why(ruling: Ruling, otherwise: str) -> str:
    return f"{otherwise}: {ruling.reasons[0]}" if ruling.reasons else otherwise
