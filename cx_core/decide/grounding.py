"""What backs each argument of a plan, worked out from words and records whoever proposed it.

What the proposer says of a source is looked up, and worked out anew where it does not hold. What traces to nothing, to
somebody else, or goes against what the customer said last is named, and the guard then never allows it: a person is
asked. What an advisor gave is backed by the advisor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cx_core.catalogue import ELSE, ArgumentSpec, Knowledge
from cx_core.decide.last_check.check import objection
from cx_core.decide.origins import Origins
from cx_core.decide.situation import TASK_TYPE, literal
from cx_core.decide.step_objections import Against
from cx_core.ports import TimeReader
from cx_core.records import (
    Argument,
    Entity,
    Evidence,
    Finding,
    Goal,
    Message,
    Money,
    Record,
    Source,
    Step,
    Triage,
)
from cx_core.text.wording import say


class Grounded(Record):
    """The steps with sources that hold, and what is wrong with them: one finding an argument."""

    steps: tuple[Step, ...]
    findings: tuple[Finding, ...] = ()


def ground(
    steps: Sequence[Step],
    said: Sequence[Message],
    triage: Triage,
    evidence: Evidence,
    knowledge: Knowledge,
    today: date,
    before: Sequence[Message] = (),
    open_words: Sequence[Message] = (),
    times: TimeReader | None = None,
) -> Grounded:
    """`said` are the customer's words that are not answered yet, without what was planted in them.

    `before` are all messages up to those: they only ever speak against a step. `open_words` are `said` with what it
    answers: earlier words of theirs, and what they took up of ours. `times` reads their times by sense.
    """
    grounded: list[Step] = []
    findings: list[Finding] = []
    for step in steps:
        own = _without_others(step, steps, evidence)
        others = [other for other in steps if other is not step]
        beside = {str(value) for other in others for value in other.values().values()}
        against = Against(step, said, triage, own, knowledge.actions, knowledge.records, before, beside)
        one = _Grounding(step, open_words or said, triage, evidence, knowledge, today, against)
        grounded.append(one.sourced())
        findings += one.findings(grounded[-1])
        against_it = objection(step, open_words or said, own, knowledge, today, before, others, times)
        if not step.added_by and against_it is not None:
            another = against_it.words if against_it.another else ""
            findings.append(Finding(step=step.id, text=against_it.text, another=another))
    return Grounded(steps=tuple(grounded), findings=tuple(findings))


def _without_others(step: Step, steps: Sequence[Step], evidence: Evidence) -> Evidence:
    """Return the evidence without what other steps of the goal do the same to: words about that are not against it."""
    same = [one for one in steps if (one.goal, one.action) == (step.goal, step.action) and one is not step]
    ids = {value for one in same for value in one.values().values()} - set(step.values().values())
    if not ids:
        return evidence
    lookups = (
        one.replace(
            records=tuple(record for record in one.records if record.id not in ids),
            others=tuple(record for record in one.others if record.id not in ids),
        )
        for one in evidence.lookups
    )
    return evidence.replace(lookups=tuple(lookups))


class _Grounding:
    """One step, and all that its arguments may come from."""

    def __init__(
        self,
        step: Step,
        said: Sequence[Message],
        triage: Triage,
        evidence: Evidence,
        knowledge: Knowledge,
        today: date,
        against: Against,
    ) -> None:
        self._step = step
        self._spec = knowledge.actions[step.action]
        self._triage, self._evidence, self._today = triage, evidence, today
        self._knowledge = knowledge
        self._goal: Goal = triage.goals[step.goal]
        self._origins = Origins(step, said, triage, evidence)
        self._against = against

    def sourced(self) -> Step:
        arguments = tuple(self._sourced(argument) for argument in self._step.arguments)
        return self._step.replace(arguments=arguments)

    def _sourced(self, argument: Argument) -> Argument:
        spec = self._spec.arguments.get(argument.name)
        if spec is None or self._by_advisor(argument) or argument.value is None:
            return argument
        source = self._source(argument, spec)
        return argument if source == argument.source else argument.replace(source=source)

    def _source(self, argument: Argument, spec: ArgumentSpec) -> Source:
        claim, value = argument.source, argument.value
        if self._literal(argument, claim.field if claim.kind == "derived" else "") or self._origins.holds(
            value, claim, spec
        ):
            return claim
        found = self._origins.trace(value, spec)
        if found is None and (place := self._place(argument)):
            found = Source(kind="derived", ref=TASK_TYPE, field=place)
        return found or Source(kind="none")

    def _literal(self, argument: Argument, place: str) -> bool:
        """Whether the task type of this goal really writes that place for this argument, and it is this value."""
        return place in self._places(argument.name) and literal(place, self._today) == argument.value

    def _place(self, argument: Argument) -> str:
        return next((place for place in self._places(argument.name) if self._literal(argument, place)), "")

    def _places(self, name: str) -> Iterator[str]:
        task_type = self._knowledge.task_types.get(self._goal.task_type)
        for case in task_type.cases if task_type else ():
            for step in case.steps:
                if step.action != self._step.action:
                    continue
                for place in step.arguments.get(name, "").split(ELSE):
                    if place.startswith("="):
                        yield place
                    elif task_type and place.startswith("said:"):
                        yield from (f"={value}" for value in task_type.said[place.removeprefix("said:")])

    def _by_advisor(self, argument: Argument) -> bool:
        """Only what a person added can say so: nobody has looked at any other step yet."""
        return argument.source.kind == "advisor" and bool(self._step.added_by)

    def findings(self, step: Step) -> Iterator[Finding]:
        for argument in step.arguments:
            spec = self._spec.arguments.get(argument.name)
            if spec is None or self._by_advisor(argument):
                continue
            if text := self._wrong(argument, spec):
                yield Finding(step=step.id, argument=argument.name, text=text)
            elif reason := self._against.reason(argument, spec):
                another = (self._goal.quote or reason.text) if reason.taken_back else ""
                yield Finding(step=step.id, argument=argument.name, text=reason.text, another=another)

    def _wrong(self, argument: Argument, spec: ArgumentSpec) -> str:
        title = _title(argument.name)
        value = argument.value
        if value is None:
            return "" if spec.optional else f"Nothing says what {title} should be."
        if spec.type == "record" and not (self._origins.own(str(value), spec.of) or self._named(argument, spec)):
            return f"{value!s} is not among this customer's records."
        if argument.source.kind == "none":
            return f"Nothing backs {title}: “{say(value)}” is in no words, record or article of this matter."
        if isinstance(value, Money) and (said := self._contradicted(value, argument.source)):
            return f"The customer speaks of {said}; the record says {say(value)}."
        return ""

    def _named(self, argument: Argument, spec: ArgumentSpec) -> bool:
        """Whether a record of theirs names it, in a field that holds ids of this kind: the payment of an order.

        Whose it is, the guard sees by a read of its own.
        """
        source = argument.source
        record = self._origins.records.get(source.ref) if source.kind == "record" else None
        kind = self._knowledge.records.get(record.kind) if record else None
        field = kind.fields.get(source.field) if kind else None
        if record is None or record.customer is None or field is None or (field.type, field.of) != ("record", spec.of):
            return False
        return record.fields.get(source.field) == argument.value

    def _contradicted(self, value: Money, source: Source) -> str:
        """An amount in this goal's own words that is neither this value nor in any record of the goal."""
        used = {term.quote for term in source.operands if term.kind == "words"}
        for entity in self._triage.entities:
            named = entity.kind == "amount" and entity.text in self._goal.quote and entity.text not in used
            if named and not _explained(entity, value, self._evidence):
                return entity.text
        return ""


def _explained(entity: Entity, value: Money, evidence: Evidence) -> bool:
    if entity.value == f"{value.minor} {value.currency}":
        return True
    amounts = (
        field
        for lookup in evidence.lookups
        for record in lookup.records
        for field in record.fields.values()
        if isinstance(field, Money)
    )
    return any(entity.value == f"{amount.minor} {amount.currency}" for amount in amounts)


def _title(name: str) -> str:
    return f"the {name.replace('_', ' ')}"
