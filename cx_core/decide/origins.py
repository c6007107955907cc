"""Where a value stands: in a record of this customer, in their words, in an article that was found, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from cx_core.catalogue import ArgumentSpec
from cx_core.decide import sums
from cx_core.decide.situation import ANSWERS
from cx_core.llm.prompt_context import records_of
from cx_core.records import (
    BusinessRecord,
    Entity,
    Evidence,
    Message,
    Money,
    Passage,
    Source,
    Step,
    Triage,
    Value,
)

_LONG = 2_000
"""Characters; longer ones are looked for as they are."""
_GAP = r"[\s,]+"
_GAPS = re.compile(_GAP)
_FREE = ("text", "email", "phone", "items")
"""Types whose value may stand in the customer's words as it is; the others are read from them as entities."""


class Origins:
    """What the arguments of one step may come from. `said` are the customer's words that are not answered yet."""

    def __init__(self, step: Step, said: Sequence[Message], triage: Triage, evidence: Evidence) -> None:
        self.said = {message.id: message for message in said if message.sender == "customer"}
        self.records = {record.ref: record for record in records_of(evidence)}
        self.entities = tuple(entity for entity in triage.entities if entity.message in self.said)
        self.times = tuple(wish for wish in triage.times if wish.message in self.said)
        self.hours = tuple(hours for hours in triage.hours if hours.message in self.said)
        values = {value for value in step.values().values() if isinstance(value, str)}
        own = [lookup for lookup in evidence.lookups if lookup.goal == step.goal]
        read = [record for lookup in own for record in (*lookup.records, *lookup.others)]
        self._named = [record for record in self.records.values() if record.id in values]
        meant = [*self._named, *(record for lookup in own for record in lookup.records)]
        self._meant = [record for record in _unique(meant) if record.ref in self.records]
        self._near = [record for record in _unique([*meant, *read]) if record.ref in self.records]
        self._passages = [p for p in evidence.passages if step.goal in p.goals and p.score >= ANSWERS]

    def own(self, id: str, kind: str) -> BusinessRecord | None:
        """The record of that id and kind, if it is this customer's or nobody's."""
        return next((one for one in self.records.values() if one.id == id and kind in ("", one.kind)), None)

    def holds(self, value: Value, claim: Source, spec: ArgumentSpec) -> bool:
        """Whether what somebody says backs a value really does."""
        match claim.kind:
            case "record":
                record = self.records.get(claim.ref)
                return record is not None and _held(record, claim.field, value, spec)
            case "words":
                message = self.said.get(claim.ref)  # type: ignore[call-overload]  # an id is text
                return message is not None and claim.quote in message.text and self._means(claim, value, spec)
            case _:
                return False

    def trace(self, value: Value, spec: ArgumentSpec) -> Source | None:
        """The nearest place: the records the step names, those of its goal, the words, any record, an article."""
        if value in (None, "", ()) or isinstance(value, bool):
            return None
        if spec.type == "record":
            record = self.own(str(value), spec.of)
            return Source(kind="record", ref=record.ref, field="id") if record else None
        near = _in_records(value, self._meant if isinstance(value, Money) else self._near)
        found = near or self._in_words(value, spec)
        if found is None and not isinstance(value, Money | int):
            found = _in_records(value, self.records.values())
        return found or self._in_articles(value, spec) or self._worked_out(value)

    def _means(self, claim: Source, value: Value, spec: ArgumentSpec) -> bool:
        """Whether the quote says this value, read as an entity or as it stands."""
        read = any(e.message == claim.ref and e.text == claim.quote and e.value == plain(value) for e in self.entities)
        wished = any(
            one.message == claim.ref and one.text == claim.quote and plain(value) in (str(one.first), str(one.last))
            for one in self.times
            if one.wanted
        )
        named = any(one.message == claim.ref and one.text == claim.quote and value == one.words for one in self.hours)
        return read or wished or named or (spec.type in _FREE and bool(_standing(claim.quote, value)))

    def _in_words(self, value: Value, spec: ArgumentSpec) -> Source | None:
        for entity in reversed(self.entities):
            if entity.value == plain(value):
                return _of(entity)
        if spec.type not in _FREE:
            return None
        for message in reversed(self.said.values()):
            if quote := _standing(message.text, value):
                return Source(kind="words", ref=message.id, quote=quote)
        return None

    def _in_articles(self, value: Value, spec: ArgumentSpec) -> Source | None:
        """An amount that stands alone in its sentence, or a text of several words."""
        for passage in self._passages:
            at = _article(passage)
            if isinstance(value, Money):
                alone = (amount for amount in sums.told(passage.text, value.currency, at) if not amount.each)
                found = next((amount.source for amount in alone if amount.minor == value.minor), None)
                if found is not None:
                    return found
            several = spec.type in _FREE and isinstance(value, str) and " " in value.strip()
            if several and (quote := _standing(passage.text, value)):
                return at.replace(quote=quote)
        return None

    def _worked_out(self, value: Value) -> Source | None:
        if not isinstance(value, Money):
            return None
        return sums.worked_out(value, self._amounts(value.currency), self._counts())

    def _amounts(self, currency: str) -> Iterator[sums.Amount]:
        for entity in self.entities:
            minor, _, unit = entity.value.partition(" ")
            if entity.kind == "amount" and unit == currency:
                yield sums.Amount(minor=int(minor), source=_of(entity))
        for record in self._meant:
            for field, held in record.fields.items():
                if isinstance(held, Money) and held.currency == currency:
                    source = Source(kind="record", ref=record.ref, field=field)
                    named = record in self._named
                    yield sums.Amount(minor=held.minor, source=source, each=sums.each_of(field), named=named)
        for passage in self._passages:
            yield from sums.told(passage.text, currency, _article(passage))

    def _counts(self) -> Iterator[sums.Count]:
        for message in self.said.values():
            yield from sums.counts(message.text, Source(kind="words", ref=message.id))
        for record in self._meant:
            for field, held in record.fields.items():
                if isinstance(held, str):
                    yield from sums.counts(held, Source(kind="record", ref=record.ref, field=field))
        for passage in self._passages:
            yield from sums.counts(passage.text, _article(passage))


def plain(value: Value) -> str:
    """A value as an entity has it."""
    return f"{value.minor} {value.currency}" if isinstance(value, Money) else str(value)


def _unique(records: Iterable[BusinessRecord]) -> list[BusinessRecord]:
    return list({record.ref: record for record in records}.values())


def _held(record: BusinessRecord, field: str, value: Value, spec: ArgumentSpec) -> bool:
    if field == "id":
        return record.id == value and (spec.type != "record" or spec.of in ("", record.kind))
    return field in record.fields and record.fields[field] == value


def _in_records(value: Value, records: Iterable[BusinessRecord]) -> Source | None:
    """A count in some field backs nothing, and a list is backed by one that has all of it."""
    if isinstance(value, int):
        return None
    for record in records:
        for field, held in record.fields.items():
            some = isinstance(value, tuple) and isinstance(held, tuple) and set(value) <= set(held)
            if some or (held == value and not isinstance(held, bool)):
                return Source(kind="record", ref=record.ref, field=field)
    return None


def _standing(text: str, value: Value) -> str:
    """The value as it stands in a text, as whole words; every part of a list must, and the first is told.

    Lines may be broken elsewhere: "Flat 2, 12 High Street" stands in an address of several lines.
    """
    parts = value if isinstance(value, tuple) else (str(value),)
    if max(map(len, parts), default=0) > _LONG:
        return next((one for one in parts if one in text), "") if len(parts) == 1 else ""
    found = [
        re.search(rf"(?<!\w){_GAP.join(map(re.escape, words))}(?!\w)", text, re.IGNORECASE)
        if len("".join(words := [word for word in _GAPS.split(part) if word])) > 1
        else None
        for part in parts
    ]
    return found[0][0] if found and all(found) and found[0] else ""


def _of(entity: Entity) -> Source:
    return Source(kind="words", ref=entity.message, quote=entity.text)


def _article(passage: Passage) -> Source:
    return Source(kind="article", ref=passage.article, field=passage.heading)
