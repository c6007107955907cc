"""Goals and customer in, evidence out: what the business's records and articles say about each goal.

Only records of the ticket's own customer are evidence. What the customer named and cannot be found
there is a finding in words, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

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
    Entity,
    EntityKind,
    Evidence,
    Lookup,
    Message,
    MessageId,
    Money,
    Passage,
    Reading,
    Statement,
    Triage,
    Value,
)
from cx_core.search.fitting_times import Booked, booked_on, fitting, nearest
from cx_core.search.goal_words import entities_of, in_passing, said_of, times_of
from cx_core.search.meant_items import meant, mentioned
from cx_core.search.question_reading import in_general
from cx_core.search.record_freshness import reading
from cx_core.search.sections import sections
from cx_core.text.segments import sentence_texts

IDS: frozenset[EntityKind] = frozenset({"order", "invoice", "payment", "appointment", "contract"})
_MONTH = re.compile(r"\d{4}-\d{2}")
_WORD = re.compile(r"[a-z0-9]{3,}")
_NOT_THAT = re.compile(r"\W*(?:but |and )?not\b", re.I)
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
        messages: Sequence[Message],
        customer: BusinessRecord | None,
        findings: list[str],
        readings: list[Reading],
    ) -> list[Lookup]:
        meant_record = MeantRecord(triage, number, messages)
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
            chosen, said, named = meant_record.choose(spec, read, booked)
            findings += said
            others = tuple(record for record in read if record not in chosen)
            if not chosen:
                others = nearest(others, triage.times, booked)
            done[spec.name] = Lookup(goal=number, name=spec.name, records=chosen, others=others, named=named)
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


class Chosen(NamedTuple):
    """The records meant, what must be said about it, and whether the customer said which."""

    records: tuple[BusinessRecord, ...]
    findings: list[str]
    named: bool


class MeantRecord:
    """Which of several records a customer means, from what they named for one goal."""

    def __init__(self, triage: Triage, number: int, messages: Sequence[Message]) -> None:
        goal = triage.goals[number]
        self._texts = {message.id: message.text for message in messages}
        self._entities = entities_of(triage, goal, self._texts)
        self._times = times_of(triage, goal, self._texts)
        self._said = said_of(triage, goal, self._texts)
        left_out = [self._clause(one) for one in self._said if one.does == "refuses"]
        left_out += [clause for one in self._said if _NOT_THAT.match(clause := self._clause(one))]
        whole = goal.quote if len(triage.goals) > 1 else " ".join(self._texts.values())
        for clause in left_out:  # "not the monthly one" names what is not meant
            whole = whole.replace(clause, " ")
        self._words = _stems(whole)
        self._used: set[tuple[MessageId, int]] = set()

    def _clause(self, one: Statement) -> str:
        return self._texts.get(one.message, "")[one.start : one.end]

    def choose(self, spec: LookupSpec, read: tuple[BusinessRecord, ...], booked: Booked | None = None) -> Chosen:
        """The records meant, and what must be said about it. `booked`: what a free one takes the place of."""
        kept, findings, said_which = _among(read, spec), list[str](), False
        for kind in spec.choose:
            if kind == "product":
                kept, said_which = self._by_name(kept)
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
        return Chosen(kept, findings, said_which)

    def _by_name(self, kept: tuple[BusinessRecord, ...]) -> tuple[tuple[BusinessRecord, ...], bool]:
        """The records whose things the customer means, or whose name shares most words with theirs; all if none does.

        And whether they said which.
        """
        if len(kept) > 1 and all(
            isinstance(record.fields.get("items"), tuple) and "name" in record.fields for record in kept
        ):
            found = meant([str(record.fields["name"]) for record in kept], self._said, self._texts)
            return tuple(kept[place] for place in found.places), found.named
        kept = self._of_meant_things(kept)
        shared = [len(self._words & _stems(_item(record))) for record in kept]
        most = max(shared, default=0)
        found_by_words = tuple(r for r, count in zip(kept, shared, strict=True) if count == most) if most else kept
        return found_by_words, bool(most)

    def _of_meant_things(self, kept: tuple[BusinessRecord, ...]) -> tuple[BusinessRecord, ...]:
        """Of orders of several things those that hold one that is meant, with most of what they name; else all."""
        things = [tuple(map(str, items)) if isinstance(items := r.fields.get("items"), tuple) else () for r in kept]
        every = mentioned([name for names in things for name in names], self._said, self._texts)
        numbered = iter(range(sum(map(len, things))))
        places = [{next(numbered) for _ in names} for names in things]
        spoken = [{place: every[place] for place in own & set(every)} for own in places]
        if len(kept) < 2 or not any(any(found.values()) for found in spoken):
            return kept
        most = max(len(found) for found in spoken if any(found.values()))
        return tuple(r for r, found in zip(kept, spoken, strict=True) if any(found.values()) and len(found) == most)

    def _free(
        self, kept: tuple[BusinessRecord, ...], booked: Booked | None
    ) -> tuple[tuple[BusinessRecord, ...], list[str]]:
        """Of what is free, all that fits what was said about time; nothing, and why, where nothing does."""
        wished = [one for one in self._times if not in_passing(one, self._said)]
        found = fitting(kept, self._times, booked) or (fitting(kept, wished, booked) if wished else ())
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


def _among(read: tuple[BusinessRecord, ...], spec: LookupSpec) -> tuple[BusinessRecord, ...]:
    """Those that it can be about at all, if there are any."""
    able = tuple(r for r in read if all(r.fields.get(name) in values for name, values in spec.among.items()))
    return able or read


def _booked(spec: LookupSpec, done: Mapping[str, Lookup]) -> Booked | None:
    """When the record is booked that a lookup is for: a visit that is to be moved, an order that is to come."""
    for place in spec.arguments.values():
        where, _, _ = place.partition(".")
        record = next(iter(done[where].records), None) if where in done else None
        if record is not None:
            return booked_on(record)
    return None


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
        return any(_holds_amount(held, value) for held in record.fields.values())
    if kind == "date" and _MONTH.fullmatch(value) and "period" in record.fields:
        return record.fields["period"] == f"{date.fromisoformat(value + '-01'):%B %Y}"
    if kind == "date":
        return any(name != "due" and isinstance(v, str) and v.startswith(value) for name, v in record.fields.items())
    return (record.kind == kind and record.id == value) or record.fields.get(kind) == value


def _holds_amount(held: Value, value: str) -> bool:
    """Whether a field is the amount, or a list whose lines name it: "Installation: £10.00"."""
    if isinstance(held, Money):
        return f"{held.minor} {held.currency}" == value
    minor, _, currency = value.partition(" ")
    if not isinstance(held, tuple) or not minor.isdigit():
        return False
    said = str(Money(minor=int(minor), currency=currency))
    return any(line.endswith(said) for line in held)


def _item(record: BusinessRecord) -> str:
    lines = record.fields.get("lines")
    said = [str(record.fields.get(name) or "") for name in ("item", "plan", "kind", "name")]
    return " ".join((*said, *(lines if isinstance(lines, tuple) else ())))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("es").removesuffix("s") for word in _WORD.findall(text.lower()))


def _preferred(records: tuple[BusinessRecord, ...], prefer: str) -> tuple[BusinessRecord, ...]:
    name = prefer.removeprefix("-")
    return tuple(sorted(records, key=lambda r: str(r.fields.get(name) or r.id), reverse=prefer.startswith("-")))
