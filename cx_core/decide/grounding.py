"""What backs each argument of a plan; what backs nothing is named, and the guard then never allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.catalogue import ActionSpec
from cx_core.records import (
    ActionName,
    BusinessRecord,
    Entity,
    Evidence,
    Finding,
    Goal,
    Money,
    Step,
    Triage,
)
from cx_core.wording import say


def check(
    steps: Sequence[Step], triage: Triage, evidence: Evidence, actions: Mapping[ActionName, ActionSpec]
) -> tuple[Finding, ...]:
    """One finding per argument that is missing, is somebody else's, or is not what the customer said."""
    findings: list[Finding] = []
    for step in steps:
        action = actions[step.action]
        for argument in step.arguments:
            spec = action.arguments.get(argument.name)
            if argument.value is None or argument.source.kind == "none":
                if spec is None or not spec.optional:
                    text = f"Nothing says what {_title(argument.name)} should be."
                    findings.append(Finding(step=step.id, argument=argument.name, text=text))
            elif spec is not None and spec.type == "record" and not _own(str(argument.value), evidence):
                text = f"{argument.value!s} is not among this customer's records."
                findings.append(Finding(step=step.id, argument=argument.name, text=text))
            elif isinstance(argument.value, Money):
                said = _contradicted(argument.value, triage.goals[step.goal], triage, evidence)
                if said:
                    text = f"The customer speaks of {said}; the record says {say(argument.value)}."
                    findings.append(Finding(step=step.id, argument=argument.name, text=text))
    return tuple(findings)


def records_of(step: Step, evidence: Evidence) -> tuple[BusinessRecord, ...]:
    """The records that a step's arguments point at, as far as evidence has them."""
    values = {str(argument.value) for argument in step.arguments}
    known = [evidence.customer] if evidence.customer else []
    known += [record for lookup in evidence.lookups for record in (*lookup.records, *lookup.others)]
    return tuple({record.ref: record for record in known if record.id in values}.values())


def _own(id: str, evidence: Evidence) -> bool:
    """Evidence holds only what was read for this ticket's customer."""
    if evidence.customer is None:
        return False
    if id == evidence.customer.id:
        return True
    records = (r for lookup in evidence.lookups for r in (*lookup.records, *lookup.others))
    return any(r.id == id and r.customer in (None, evidence.customer.id) for r in records)


def _contradicted(value: Money, goal: Goal, triage: Triage, evidence: Evidence) -> str:
    """An amount in this goal's own words that is neither this value nor in any record of the goal."""
    for entity in triage.entities:
        if entity.kind == "amount" and entity.text in goal.quote and not _explained(entity, value, evidence):
            return entity.text
    return ""


def _explained(entity: Entity, value: Money, evidence: Evidence) -> bool:
    if entity.value == f"{value.minor} {value.currency}":
        return True
    amounts = (
        field for lookup in evidence.lookups for record in lookup.records for field in record.fields.values()
        if isinstance(field, Money)
    )  # fmt: skip
    return any(entity.value == f"{amount.minor} {amount.currency}" for amount in amounts)


def _title(name: str) -> str:
    return f"the {name.replace('_', ' ')}"
