"""Whether the records that a proposal rests on are still what they were, and what changed about them.

The reads of the evidence are repeated and compared by digest, since what the evidence shows of a record may have been
cleaned of planted instructions. No encoder and no model is needed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from cx_core.catalogue import RecordSpec
from cx_core.errors import SystemTrouble
from cx_core.ports import BackOffice
from cx_core.records import ActionName, BusinessRecord, Evidence, Money, Proposal, Reading, Source, Value
from cx_core.text.wording import say

MOST, MOST_FIELDS = 4, 3
"""Changes that are told, and fields of each: they say why a proposal is out of date, and are no account of it all."""
LONGEST = 60
"""Characters of a value that is told."""

Kinds = Mapping[str, RecordSpec]


def reading(
    read: ActionName, arguments: Mapping[str, Value], records: Sequence[BusinessRecord], kinds: Kinds
) -> Reading:
    """A read and what it gave, to be compared later."""
    return Reading(read=read, arguments=dict(arguments), digests={one.ref: digest_of(one, kinds) for one in records})


def digest_of(record: BusinessRecord, kinds: Kinds) -> str:
    """Half a SHA-256 over everything in the record but what changes by itself."""
    steady = {name: value for name, value in record.fields.items() if name not in _volatile(record.kind, kinds)}
    body = record.replace(fields=steady).model_dump(mode="json")
    exact = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(exact.encode()).hexdigest()[:32]


def changes(proposal: Proposal, back_office: BackOffice, kinds: Kinds) -> tuple[str, ...]:
    """What changed in the records since they were read for this proposal, in sentences; empty: nothing did.

    Records that belong to nobody (free slots, plans) count only where the proposal names them: other customers change
    them all the time. What cannot be read now counts as unchanged, since the policy asks for the records again anyway.
    """
    readings: list[Reading] = []
    records: dict[str, BusinessRecord] = {}
    for one in proposal.evidence.readings:
        try:
            found = back_office.read(one.read, one.arguments)
        except SystemTrouble:
            continue
        readings.append(reading(one.read, one.arguments, found, kinds))
        records |= {record.ref: record for record in found}
    return _told(proposal, readings, records, kinds)


def differences(before: Proposal, after: Proposal, kinds: Kinds) -> tuple[str, ...]:
    """The same between two versions of a proposal, as far as both made the same reads. Nothing is read."""
    return _told(before, after.evidence.readings, _records(after.evidence), kinds)


def _told(
    before: Proposal, readings: Sequence[Reading], records: Mapping[str, BusinessRecord], kinds: Kinds
) -> tuple[str, ...]:
    known, named = _records(before.evidence), set(_named(before))
    now = {_key(one): one.digests for one in readings}
    changed: dict[str, None] = {}
    for one in before.evidence.readings:
        after = now.get(_key(one), one.digests)
        changed |= dict.fromkeys(ref for ref in (*one.digests, *after) if one.digests.get(ref) != after.get(ref))
    told = [
        _sentence(ref, known.get(ref), records.get(ref), kinds)
        for ref in changed
        if ref in named or any(one is not None and one.customer for one in (known.get(ref), records.get(ref)))
    ]
    return tuple(told[:MOST]) + ((f"{len(told) - MOST} more records have changed.",) if len(told) > MOST else ())


def _key(one: Reading) -> tuple[str, str]:
    return one.read, json.dumps(one.model_dump(mode="json")["arguments"], sort_keys=True)


def _records(evidence: Evidence) -> dict[str, BusinessRecord]:
    return {record.ref: record for lookup in evidence.lookups for record in (*lookup.records, *lookup.others)}


def _named(proposal: Proposal) -> Iterator[str]:
    """References of the records that the steps and the reply name."""
    for step in proposal.steps:
        for argument in step.arguments:
            yield from _refs(argument.source)
    for citation in proposal.reply.citations if proposal.reply else ():
        yield citation.ref


def _refs(source: Source) -> Iterator[str]:
    yield source.ref
    for operand in source.operands:
        yield from _refs(operand)


def _sentence(ref: str, old: BusinessRecord | None, new: BusinessRecord | None, kinds: Kinds) -> str:
    kind, _, id = ref.partition("/")
    name = f"{kind.replace('_', ' ').capitalize()} {id}"
    if new is None:
        return f"{name} is not there any more."
    if old is None:
        return f"{name} is new."
    hidden = kinds[kind].hidden if kind in kinds else frozenset[str]()
    untold = hidden | _volatile(kind, kinds)
    fields = [field for field, value in new.fields.items() if field not in untold and old.fields.get(field) != value]
    told = (
        f"{field.replace('_', ' ')} was {_value(old.fields.get(field))}, is {_value(new.fields[field])}"
        for field in fields[:MOST_FIELDS]
    )
    return f"{name} has changed{': ' if fields else ''}{'; '.join(told)}."


def _volatile(kind: str, kinds: Kinds) -> frozenset[str]:
    return kinds[kind].volatile if kind in kinds else frozenset()


def _value(value: Value) -> str:
    text = str(value) if isinstance(value, Money) else say(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
