"""An action that a person adds to a plan: what it can be about, and the step it becomes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from cx_core.catalogue import ActionSpec, ArgumentSpec, Knowledge
from cx_core.decide.situation import label
from cx_core.errors import SystemTrouble
from cx_core.ports import BackOffice
from cx_core.records import (
    ActionName,
    Argument,
    BusinessRecord,
    Finding,
    Option,
    Person,
    Proposal,
    Role,
    Route,
    Ruling,
    Source,
    Step,
    StepId,
    Value,
)
from cx_core.text.wording import say

MOST = 50
"""Records offered for one argument, and the most that are looked into for more."""

Choices = Mapping[str, tuple[Option, ...]]
"""By argument: the values offered."""


class Adding:
    """Knows from the catalogue which reads give the records that an argument names."""

    def __init__(self, knowledge: Knowledge, back_office: BackOffice) -> None:
        self._knowledge = knowledge
        self._back_office = back_office

    def choices(self, action: ActionSpec, customer: BusinessRecord) -> dict[str, tuple[Option, ...]]:
        """What each argument can be, of this customer's records now; free arguments are not in it."""
        offered: dict[str, tuple[Option, ...]] = {}
        for name, spec in action.arguments.items():
            if spec.type == "record":
                offered[name] = tuple(_option(record) for record in self._records(spec.of, customer)[:MOST])
            elif spec.one_of:
                source = Source(kind="derived", ref=action.name, field=name)
                offered[name] = tuple(Option(value=value, label=value, source=source) for value in spec.one_of)
        return offered

    def _records(self, kind: str, customer: BusinessRecord) -> list[BusinessRecord]:
        """Records of a kind that belong to the customer, or that one of their records leads to."""
        if kind == "customer":
            return [customer]
        if (read := self._read_of(kind)) is None:
            return []
        (name, spec), *_ = read.arguments.items()
        parents = self._records(spec.of, customer)[:MOST] if spec.of != kind else []
        records = [record for parent in parents for record in self._read(read, name, parent)]
        found = {record.ref: record for record in records if record.kind == kind}
        return [one for one in found.values() if one.customer in (None, customer.id)]

    def _read_of(self, kind: str) -> ActionSpec | None:
        """A read that gives this kind for one record of another: of the customer's own rather than of any other."""
        reads = [read for read in self._knowledge.actions.values() if read.gives == kind]
        return min(reads, key=lambda read: "customer" not in read.arguments, default=None)

    def _read(self, read: ActionSpec, argument: str, parent: BusinessRecord) -> tuple[BusinessRecord, ...]:
        try:
            return self._back_office.read(read.name, {argument: parent.id})
        except SystemTrouble:  # what cannot be read now cannot be chosen now
            return ()


def step(
    id: StepId, goal: int, action: ActionSpec, values: Mapping[str, Value], offered: Choices, person: Person
) -> Step:
    """The step with a person's values. Raises BadInput naming the first that cannot be used."""
    arguments = tuple(
        _argument(name, spec, values.get(name), offered.get(name, ()), person)
        for name, spec in action.arguments.items()
    )
    return Step(id=id, goal=goal, action=ActionName(action.name), arguments=arguments, added_by=person.name)


def carried_over(
    fresh: Proposal,
    current: Proposal,
    tried: Collection[StepId],
    actions: Mapping[ActionName, ActionSpec],
    rule: Callable[[Step], Ruling],
) -> Proposal:
    """The fresh proposal with what a person had added to the current one, ruled on anew and waiting for a person.

    `tried` are steps that were done, or may have been: nobody is asked for those twice. What cannot stay is named.
    """
    for step in current.steps:
        if step.added_by and step.id not in tried and not _planned(step, fresh):
            fresh = _with(fresh, step, current, actions, rule)
    return fresh


def _planned(step: Step, fresh: Proposal) -> bool:
    return any(one.action == step.action and one.values() == step.values() for one in fresh.steps)


def _with(
    fresh: Proposal,
    step: Step,
    current: Proposal,
    actions: Mapping[ActionName, ActionSpec],
    rule: Callable[[Step], Ruling],
) -> Proposal:
    goals = [goal.task_type for goal in fresh.triage.goals]
    if fresh.route == "person" or not goals or step.action not in actions:
        return _without(fresh, step, actions, "a person answers this now")
    wanted = current.triage.goals[step.goal].task_type
    step = step.replace(goal=goals.index(wanted) if wanted in goals else 0)
    ruling = rule(step)
    if ruling.answer == "deny":
        return _without(fresh, step, actions, "; ".join(ruling.reasons))
    route = stricter(fresh.route, ruling)
    return fresh.replace(
        steps=(*fresh.steps, step),
        rulings={**fresh.rulings, step.id: ruling},
        route=route,
        why=fresh.why if route == fresh.route else f"{step.added_by} added an action",
    )


def _without(fresh: Proposal, step: Step, actions: Mapping[ActionName, ActionSpec], why: str) -> Proposal:
    title = actions[step.action].title if step.action in actions else step.action
    told = f"“{title}”, which {step.added_by} had added, is no longer in the plan: {why.rstrip('.')}."
    return fresh.replace(findings=(*fresh.findings, Finding(step=None, text=told)))


def stricter(route: Route, ruling: Ruling) -> Route:
    """Never less strict than before: what an advisor added may need a supervisor, and nothing goes alone."""
    return "supervisor" if ruling.ask in (Role.SUPERVISOR, Role.ADMINISTRATOR) or route == "supervisor" else "advisor"


def _argument(name: str, spec: ArgumentSpec, value: Value, offered: tuple[Option, ...], person: Person) -> Argument:
    if spec.optional and value in (None, ""):
        return Argument(name=name, value=None, source=Source(kind="none"), options=offered)
    record = next((option.source.ref for option in offered if option.value == value), "")
    source = Source(kind="advisor", ref=person.id, field=record)
    return Argument(name=name, value=spec.fit(value, name), source=source, options=offered)


def _held(record: BusinessRecord) -> list[str]:
    """What tells a record without a name of its own from others: what it holds, and how it stands."""
    told = (record.fields.get(name) for name in ("items", "kind", "status"))
    return [say(one) for one in told if one]


def _option(record: BusinessRecord) -> Option:
    said, number = label(record), record.number
    text = f"{said} ({number})" if said != number else ", ".join([number, *_held(record)])
    return Option(value=record.id, label=text, source=Source(kind="record", ref=record.ref, field="id"))
