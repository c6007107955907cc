"""Goals and evidence in, a plan and what to say out, from the cases of each task type.

The small language of cases is described in `catalogue`: lookups are named, conditions count or
compare them, steps take their arguments from them, and each argument keeps its source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cx_core.catalogue import ActionSpec, Case, Knowledge, StepSpec, TaskType
from cx_core.decide.conflicting_goals import disagreement
from cx_core.decide.situation import PLACE, Situation, label
from cx_core.records import (
    ActionName,
    Argument,
    Citation,
    Evidence,
    Finding,
    Option,
    Part,
    Passage,
    Record,
    Source,
    Step,
    StepId,
    TaskTypeName,
    Triage,
)
from cx_core.text.wording import without_tables

PERHAPS = 0.5
"""Probability from which a goal that is not sure is planned for, if none is sure: a person sees that it is not."""


UNKNOWN_SENDER = "unknown_sender"
"""The case of whoever wants something done and is no customer we know: nothing is, and they are asked who they are."""


ANSWERED = "answered_in_general"
"""The case of a question that a published passage answers, whatever its task type does otherwise."""


class Plan(Record):
    """What planning made: steps in order, a part per goal, and what was read but cannot go with the rest."""

    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()
    findings: tuple[Finding, ...] = ()


def plan(triage: Triage, evidence: Evidence, knowledge: Knowledge, today: date, first_step: int = 1) -> Plan:
    """One plan over all goals that go together. Steps are named s1, s2, ... from `first_step` on."""
    certain = any(goal.sure for goal in triage.goals)
    wanted = {
        number: knowledge.task_types[goal.task_type]
        for number, goal in enumerate(triage.goals)
        if goal.task_type in knowledge.task_types and (goal.sure or (not certain and goal.probability >= PERHAPS))
        if not knowledge.task_types[goal.task_type].people_only
    }
    findings: list[Finding] = []
    while True:
        made = _together(wanted, triage, evidence, knowledge, today, first_step)
        aside = disagreement(made.steps, triage.goals, knowledge.actions)
        if aside is None:
            return made.replace(findings=tuple(findings))
        left, kept = wanted.pop(aside.goal), wanted[aside.instead_of_it]
        findings.append(Finding(step=None, text=_aside(left, kept, aside.record)))


def _aside(left: TaskType, kept: TaskType, record: str) -> str:
    return (
        f"Read as “{left.title}” and as “{kept.title}”, which cannot both be done to {record}. "
        f"Planned is “{kept.title}”: correct it if the other was meant."
    )


def _together(
    wanted: Mapping[int, TaskType],
    triage: Triage,
    evidence: Evidence,
    knowledge: Knowledge,
    today: date,
    first_step: int,
) -> Plan:
    steps: list[Step] = []
    parts: list[Part] = []
    covered: set[TaskTypeName] = set()
    named = {article for one in knowledge.task_types.values() for article in one.articles}
    for number, task_type in wanted.items():
        goal = triage.goals[number]
        situation = Situation(number, goal, triage, evidence, task_type, today, named)
        case = next((case for case in task_type.cases if situation.holds(case)), None)
        if situation.answer is not None and not _better_than_words(case, evidence):
            parts.append(_answered(situation.answer, number))
            continue
        if case is None:
            continue
        if case.steps and evidence.customer is None and knowledge.company.unknown_sender:
            if not any(part.case == UNKNOWN_SENDER for part in parts):
                text = knowledge.company.unknown_sender.strip()
                parts.append(Part(goal=number, case=UNKNOWN_SENDER, text=text, asks=True))
            continue
        made = _steps(case, situation, knowledge.actions, number, first_step - 1 + len(steps))
        steps += made
        covered |= set(case.covers)
        parts.append(_part(case, situation, made, number))
    busy = {step.goal for step in steps}
    said = [part for part in parts if part.goal in busy or wanted[part.goal].name not in covered]
    return Plan(steps=tuple(steps), parts=tuple(said))


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


def _better_than_words(case: Case | None, evidence: Evidence) -> bool:
    """Whether a question asked in general gets more from this case than from the passage that answers it: something is
    done or told about the customer's own records, or the case quotes an article itself."""
    if case is None or not case.settles:
        return False
    return bool("{article." in case.reply or (evidence.customer is not None and (case.steps or "{" in case.reply)))


def _answered(passage: Passage, goal: int) -> Part:
    return Part(
        goal=goal,
        case=ANSWERED,
        text=without_tables(passage.text.strip()),
        note=f"Article: {passage.title}.",
        citations=(_cited(passage),),
    )


def _cited(passage: Passage) -> Citation:
    return Citation(ref=f"article/{passage.article}", title=passage.title, quote=passage.text[:300])


def _part(case: Case, situation: Situation, steps: Sequence[Step], goal: int) -> Part:
    slots = {str(step.action): step.id for step in steps}
    citations = []
    if "{article." in case.reply and situation.article is not None:
        citations.append(_cited(situation.article))
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
        hands_on=case.hands_on,
    )
