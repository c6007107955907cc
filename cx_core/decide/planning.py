"""Goals and evidence in, a plan and what to say out, from the cases of each task type.

The small language of cases is described in `catalogue`: lookups are named, conditions count or
compare them, steps take their arguments from them, and each argument keeps its source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from cx_core.catalogue import ActionSpec, Case, Knowledge, StepSpec, TaskType
from cx_core.records import (
    ActionName,
    Argument,
    BusinessRecord,
    Citation,
    Entity,
    Evidence,
    Goal,
    Lookup,
    Option,
    Part,
    Passage,
    Record,
    Source,
    Step,
    StepId,
    Triage,
    Value,
)
from cx_core.wording import say

ANSWERS = 0.45
"""Cosine below which a passage is not taken for an answer; chosen on the shipped articles and questions."""

PERHAPS = 0.5
"""Probability from which a goal that is not sure is planned for, if none is sure: a person sees that it is not."""

_SLOT = re.compile(r"\{([a-z_]+)\.([a-z_0-9]+)\}")
_LITERAL_DAYS = re.compile(r"=\+(\d+)d")


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
        facts = Facts(number, goal, triage, evidence, task_type, today)
        case = next((case for case in task_type.cases if facts.holds(case)), None)
        if case is None:
            continue
        made = _steps(case, facts, knowledge.actions, number, first_step - 1 + len(steps))
        steps += made
        parts.append(_part(case, facts, made, number))
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


class Facts:
    """What is known for one goal, by the names its cases use."""

    def __init__(
        self, number: int, goal: Goal, triage: Triage, evidence: Evidence, task_type: TaskType, today: date
    ) -> None:
        self.today = today
        self._lookups = {found.name: found for found in evidence.lookups if found.goal == number}
        if evidence.customer is not None:
            self._lookups["customer"] = Lookup(goal=number, name="customer", records=(evidence.customer,))
        self.article = _answer(evidence.passages, number, task_type)
        self._triage = triage
        self._goal = goal

    def holds(self, case: Case) -> bool:
        return all(self._condition(name, wanted) for name, wanted in case.when.items())

    def _condition(self, name: str, wanted: str | tuple[str, ...]) -> bool:
        if "." in name:
            value = self.value(name)[0]
            wants = (wanted,) if isinstance(wanted, str) else wanted
            return ("true" if value is True else "false" if value is False else str(value)) in wants
        if name == "article":
            count = int(self.article is not None)
        elif name.startswith("entity:"):
            count = int(self.entity(name) is not None)
        else:
            count = len(self.records(name))
        return {"none": count == 0, "one": count == 1, "some": count >= 1, "many": count > 1}.get(str(wanted), False)

    def records(self, name: str) -> tuple[BusinessRecord, ...]:
        return self._lookups[name].records if name in self._lookups else ()

    def all_records(self, name: str) -> tuple[BusinessRecord, ...]:
        found = self._lookups.get(name)
        return (*found.records, *found.others) if found else ()

    def entity(self, place: str) -> Entity | None:
        """The last entity of a kind, in this goal's words if there are any: later words correct earlier.

        A date is what the customer wants only if it is to come and is not the date of what they speak of.
        """
        kind = place.removeprefix("entity:")
        named = [e for e in self._triage.entities if e.kind == kind]
        if kind == "date":
            named = [e for e in named if e.value >= self.today.isoformat() and e.value not in self._dates()]
        own = [e for e in named if e.text in self._goal.quote]
        return (own or named or [None])[-1]  # type: ignore[list-item]

    def _dates(self) -> frozenset[str]:
        """Dates of the records this goal is about; a free slot is about nothing yet."""
        found = (r for lookup in self._lookups.values() for r in lookup.records if r.kind != "slot")
        return frozenset(str(value) for record in found for value in record.fields.values())

    def others(self, name: str) -> str:
        """Two more records of a lookup than the first, as a choice in words."""
        labels = [label(record) for record in self.all_records(name)[1:3]]
        return " or ".join(labels) or "another one"

    def value(self, place: str) -> tuple[Value, Source]:
        """What "lookup.field", "entity:kind" or "=literal" stands for, and its source."""
        if place.startswith("="):
            return self._literal(place), Source(kind="derived", ref="task type", field=place)
        if place.startswith("entity:"):
            entity = self.entity(place)
            if entity is None:
                return None, Source(kind="none")
            return entity.value, Source(kind="words", ref=entity.message, quote=entity.text)
        name, _, field = place.partition(".")
        records = self.records(name)
        if not records:
            return None, Source(kind="none")
        value = records[0].id if field == "id" else records[0].fields.get(field)
        return value, Source(kind="record" if value is not None else "none", ref=records[0].ref, field=field)

    def _literal(self, place: str) -> Value:
        if place == "=today":
            return self.today.isoformat()
        days = _LITERAL_DAYS.fullmatch(place)
        return (self.today + timedelta(days=int(days[1]))).isoformat() if days else place[1:]

    def fill(self, text: str, slots: Mapping[str, StepId]) -> str:
        """Facts put in; {action.field} becomes {step.field}, a slot to be filled from a receipt."""

        def put(match: re.Match[str]) -> str:
            name, field = match[1], match[2]
            if name in slots:
                return "{" + f"{slots[name]}.{field}" + "}"
            if name == "article" and self.article is not None:
                return self.article.title if field == "title" else self.article.text.strip()
            return self.others(name) if field == "others" else say(self.value(f"{name}.{field}")[0])

        return _SLOT.sub(put, text)


def _steps(case: Case, facts: Facts, actions: Mapping[ActionName, ActionSpec], goal: int, before: int) -> list[Step]:
    made: list[Step] = []
    for spec in case.steps:
        after = tuple(step.id for step in made if step.action in spec.after)
        arguments = tuple(_argument(name, spec, facts, actions[spec.action]) for name in actions[spec.action].arguments)
        id = StepId(f"s{before + len(made) + 1}")
        made.append(Step(id=id, goal=goal, action=spec.action, arguments=arguments, after=after))
    return made


def _argument(name: str, spec: StepSpec, facts: Facts, action: ActionSpec) -> Argument:
    place = spec.arguments.get(name)
    value, source = facts.value(place) if place else (None, Source(kind="none"))
    options: tuple[Option, ...] = ()
    if name in spec.options:
        options = tuple(
            Option(value=record.id, label=label(record), source=Source(kind="record", ref=record.ref, field="id"))
            for record in facts.all_records(spec.options[name])
        )
    return Argument(name=name, value=value, source=source, options=options)


def label(record: BusinessRecord) -> str:
    """How a record is called in a list of choices."""
    shown = record.fields.get("label") or record.fields.get("item") or record.fields.get("name")
    return str(shown) if shown else record.id


def _part(case: Case, facts: Facts, steps: Sequence[Step], goal: int) -> Part:
    slots = {str(step.action): step.id for step in steps}
    citations = []
    if "{article." in case.reply and facts.article is not None:
        passage = facts.article
        citations.append(Citation(ref=f"article/{passage.article}", title=passage.title, quote=passage.text[:300]))
    seen: set[str] = set()
    for name in {match[1] for match in _SLOT.finditer(case.reply)} - set(slots):
        for record in facts.records(name)[:1]:
            if record.ref not in seen and record.kind != "customer":
                seen.add(record.ref)
                citations.append(Citation(ref=record.ref, title=f"{record.kind.capitalize()} {record.id}"))
    return Part(
        goal=goal,
        case=case.name,
        text=facts.fill(case.reply, slots).strip(),
        note=facts.fill(case.note, {}).strip(),
        citations=tuple(sorted(citations, key=lambda citation: citation.ref)),
        asks=case.asks,
    )


def _answer(passages: Sequence[Passage], number: int, task_type: TaskType) -> Passage | None:
    """The best customer-facing passage found for this goal that is near enough, those of its task type first."""
    near = [p for p in passages if number in p.goals and p.audience == "customer" and p.score >= ANSWERS]
    meant = [p for p in near if p.article in task_type.articles]
    return (meant or near or [None])[0]  # type: ignore[list-item]
