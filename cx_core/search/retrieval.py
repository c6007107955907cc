"""Goals and customer in, evidence out: what the business's records and articles say about each goal.

Only records of the ticket's own customer are evidence. What the customer named and cannot be found
there is a finding in words, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Knowledge, LookupSpec
from cx_core.errors import SystemTrouble
from cx_core.ports import BackOffice, Clock, Index
from cx_core.records import (
    ActionName,
    ArticleId,
    BusinessRecord,
    CustomerId,
    Evidence,
    Lookup,
    Message,
    Passage,
    Reading,
    Triage,
    Value,
)
from cx_core.search.fitting_times import Booked, booked_on, nearest
from cx_core.search.goal_words import leans
from cx_core.search.question_reading import in_general
from cx_core.search.record_choice import IDS, MeantRecord
from cx_core.search.record_freshness import reading
from cx_core.search.sections import sections
from cx_core.text.phone_numbers import international
from cx_core.text.record_numbers import names
from cx_core.text.segments import sentence_texts

PASSAGES = 3
_PLACE = re.compile(r"\{([a-z_]+)\.([a-z_0-9]+)\}")
WITH_PHONE = 20
"""How many of those a phone number finds are looked at."""


class Retriever:
    """Reads what each goal's task type wants to know."""

    def __init__(self, knowledge: Knowledge, back_office: BackOffice, index: Index, clock: Clock) -> None:
        self._knowledge = knowledge
        self._back_office = back_office
        self._index = index
        self._clock = clock

    def over(self, knowledge: Knowledge) -> Retriever:
        """Return one that reads what the task types of another knowledge want to know."""
        return Retriever(knowledge, self._back_office, self._index, self._clock)

    def customer(self, address: str) -> tuple[BusinessRecord | None, int]:
        """The one customer this address belongs to, and how many others share their name."""
        found = self._back_office.find_customers(address)
        if not found and (number := international(address)):
            near = self._back_office.search(number, WITH_PHONE)
            found = tuple(one for one in near if one.kind == "customer" and _phone(one) == number)
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
        for number in sorted(range(len(triage.goals)), key=lambda number: leans(triage.goals[number])):
            task_type = self._knowledge.task_types.get(triage.goals[number].task_type)
            if task_type is None:
                continue
            beside = tuple(record for one in lookups if triage.goals[one.goal].sure for record in one.records)
            meant = MeantRecord(triage, number, messages, self._knowledge.company.today(self._clock()), beside)
            lookups += self._of_goal(number, task_type.lookups, triage, meant, customer, findings, readings)
        lookups.sort(key=lambda one: one.goal)
        if customer is None:
            findings.insert(0, "The sender is not a known customer: nothing of anybody's account was read.")
        findings += self._not_theirs(triage, customer, lookups)
        passages, answered = self._passages(triage, vectors, messages, findings)
        passages = (*self._guidance(triage.grave), *passages)
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

    def _guidance(self, matter: str) -> tuple[Passage, ...]:
        """What the business's people do first with a grave matter, if it wrote that down."""
        article = self._knowledge.articles.get(self._knowledge.company.guidance or ArticleId(""))
        if not matter or article is None:
            return ()
        found = [one for one in sections(article) if one.heading.lower() in (matter, "always")]
        return tuple(
            Passage(
                article=ArticleId(article.id),
                title=article.title,
                heading=one.heading,
                text=article.text[one.span[0] : one.span[1]].strip(),
                audience=article.audience,
                task_types=article.task_types,
                version=article.version,
                span=one.span,
                score=1.0,
            )
            for one in sorted(found, key=lambda one: one.heading.lower() == "always")
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
        meant_record: MeantRecord,
        customer: BusinessRecord | None,
        findings: list[str],
        readings: list[Reading],
    ) -> list[Lookup]:
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
            chosen, said, named = meant_record.choose(_filled(spec, done), read, booked)
            findings += said
            others = tuple(record for record in read if record not in chosen)
            if not chosen or all(record.customer is None for record in others):  # what else is offered comes near, too
                others = nearest(others, triage.times, booked)
            done[spec.name] = Lookup(goal=number, name=spec.name, records=chosen, others=others, named=named)
        return list(done.values())

    def _not_theirs(self, triage: Triage, customer: BusinessRecord | None, lookups: Sequence[Lookup]) -> list[str]:
        """Every number the customer wrote that is not one of their own records.

        A number as it is written ("12") may not be the id by which a record (O-12) is read: those that were read count.
        """
        read = [record for one in lookups for record in (*one.records, *one.others)]
        theirs = [record for record in read if customer is not None and record.customer == CustomerId(customer.id)]
        findings = []
        for entity in triage.entities:
            if entity.kind not in IDS or ActionName(entity.kind) not in self._knowledge.actions:
                continue
            if any(names(entity.kind, entity.value, record) for record in theirs):
                continue
            try:
                found = self._back_office.read(ActionName(entity.kind), {entity.kind: entity.value})
            except SystemTrouble:
                continue
            if not found:
                read_as_ids = entity.kind in self._knowledge.numbered
                told = "does not exist" if read_as_ids else "was not found"
                findings.append(f"{entity.kind.capitalize()} {entity.value} {told}.")
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


def _booked(spec: LookupSpec, done: Mapping[str, Lookup]) -> Booked | None:
    """When the record is booked that a lookup is for: a visit that is to be moved, an order that is to come."""
    for place in spec.arguments.values():
        where, _, _ = place.partition(".")
        record = next(iter(done[where].records), None) if where in done else None
        if record is not None:
            return booked_on(record)
    return None


def _filled(spec: LookupSpec, done: Mapping[str, Lookup]) -> LookupSpec:
    """The lookup with "{name.field}" among the values it tells records by replaced with what was read there."""

    def value(said: str) -> str:
        place = _PLACE.fullmatch(said)
        if place is None:
            return said
        record = next(iter(done[place[1]].records), None) if place[1] in done else None
        return str(record.fields.get(place[2])) if record is not None else said

    if not any(_PLACE.fullmatch(said) for values in spec.among.values() for said in values):
        return spec
    return spec.replace(among={field: tuple(map(value, values)) for field, values in spec.among.items()})


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


def _phone(customer: BusinessRecord) -> str:
    """Their phone number, where it is on file with its country's code: without, it may be somebody else's abroad."""
    return international(str(customer.fields.get("phone") or ""))
