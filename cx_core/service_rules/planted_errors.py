"""Which proposals may be shown with an error on purpose, which error, and whether whoever answered it caught it.

The wrong value is always one that was read for this very plan: another record of the customer's, another sum or item
of theirs, or another option than the one the customer named. What was read and would be as right is never taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from cx_core.catalogue import ActionSpec, ArgumentSpec, Company
from cx_core.records import (
    PREPARES,
    ActionName,
    Argument,
    BusinessRecord,
    Lookup,
    Money,
    Option,
    Proposal,
    Role,
    Source,
    Step,
    StepId,
    Ticket,
    Value,
)
from cx_core.text.wording import say


class Alteration(NamedTuple):
    """One argument of one step, with the value that is wrong."""

    step: StepId
    argument: str
    wrong: Option


def may_be_altered(proposal: Proposal, ticket: Ticket, company: Company, now: datetime) -> bool:
    """Whether an advisor may be shown it with an error: the first of a calm ticket, at level 2, with time left."""
    goals, rulings = proposal.triage.goals, (*proposal.rulings.values(), proposal.reply_ruling)
    return (
        proposal.version == 1
        and proposal.route == "advisor"
        and proposal.reply is not None
        and proposal.versions.model == "embedded"
        and not (ticket.simulated or ticket.imported or proposal.done or proposal.triage.grave)
        and bool(goals)
        and all(goal.level == PREPARES for goal in goals)
        and all(
            one is not None and one.answer == "ask" and one.ask is Role.ADVISOR and one.people == 1 for one in rulings
        )
        and proposal.triage.priority in ("low", "normal")
        and has_time(ticket, company, now)
    )


def has_time(ticket: Ticket, company: Company, now: datetime) -> bool:
    """Whether no promised time is about to be missed."""
    soon = now + timedelta(minutes=company.service_levels.soon_minutes)
    return all(due is None or due > soon for due in (ticket.respond_by, ticket.solve_by))


def alteration(proposal: Proposal, actions: Mapping[ActionName, ActionSpec]) -> Alteration | None:
    """One error that this proposal could be shown with, always the same one; None where nothing read would be wrong."""
    found = [
        Alteration(step.id, argument.name, wrong)
        for step in proposal.steps
        if (action := actions.get(step.action)) is not None and action.kind == "write"
        for argument in step.arguments
        for wrong in _wrong_values(proposal, step, argument, action.arguments.get(argument.name))
    ]
    if not found:
        return None
    exact = (
        f"{proposal.ticket}\n{[(step.action, say(tuple(map(str, step.values().values())))) for step in proposal.steps]}"
    )
    return found[int.from_bytes(sha256(exact.encode()).digest()[:8], "big") % len(found)]


def altered(step: Step, change: Alteration) -> Step:
    """The step with the wrong value, as if it had been planned."""

    def put(argument: Argument) -> Argument:
        if argument.name != change.argument:
            return argument
        return argument.replace(value=change.wrong.value, source=change.wrong.source)

    return step.replace(arguments=tuple(map(put, step.arguments))) if step.id == change.step else step


def caught_by(steps: Sequence[Step], step: StepId, argument: str, wrong: Value) -> str:
    """What the person who approved these steps did about the wrong value, in words; empty: it went through."""
    approved = next((one for one in steps if one.id == step), None)
    if approved is None:
        return "left the step out"
    return "" if approved.values().get(argument) == wrong else "changed the value"


def _wrong_values(proposal: Proposal, step: Step, argument: Argument, spec: ArgumentSpec | None) -> Iterator[Option]:
    """Values that the customer's own words or records show to be wrong, each once, in the order they were read."""
    if spec is None or argument.value is None:
        return
    seen: list[Value] = [argument.value]
    for option in (*_not_named(argument), *_of_other_records(proposal, step, argument, spec)):
        if option.value not in seen:
            seen.append(option.value)
            yield option


def _not_named(argument: Argument) -> Sequence[Option]:
    """The other options of a value that the customer named."""
    return argument.options if argument.source.kind == "words" else ()


def _of_other_records(proposal: Proposal, step: Step, argument: Argument, spec: ArgumentSpec) -> Iterator[Option]:
    """The same field of the customer's other records of that kind, which were read and are not the ones meant."""
    source = argument.source
    if source.kind != "record" or not source.ref or source.operands:
        return
    kind = source.ref.partition("/")[0]
    meant = _meant(proposal.evidence.lookups, step.goal, source.ref)
    ours = next((one for one in meant if one.ref == source.ref), None)
    customer = proposal.evidence.customer
    if ours is None or customer is None:
        return
    refs = {one.ref for one in meant}
    labels = {option.value: option.label for option in argument.options}
    for lookup in proposal.evidence.lookups:
        for other in (*lookup.records, *lookup.others) if lookup.goal == step.goal else ():
            value = other.id if source.field == "id" else other.fields.get(source.field)
            theirs = other.customer in (None, customer.id)
            if other.kind != kind or other.ref in refs or not theirs or other.fields == ours.fields:
                continue
            if _fits(spec, value, argument.value):
                label = labels.get(value) or _label(spec, other, value)
                yield Option(value=value, label=label, source=Source(kind="record", ref=other.ref, field=source.field))


def _meant(lookups: Sequence[Lookup], goal: int, ref: str) -> Sequence[BusinessRecord]:
    """The fewest records that some reading took for the ones meant, this one among them."""
    having = [one.records for one in lookups if one.goal == goal and any(record.ref == ref for record in one.records)]
    return min(having, key=len, default=())


def _fits(spec: ArgumentSpec, value: Value, right: Value) -> bool:
    """Whether it could be taken for the argument: of its type, and no more money than is right."""
    if isinstance(right, Money):
        return isinstance(value, Money) and value.currency == right.currency and 0 < value.minor < right.minor
    return value is not None and value != right and type(value) is type(right) and spec.type not in ("text", "boolean")


def _label(spec: ArgumentSpec, record: BusinessRecord, value: Value) -> str:
    named = record.fields.get("label") if spec.type == "record" else None
    return str(named) if named else say(value)
