"""Goals and evidence in, a plan and what to say out, from the cases of each task type.

The small language of cases is described in `catalogue`: lookups are named, conditions count or
compare them, steps take their arguments from them, and each argument keeps its source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cx_core.catalogue import ActionSpec, Case, Knowledge, StepSpec
from cx_core.decide.situation import PLACE, Situation, label
from cx_core.records import (
    ActionName,
    Argument,
    Citation,
    Evidence,
    Option,
    Part,
    Record,
    Source,
    Step,
    StepId,
    Triage,
)

PERHAPS = 0.5
"""Probability from which a goal that is not sure is planned for, if none is sure: a person sees that it is not."""


class Plan(Record):
    """What planning made: steps in order and a part per goal."""

    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()


def plan(triage: Triage, evidence: Evidence, knowledge: Knowledge, today: date, first_step: int = 1) -> Plan:
    """One plan over all goals. Steps are named s1, s2, ... from `first_step` on."""
    steps: list[Step] = []
    parts: list[Part] = []
    certain = any(goal.sure for goal in triage.goals)
    for number, goal in enumerate(triage.goals):
        task_type = knowledge.task_types.get(goal.task_type)
        if (
            task_type is None
            or task_type.people_only
            or not (goal.sure or (not certain and goal.probability >= PERHAPS))
        ):
            continue
        situation = Situation(number, goal, triage, evidence, task_type, today)
        case = next((case for case in task_type.cases if situation.holds(case)), None)
        if case is None:
            continue
        made = _steps(case, situation, knowledge.actions, number, first_step - 1 + len(steps))
        steps += made
        parts.append(_part(case, situation, made, number))
    return Plan(steps=tuple(steps), parts=tuple(parts))


def in_order(steps: Sequence[Step], actions: Mapping[ActionName, ActionSpec]) -> tuple[Step, ...]:
    """Dependencies hold; among independent steps the reversible go first (then as planned)."""
    left, done, ordered = list(steps), set[StepId](), list[Step]()
    present = {step.id for step in steps}
    while left:
        ready = [step for step in left if all(id in done or id not in present for id in step.after)]
        if not ready:  # a circle cannot come from a task type; an approval never makes one
            raise ValueError("steps wait for each other in a circle")
        first = min(ready, key=lambda step: not actions[step.action].reversible)
        left.remove(first)
        done.add(first.id)
        ordered.append(first)
    return tuple(ordered)


def _steps(
    case: Case, situation: Situation, actions: Mapping[ActionName, ActionSpec], goal: int, before: int
) -> list[Step]:
    made: list[Step] = []
    for spec in case.steps:
        after = tuple(step.id for step in made if step.action in spec.after)
        arguments = tuple(
            _argument(name, spec, situation, actions[spec.action]) for name in actions[spec.action].arguments
        )
        id = StepId(f"s{before + len(made) + 1}")
        made.append(Step(id=id, goal=goal, action=spec.action, arguments=arguments, after=after))
    return made


def _argument(name: str, spec: StepSpec, situation: Situation, action: ActionSpec) -> Argument:
    place = spec.arguments.get(name)
    value, source = situation.value(place) if place else (None, Source(kind="none"))
    options: tuple[Option, ...] = ()
    if name in spec.options:
        options = tuple(
            Option(value=record.id, label=label(record), source=Source(kind="record", ref=record.ref, field="id"))
            for record in situation.all_records(spec.options[name])
        )
    return Argument(name=name, value=value, source=source, options=options)


def _part(case: Case, situation: Situation, steps: Sequence[Step], goal: int) -> Part:
    slots = {str(step.action): step.id for step in steps}
    citations = []
    if "{article." in case.reply and situation.article is not None:
        passage = situation.article
        citations.append(Citation(ref=f"article/{passage.article}", title=passage.title, quote=passage.text[:300]))
    seen: set[str] = set()
    for name in {match[1] for match in PLACE.finditer(case.reply)} - set(slots):
        for record in situation.records(name)[:1]:
            if record.ref not in seen and record.kind != "customer":
                seen.add(record.ref)
                citations.append(Citation(ref=record.ref, title=f"{record.kind.capitalize()} {record.id}"))
    return Part(
        goal=goal,
        case=case.name,
        text=situation.fill(case.reply, slots).strip(),
        note=situation.fill(case.note, {}).strip(),
        citations=tuple(sorted(citations, key=lambda citation: citation.ref)),
        asks=case.asks,
    )
