"""Goals and customer in, evidence out: what the business's records and articles say about each goal.

Only records of the ticket's own customer are evidence. What the customer named and cannot be found
there is a finding in words, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Knowledge, LookupSpec
from cx_core.errors import SystemTrouble
from cx_core.ports import BackOffice, Clock, Index
from cx_core.records import (
    ActionName,
    BusinessRecord,
    CustomerId,
    Entity,
    EntityKind,
    Evidence,
    Goal,
    Lookup,
    Message,
    MessageId,
    Money,
    Passage,
    Reading,
    TimeWish,
    Triage,
    Value,
)
from cx_core.search.fitting_times import Booked, booked_on, fitting, nearest
from cx_core.search.question_reading import in_general
from cx_core.search.record_freshness import reading
from cx_core.text.segments import sentence_texts

IDS: frozenset[EntityKind] = frozenset({"order", "invoice", "payment", "appointment", "contract"})
_MONTH = re.compile(r"\d{4}-\d{2}")
_WORD = re.compile(r"[a-z0-9]{3,}")
PASSAGES = 3


class Retriever:
    """Reads what each goal's task type wants to know."""

    def __init__(self, knowledge: Knowledge, back_office: BackOffice, index: Index, clock: Clock) -> None:
        self._knowledge = knowledge
        self._back_office = back_office
        self._index = index
        self._clock = clock

    def customer(self, address: str) -> tuple[BusinessRecord | None, int]:
        """The one customer this address belongs to, and how many others share their name."""
        found = self._back_office.find_customers(address)
        return (found[0], 0) if len(found) == 1 else (None, len(found))

    def gather(
        self,
        triage: Triage,
        vectors: NDArray[np.float32],
        messages: Sequence[Message],
        customer: BusinessRecord | None,
    ) -> Evidence:
        """Evidence for all goals. `vectors`: one row per goal (or one for the whole message)."""
        findings: list[str] = []
        lookups: list[Lookup] = []
        readings: list[Reading] = []
        for number, goal in enumerate(triage.goals):
            task_type = self._knowledge.task_types.get(goal.task_type)
            if task_type is None or task_type.people_only:
                continue
            lookups += self._of_goal(number, task_type.lookups, triage, messages, customer, findings, readings)
        if customer is None:
            findings.insert(0, "The sender is not a known customer: nothing of anybody's account was read.")
        findings += self._not_theirs(triage, customer)
        passages, answered = self._passages(triage, vectors, messages, findings)
        return Evidence(
            read_at=self._clock(),
            customer=customer,
            lookups=tuple(lookups),
            readings=tuple(readings),
            passages=passages,
            answered=answered,
            general=self._in_general(triage, messages),
            findings=tuple(dict.fromkeys(findings)),
        )

    def _in_general(self, triage: Triage, messages: Sequence[Message]) -> bool:
        """Whether published words may be the answer: nobody's record is named, and nothing of one's own is meant."""
        named = any(entity.kind in IDS for entity in triage.entities)
        said = [one for message in messages if message.sender == "customer" for one in sentence_texts(message.text)]
        return not named and in_general(said)

    def _of_goal(
        self,
        number: int,
        specs: Iterable[LookupSpec],
        triage: Triage,
        messages: Sequence[Message],
        customer: BusinessRecord | None,
        findings: list[str],
        readings: list[Reading],
    ) -> list[Lookup]:
        meant = MeantRecord(triage, number, messages)
        done: dict[str, Lookup] = {}
        for spec in specs:
            arguments = _arguments(spec, customer, done)
            if arguments is None:
                done[spec.name] = Lookup(goal=number, name=spec.name)
                continue
            try:
                read = self._back_office.read(spec.read, arguments)
            except SystemTrouble as trouble:
                done[spec.name] = Lookup(goal=number, name=spec.name, trouble=str(trouble))
                findings.append(f"{spec.name.replace('_', ' ').capitalize()} could not be read: {trouble}")
                continue
            readings.append(reading(spec.read, arguments, read, self._knowledge.records))
            booked = _booked(spec, done)
            chosen, said = meant.choose(spec, read, booked)
            findings += said
            others = tuple(record for record in read if record not in chosen)
            if not chosen:
                others = nearest(others, triage.times, booked)
            done[spec.name] = Lookup(goal=number, name=spec.name, records=chosen, others=others)
        return list(done.values())

    def _not_theirs(self, triage: Triage, customer: BusinessRecord | None) -> list[str]:
        """Every id the customer wrote that is not one of their own records."""
        findings = []
        for entity in triage.entities:
            if entity.kind not in IDS or ActionName(entity.kind) not in self._knowledge.actions:
                continue
            try:
                found = self._back_office.read(ActionName(entity.kind), {entity.kind: entity.value})
            except SystemTrouble:
                continue
            if not found:
                findings.append(f"{entity.kind.capitalize()} {entity.value} does not exist.")
            elif customer is None or found[0].customer != CustomerId(customer.id):
                findings.append(f"{entity.kind.capitalize()} {entity.value} belongs to another customer.")
        return findings

    def _passages(
        self, triage: Triage, vectors: NDArray[np.float32], messages: Sequence[Message], findings: list[str]
    ) -> tuple[tuple[Passage, ...], tuple[float, ...]]:
        """The best for each row, each once, with the rows (goals) it was found for; and how likely each is answered."""
        newest = next((message.text for message in reversed(messages) if message.sender == "customer"), "")
        words = [goal.quote or newest for goal in triage.goals] or [newest]
        served = triage.language in self._knowledge.company.languages
        best: dict[tuple[str, tuple[int, int] | None], tuple[int, Passage]] = {}
        answered = []
        for number, vector in enumerate(vectors):
            asked = words[number] if number < len(words) else newest
            found = self._index.search(
                asked,
                vector,
                most=PASSAGES,
                internal=True,
                language=triage.language if served else None,
                today=self._knowledge.company.today(self._clock()),
            )
            answered.append(found.answered)
            if found.trouble:
                findings.append(f"Articles were searched by their words alone: {found.trouble}")
            for place, passage in enumerate(found.passages):
                key = (passage.article, passage.span)
                first, known = best.get(key, (place, passage))
                nearer = known if known.score >= passage.score else passage
                goals = (*known.goals, number)
                best[key] = (min(first, place), nearer.replace(goals=goals))
        ordered = sorted(best.values(), key=lambda one: (one[0], -one[1].score))
        return tuple(passage for _, passage in ordered), tuple(answered)


class MeantRecord:
    """Which of several records a customer means, from what they named for one goal."""

    def __init__(self, triage: Triage, number: int, messages: Sequence[Message]) -> None:
        goal = triage.goals[number]
        self._texts = {message.id: message.text for message in messages}
        self._entities = _of_goal(triage, goal, self._texts)
        self._words = _stems(goal.quote if len(triage.goals) > 1 else " ".join(self._texts.values()))
        self._times = _times_of_goal(triage, goal, self._texts)
        self._used: set[tuple[MessageId, int]] = set()

    def choose(
        self, spec: LookupSpec, read: tuple[BusinessRecord, ...], booked: Booked | None = None
    ) -> tuple[tuple[BusinessRecord, ...], list[str]]:
        """The records meant, and what must be said about it. `booked`: what a free one takes the place of."""
        kept, findings = read, []
        for kind in spec.choose:
            if kind == "product":
                kept = self._by_name(kept)
                continue
            named = [e for e in self._entities if e.kind == kind]
            if kind == "date" and any(record.customer is None for record in kept):
                kept, said = self._free(kept, booked)
                findings += said
                continue
            for entity in named:
                kept, said = self._narrow(kind, entity, kept, read)
                findings += said
        if spec.only and len(kept) > 1:
            kept = _preferred(kept, spec.prefer)[:1]
        elif spec.prefer:
            kept = _preferred(kept, spec.prefer)
        return kept, findings

    def _by_name(self, kept: tuple[BusinessRecord, ...]) -> tuple[BusinessRecord, ...]:
        """The records whose name shares most words with the customer's, or all if none does."""
        shared = [len(self._words & _stems(_item(record))) for record in kept]
        most = max(shared, default=0)
        return tuple(r for r, count in zip(kept, shared, strict=True) if count == most) if most else kept

    def _free(
        self, kept: tuple[BusinessRecord, ...], booked: Booked | None
    ) -> tuple[tuple[BusinessRecord, ...], list[str]]:
        """Of what is free, all that fits what was said about time; nothing, and why, where nothing does."""
        found = fitting(kept, self._times, booked)
        if found or not kept:
            return found, []
        said = ", ".join(dict.fromkeys(f"“{wish.text}”" for wish in self._times))
        return (), [f"Nothing that is free fits what they said about time: {said}."]

    def _narrow(
        self, kind: EntityKind, entity: Entity, kept: tuple[BusinessRecord, ...], read: tuple[BusinessRecord, ...]
    ) -> tuple[tuple[BusinessRecord, ...], list[str]]:
        if kind == "date" and (entity.message, entity.start) in self._used:
            return kept, []
        matching = tuple(record for record in kept if _matches(kind, entity.value, record))
        if matching:
            self._used.add((entity.message, entity.start))
            return matching, []
        if kind == "date" or not read:
            return kept, []
        if kind in IDS:
            return (), []  # said once for the whole ticket, see Retriever._not_theirs
        return (), [f"The customer speaks of {entity.text}; none of their {read[0].kind}s has that {kind}."]


def _of_goal(triage: Triage, goal: Goal, texts: Mapping[MessageId, str]) -> list[Entity]:
    """Entities in this goal's own words; of kinds that are not there, those in nobody's words."""
    if len(triage.goals) == 1:
        return list(triage.entities)
    inside = [e for e in triage.entities if _within(e, goal.quote, texts)]
    kinds = {e.kind for e in inside}
    others = [g.quote for g in triage.goals if g is not goal]
    free = [
        e
        for e in triage.entities
        if e.kind not in kinds and e not in inside and not any(_within(e, quote, texts) for quote in others)
    ]
    return inside + free


def _times_of_goal(triage: Triage, goal: Goal, texts: Mapping[MessageId, str]) -> list[TimeWish]:
    """What was said about time in this goal's own words, and in nobody's."""
    if len(triage.goals) == 1:
        return list(triage.times)
    others = [one.quote for one in triage.goals if one is not goal]
    return [
        one
        for one in triage.times
        if _within(one, goal.quote, texts) or not any(_within(one, quote, texts) for quote in others)
    ]


def _booked(spec: LookupSpec, done: Mapping[str, Lookup]) -> Booked | None:
    """When the record is booked that a lookup is for: a visit that is to be moved, an order that is to come."""
    for place in spec.arguments.values():
        where, _, _ = place.partition(".")
        record = next(iter(done[where].records), None) if where in done else None
        if record is not None:
            return booked_on(record)
    return None


def _within(entity: Entity | TimeWish, quote: str, texts: Mapping[MessageId, str]) -> bool:
    at = texts.get(entity.message, "").find(quote) if quote else -1
    return at >= 0 and at <= entity.start and entity.end <= at + len(quote)


def _arguments(
    spec: LookupSpec, customer: BusinessRecord | None, done: Mapping[str, Lookup]
) -> dict[str, Value] | None:
    """None where something needed is not there."""
    arguments: dict[str, Value] = {}
    for name, place in spec.arguments.items():
        where, _, field = place.partition(".")
        record = customer if where == "customer" else next(iter(done[where].records), None) if where in done else None
        if record is None:
            return None
        arguments[name] = record.id if field in ("", "id") else record.fields.get(field)
    return arguments


def _matches(kind: EntityKind, value: str, record: BusinessRecord) -> bool:
    if kind == "amount":
        return any(isinstance(v, Money) and f"{v.minor} {v.currency}" == value for v in record.fields.values())
    if kind == "date" and _MONTH.fullmatch(value) and "period" in record.fields:
        return record.fields["period"] == f"{date.fromisoformat(value + '-01'):%B %Y}"
    if kind == "date":
        return any(name != "due" and isinstance(v, str) and v.startswith(value) for name, v in record.fields.items())
    return (record.kind == kind and record.id == value) or record.fields.get(kind) == value


def _item(record: BusinessRecord) -> str:
    return " ".join(str(record.fields.get(name) or "") for name in ("item", "plan", "kind", "name"))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("es").removesuffix("s") for word in _WORD.findall(text.lower()))


def _preferred(records: tuple[BusinessRecord, ...], prefer: str) -> tuple[BusinessRecord, ...]:
    name = prefer.removeprefix("-")
    return tuple(sorted(records, key=lambda r: str(r.fields.get(name) or r.id), reverse=prefer.startswith("-")))
