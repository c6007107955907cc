"""Where a proposal goes: carried out alone, to an advisor or a supervisor, or straight to a person.

Only ever as wide as the narrowest of its goals and rulings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.catalogue import TaskType
from cx_core.records import PREPARES, Goal, Role, Route, Ruling, StepId, TaskTypeName
from cx_core.service_rules.levels_in_force import ALONE, FAQ

PERHAPS_FOR_PEOPLE = 0.5
"""Probability from which a matter for people takes a ticket that is surely about something else."""


def level_of(goal: Goal, task_types: Mapping[TaskTypeName, TaskType]) -> int:
    """The goal's level within its ceiling; a task type nobody knows has none."""
    task_type = task_types.get(goal.task_type)
    return 0 if task_type is None or task_type.people_only else min(goal.level, task_type.ceiling)


def route(
    goals: Sequence[Goal],
    rulings: Mapping[StepId, Ruling],
    task_types: Mapping[TaskTypeName, TaskType],
    *,
    foreign: str,
    wants_person: bool,
    grave: str = "",
    unanswered: str = "nothing was looked up that answers it",
) -> tuple[Route, str]:
    """The route and why, in words. `rulings` holds those of all steps, and the reply's under "reply".

    Without a ruling for the reply nothing goes alone. `unanswered` says why no published passage answers all that is
    asked; empty: some do, and at level 1 that answer may leave. `foreign`: the name of a language that is not served.
    """
    if grave and foreign:
        return "person", f"Writes in {foreign}: for somebody who speaks it, soon: their words may bring up {grave}"
    if grave:
        return "person", f"Their words bring up {grave}: a person answers, before anything else"
    why_person = _why_person(goals, task_types, foreign=foreign, wants_person=wants_person)
    if why_person:
        return "person", why_person
    if any(level_of(goal, task_types) == FAQ for goal in goals):
        why = _why_unanswered(goals, rulings, task_types, unanswered)
        return ("person", why) if why else ("act", "A help page answers this as asked, and nothing else is asked")
    for ruling in rulings.values():
        if ruling.answer == "ask" and ruling.ask in (Role.SUPERVISOR, Role.ADMINISTRATOR):
            return "supervisor", _why_role(ruling, ruling.ask)
    why_advisor = _why_advisor(goals, rulings, task_types)
    return ("advisor", why_advisor) if why_advisor else ("act", "Every goal and every step may go alone")


def not_alone(route: Route, why: str, because: str) -> tuple[Route, str]:
    """The route and why, where a person has to look `because`; a person who has it anyway keeps it as it is."""
    return ("advisor", because) if route == "act" else (route, why)


def _why_person(
    goals: Sequence[Goal], task_types: Mapping[TaskTypeName, TaskType], *, foreign: str, wants_person: bool
) -> str:
    if wants_person:
        return "The customer asks for a person"
    if foreign:
        return f"Writes in {foreign}: for somebody who speaks it"
    if not goals:
        return "Nothing was understood that Rung handles"
    sure = any(goal.sure for goal in goals)
    for goal in goals:
        task_type = task_types.get(goal.task_type)
        if task_type is None:
            return f"{goal.task_type} is no known task type"
        if task_type.people_only and sure and not goal.sure and goal.probability < PERHAPS_FOR_PEOPLE:
            continue
        if task_type.people_only:
            return f"{task_type.title}: a matter for people"
        level = level_of(goal, task_types)
        if level < PREPARES and level != FAQ:
            return f"{task_type.title} is at level {level}: a person answers"
    return ""


def _why_unanswered(
    goals: Sequence[Goal],
    rulings: Mapping[StepId, Ruling],
    task_types: Mapping[TaskTypeName, TaskType],
    unanswered: str,
) -> str:
    """Why a ticket with a goal at level 1 is for a person; empty: its answer may leave by itself."""
    title = next(task_types[goal.task_type].title for goal in goals if level_of(goal, task_types) == FAQ)
    if len(goals) > 1:
        return f"{title} is at level {FAQ}, and more is asked besides: a person answers"
    if goals[0].told_by:
        return f"{goals[0].told_by} said what the customer wants, so a person goes on with it"
    if unanswered:
        return f"{title} is at level {FAQ}: a person answers, since {unanswered}"
    if set(rulings) != {"reply"}:
        return f"{title} is at level {FAQ}: a person answers, since more than an answer would be done"
    return "" if rulings[StepId("reply")].answer == "allow" else _why(rulings[StepId("reply")], "A person answers")


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


def _why_role(ruling: Ruling, role: Role) -> str:
    """The rule's own words where they name the role that approves."""
    first = next(iter(ruling.reasons), "")
    return first if role.value in first else _why(ruling, f"{role.value.capitalize()} needed")


def _why(ruling: Ruling, otherwise: str) -> str:
    return f"{otherwise}: {ruling.reasons[0]}" if ruling.reasons else otherwise
