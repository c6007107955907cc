"""What of a customer's restricted data a text tells: the record definitions say which fields those are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cx_core.catalogue import RecordSpec
from cx_core.decide.policy.conversation_facts import names, words
from cx_core.records import BusinessRecord, Evidence


def tells(text: str, evidence: Evidence, kinds: Mapping[str, RecordSpec]) -> tuple[str, ...]:
    """The restricted fields ("customer.born") whose very value stands in the text, however it is spaced or dated."""
    said = words(text)
    found = {
        f"{record.kind}.{name}": None
        for record in _records(evidence)
        for name in (kinds[record.kind].fields if record.kind in kinds else ())
        if name in kinds[record.kind].restricted and names(said, record.fields.get(name))
    }
    return tuple(found)


def _records(evidence: Evidence) -> Iterable[BusinessRecord]:
    if evidence.customer is not None:
        yield evidence.customer
    for lookup in evidence.lookups:
        yield from (*lookup.records, *lookup.others)
