"""Which of several records a customer means, from what they named for one goal, or for another that it leans on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import NamedTuple

from cx_core.catalogue import LookupSpec
from cx_core.records import (
    NUMBERED,
    BusinessRecord,
    Entity,
    EntityKind,
    Message,
    MessageId,
    Money,
    Statement,
    Triage,
    Value,
)
from cx_core.search.fitting_times import Booked, as_taken, fitting
from cx_core.search.goal_words import entities_of, leans, said_of, times_of
from cx_core.search.meant_items import meant, mentioned, named_in
from cx_core.search.when_it_came import NOT_THAT, came, ranked
from cx_core.text.ages import aged, day_of_value
from cx_core.text.dates import last_such
from cx_core.text.record_numbers import names, numbers

IDS: frozenset[EntityKind] = frozenset(NUMBERED)
_CAME: frozenset[str] = frozenset({"order"})
"""Kinds of records of which people say when they came."""
_BILLS: frozenset[str] = frozenset({"invoice"})
"""Kinds of records that are called by what they are for, before the day that stands on them."""
_MONTH = re.compile(r"\d{4}-\d{2}")
_WORD = re.compile(r"[a-z0-9]{3,}")
_NAME_PART = re.compile(r"[^\W\d_]+|\d+")
_FIGURE = re.compile(r"[\d,]+\.\d\d")
_WHAT_FOR = re.compile(
    r"\b(?:bill|invoice|charge|receipt)s? (?:for|of) (?:the |my |our |a |an )?([^.,;!?\n]{3,60})", re.I
)
_NOT_THE = re.compile(
    r"\W*(?:(?:no|but|and|well|it[’']?s|its)\W+)*not (?:for |about )?(?:the|that|this|those|these|my)\b", re.I
)
"""How an answer begins that says which one is not meant."""
_GOES_ON = re.compile(r"[,.;:!?\n]|\bbut\b", re.I)
_LISTED = re.compile(
    r"(?:[\s,&]|\b(?:and|plus|also|then|as well as|the|ones?|dated|of|from|for|invoices?|bills?|no|number)\b)*",
    re.I,
)
"""What stands between things that are named one after the other."""
_NOT_MEANT = re.compile(r"\b(?:not|except|instead of|other than)(?: \w+){0,2} $", re.I)
_IT = re.compile(r"\b(?:it|them|this|those|these|that one|this one)\b", re.I)
"""Words for what was named before."""


Records = tuple[BusinessRecord, ...]


class Chosen(NamedTuple):
    """The records meant, what must be said about it, and whether the customer said which."""

    records: Records
    findings: list[str]
    named: bool


class MeantRecord:
    """Which of several records a customer means, from what they named for one goal."""

    def __init__(
        self, triage: Triage, number: int, messages: Sequence[Message], today: date, beside: Records = ()
    ) -> None:
        """`beside`: the records that other goals are about. A bill that one of them names is meant by "the bill for
        it"; of orders and visits "Monday for that" is as often the other one."""
        self._today = today
        goal = triage.goals[number]
        self._beside = {ref for one in beside for ref in one.fields.values() if isinstance(ref, str)}
        self._leans = leans(goal)
        self._texts = {message.id: message.text for message in messages}
        self._times = times_of(triage, goal, self._texts)
        self._taken_times, self._turned_down = triage.taken_times, triage.turned_down
        self._said = said_of(triage, goal, self._texts)
        self._around = triage.said if _IT.search(goal.quote) else ()
        aside = [one for one in self._said if NOT_THAT.match(self._clause(one))]
        left_out = [self._clause(one) for one in self._said if one.does == "refuses" or one in aside]
        self._entities = [
            one
            for one in entities_of(triage, goal, self._texts)
            if one.kind != "date" or not any(_inside(one, clause) for clause in aside)
        ]
        whole = goal.quote if len(triage.goals) > 1 else " ".join(self._texts.values())
        for clause in left_out:  # "not the monthly one" names what is not meant
            whole = whole.replace(clause, " ")
        self._whole, self._words = whole, _stems(whole)
        self._what_for = _stems(" ".join(_WHAT_FOR.findall(whole)))
        self._took = len(messages) > 1 and messages[-1].at < messages[-2].at  # ours, behind the words that took of it
        self._used: set[tuple[MessageId, int]] = set()

    def _clause(self, one: Statement) -> str:
        return self._texts.get(one.message, "")[one.start : one.end]

    def choose(self, spec: LookupSpec, read: Records, booked: Booked | None = None) -> Chosen:
        """The records meant, and what must be said about it. `booked`: what a free one takes the place of."""
        kept = self._able(read, spec)
        if self._leans and _of_kind(kept, _BILLS) and not any(one.kind in spec.choose for one in self._entities):
            kept = tuple(record for record in kept if record.id in self._beside) or kept
        if "product" in spec.choose:
            kept = self._not_ruled_out(kept)
        if spec.each and len(several := self._each_named(spec, kept)) > 1:
            return Chosen(several, [], named=True)
        # of several whose numbers are named "the later one" is one of these
        numbered = (tuple(filter(self._numbers, kept)) if len(kept) > 2 else ()) or kept
        if "product" in spec.choose:  # "the bill for the tablet, the later one"
            numbered = self._of_meant_things(numbered, self._said)
            kept = numbered if _of_kind(kept, _BILLS) else kept
        if spec.choose and len(best := self._ranked(numbered)) == 1 < len(numbered):
            return Chosen(best, [], named=True)
        return self._narrowed(spec, kept, read, booked)

    def _narrowed(self, spec: LookupSpec, kept: Records, read: Records, booked: Booked | None) -> Chosen:
        """By one kind of thing that was said after the other."""
        findings, said_which = list[str](), False
        for kind in spec.choose:
            if kind == "product":
                kept, said_which = self._by_any_name(kept)
                continue
            named = [e for e in self._entities if e.kind == kind]
            if kind == "number":  # one that is nobody's may be that of anything
                told = tuple(record for record in kept if self._named(record, "number"))
                kept = tuple(record for record in kept if self._named(record)) or told or kept
                continue
            if kind in IDS and "number" in spec.choose:  # by its number it is told already, if it is theirs
                kept = kept if not named or any(self._named(record) for record in kept) else ()
                continue
            if kind == "date" and any(record.customer is None for record in kept):
                kept, said = self._free(kept, booked)
                findings += said
                continue
            if kind == "amount":
                named = [e for e in named if any(self._found(kind, e, kept))] or named
            for entity in named:
                kept, said = self._narrow(kind, entity, kept, read)
                findings += said
            goods = _of_kind(kept, _BILLS) and all(record.fields.get("items") for record in kept)
            if kind == "date" and (_of_kind(kept, _CAME) or goods):
                kept = came(kept, self._said, self._times, self._texts, self._today)
        return Chosen(self._left_open(kept, spec), findings, said_which)

    def _each_named(self, spec: LookupSpec, kept: Records) -> Records:
        """Those of which each is the only one that some number or day in one sentence fits; none where another sentence
        names one too, since that may be the one that is meant."""
        found: dict[str, BusinessRecord] = {}
        places: list[Entity] = []
        for entity in self._entities:
            if entity.kind in spec.choose and (entity.kind in IDS or entity.kind == "date"):
                those = next(filter(None, self._found(entity.kind, entity, kept)), ())
                if len(those) == 1:
                    found[those[0].ref] = those[0]
                    places.append(entity)
        return tuple(found.values()) if self._are_listed(places) else ()

    def _are_listed(self, places: Sequence[Entity]) -> bool:
        if len({one.message for one in places}) != 1:
            return False
        text = self._texts.get(places[0].message, "")
        ordered = sorted(places, key=lambda one: one.start)
        between = (text[one.end : other.start] for one, other in pairwise(ordered) if one.end < other.start)
        return _NOT_MEANT.search(text[: ordered[0].start]) is None and all(map(_LISTED.fullmatch, between))

    def _named(self, record: BusinessRecord, *also: EntityKind) -> bool:
        """Whether its own number is named behind the word for its kind, or as one of these kinds."""
        own = [one for one in self._entities if one.kind != "number" or one.kind in also]
        return any(names(one.kind, one.value, record) for one in own)

    def _numbers(self, record: BusinessRecord) -> bool:
        """Whether its number, or that of what it belongs to, is named."""
        return any(numbers(entity.kind, entity.value, record) for entity in self._entities)

    def _left_open(self, kept: Records, spec: LookupSpec) -> Records:
        """Of what was said leaves open, what it is rather about, in the order that is preferred."""
        kept = _rather(kept, spec, self._today)
        if spec.prefer or spec.only:
            kept = _preferred(kept, spec.prefer)
        return kept[:1] if spec.only else kept

    def _ranked(self, kept: Records) -> Records:
        """The newest, dearest and so on; not where such words took what we offered: "the second one" of two is that."""
        return kept if self._took else ranked(kept, self._said, self._texts)

    def _able(self, read: Records, spec: LookupSpec) -> Records:
        """Those that it can be about; where none of these is the one whose number is named, that one: what was
        delivered is theirs, and not unknown to us."""
        able = _among(read, spec, self._today)
        kinds = {*spec.choose, *(one.kind for one in read if "number" in spec.choose)}
        named = [one for one in self._entities if one.kind in kinds]
        numbered = tuple(r for r in read if any(names(one.kind, one.value, r) for one in named))
        return able if any(record in able for record in numbered) else numbered or able

    def _by_any_name(self, kept: Records) -> tuple[Records, bool]:
        """By what is said of the goal itself, else by all that is said."""
        found, said_which = self._by_name(kept, self._said)
        if len(found) > 1 and not said_which and len(self._around) > len(self._said):
            return self._by_name(found, self._around)
        return found, said_which

    def _by_name(self, kept: Records, said: Sequence[Statement]) -> tuple[Records, bool]:
        """The records whose things the customer means by these clauses, else those whose name shares most words with
        the goal's; all if none does. And whether they said which.
        """
        if len(kept) > 1 and all(
            isinstance(record.fields.get("items"), tuple) and "name" in record.fields for record in kept
        ):
            found = meant([str(record.fields["name"]) for record in kept], said, self._texts)
            return tuple(kept[place] for place in found.places), found.named
        if len(kept) > 1 and len(called := self._called(kept)) == 1:
            return called, True
        every, kept = len(kept), self._of_meant_things(kept, said)
        billed = tuple(r for r in kept if self._what_for & _stems(" ".join(_texts(r.fields.get("lines")))))
        kept = billed or kept
        shared = [len(self._words & _stems(_item(record))) for record in kept]
        most = max(shared, default=0)
        found_by_words = tuple(r for r, count in zip(kept, shared, strict=True) if count == most) if most else kept
        return found_by_words, bool(most) or len(kept) < every

    def _called(self, kept: Records) -> Records:
        """Those whose whole name is said, short figures and all: "Mobile 50", and not "Mobile 500"."""
        held = ((record, record.fields.get("name")) for record in kept if "items" not in record.fields)
        return tuple(record for record, name in held if isinstance(name, str) and _says(self._whole, name))

    def _of_meant_things(self, kept: Records, said: Sequence[Statement]) -> Records:
        """Of orders of several things those that hold one that is meant, with most of what they name; else all."""
        things = [tuple(map(str, items)) if isinstance(items := r.fields.get("items"), tuple) else () for r in kept]
        no_things = [str(kind) for record in kept if (kind := record.fields.get("kind"))]
        every = mentioned([name for names in things for name in names], said, self._texts, no_things)
        numbered = iter(range(sum(map(len, things))))
        places = [{next(numbered) for _ in names} for names in things]
        spoken = [{place: every[place] for place in own & set(every)} for own in places]
        if len(kept) < 2 or not any(any(found.values()) for found in spoken):
            return kept
        most = max(len(found) for found in spoken if any(found.values()))
        return tuple(r for r, found in zip(kept, spoken, strict=True) if any(found.values()) and len(found) == most)

    def _not_ruled_out(self, kept: Records) -> Records:
        """Without those whose things an answer of theirs begins by ruling out, "not the cable", where it names no other
        thing and leaves any."""
        newest = next(reversed(self._texts), None)
        spans = list[tuple[int, int]]()
        for one in self._said:
            if one.message == newest and len(self._texts) > 1 and _NOT_THE.match(self._clause(one)):
                end = _GOES_ON.search(self._texts[newest], one.start + 1)
                spans.append((one.start, end.start() if end else len(self._texts[newest])))
        if newest is None or not spans:
            return kept
        text = self._texts[newest]
        beside = "".join(" " if any(start <= n < end for start, end in spans) else char for n, char in enumerate(text))
        out = " ".join(text[start:end] for start, end in spans)
        things = [[str(name) for name in _texts(record.fields.get("items"))] for record in kept]
        if any(named_in(names, beside) for names in things):
            return kept
        return tuple(r for r, names in zip(kept, things, strict=True) if not named_in(names, out)) or kept

    def _free(self, kept: Records, booked: Booked | None) -> tuple[Records, list[str]]:
        """Of what is free, all that fits what was said about time; nothing, and why, where nothing does."""
        if found := as_taken(kept, self._taken_times, booked):
            return found, []
        turned_down = as_taken(kept, self._turned_down, booked)
        found = fitting(tuple(record for record in kept if record not in turned_down), self._times, booked)
        if found or not kept:
            return found, []
        said = ", ".join(dict.fromkeys(f"“{wish.text}”" for wish in self._times))
        return (), [f"Nothing that is free fits what they said about time: {said}."]

    def _narrow(self, kind: EntityKind, entity: Entity, kept: Records, read: Records) -> tuple[Records, list[str]]:
        if kind == "date" and (entity.message, entity.start) in self._used:
            return kept, []
        matching = next(filter(None, self._found(kind, entity, kept)), ())
        if matching:
            self._used.add((entity.message, entity.start))
            return matching, []
        if kind == "date" or not read:
            return kept, []
        if kind in IDS:
            return (), []  # said once for the whole ticket, see Retriever._not_theirs
        return (), [f"The customer speaks of {entity.text}; none of their {read[0].kind}s has that {kind}."]

    def _found(self, kind: EntityKind, entity: Entity, kept: Records) -> Iterator[Records]:
        """The records that fit, by one reading of what was named after another: the first that finds any counts.

        An amount is that of the whole, else of one line, else of two lines together. A day is the last such day as
        well where all of them lie behind us: "the one from the 8th".
        """
        if kind == "amount":
            yield from (
                tuple(r for r in kept if held(r, entity.value)) for held in (_is_worth, _has_line, _has_two_lines)
            )
            return
        days = [entity.value]
        made = [r.fields.get("date") for r in kept]
        behind = all(isinstance(day, str) and day <= self._today.isoformat() for day in made)
        if kind == "date" and behind:
            days += last_such(entity.text, self._today)
        for day in days:
            yield from (tuple(r for r in kept if fits(kind, day, r)) for fits in (_matches, _made_in))


def _says(text: str, name: str) -> bool:
    words = r"[\s-]*".join(map(re.escape, _NAME_PART.findall(name)))
    return bool(words) and re.search(rf"(?<![\w.,-]){words}(?![\w-]|[.,]\d)", text, re.I) is not None


def _inside(entity: Entity, clause: Statement) -> bool:
    return entity.message == clause.message and clause.start <= entity.start < clause.end


def _of_kind(kept: Records, kinds: frozenset[str]) -> bool:
    return bool(kept) and kept[0].kind in kinds


def _among(read: Records, spec: LookupSpec, today: date) -> Records:
    """Those that it can be about at all, if there are any."""
    able = tuple(r for r in read if all(_has(r, name, values, today) for name, values in spec.among.items()))
    return able or read


def _rather(kept: Records, spec: LookupSpec, today: date) -> Records:
    """Of several that what was said leaves open, those that it is rather about."""
    able = tuple(r for r in kept if all(_has(r, name, values, today) for name, values in spec.rather.items()))
    return able or kept


def _has(record: BusinessRecord, name: str, values: Sequence[str], today: date) -> bool:
    field, _, of_day = name.partition(".")
    held = record.fields.get(field)
    if of_day != "age":
        return ("true" if held is True else "false" if held is False else held) in values
    day = day_of_value(held)
    return day is not None and any(aged(day, said, today) for said in values)


def _matches(kind: EntityKind, value: str, record: BusinessRecord) -> bool:
    if kind == "date" and _MONTH.fullmatch(value) and "period" in record.fields:
        return record.fields["period"] == f"{date.fromisoformat(value + '-01'):%B %Y}"
    if kind == "date":
        return any(name != "due" and isinstance(v, str) and v.startswith(value) for name, v in record.fields.items())
    return numbers(kind, value, record)


def _made_in(kind: EntityKind, value: str, record: BusinessRecord) -> bool:
    """Whether it was made in a month: the bill that came in November is for October."""
    made = record.fields.get("date")
    return kind == "date" and bool(_MONTH.fullmatch(value)) and isinstance(made, str) and made.startswith(value)


def _is_worth(record: BusinessRecord, value: str) -> bool:
    return any(isinstance(held, Money) and f"{held.minor} {held.currency}" == value for held in record.fields.values())


def _has_line(record: BusinessRecord, value: str) -> bool:
    """Whether a line of it names the amount: "Installation: £10.00"."""
    return _minor(value) in _lines(record, value)


def _has_two_lines(record: BusinessRecord, value: str) -> bool:
    """Whether two lines of it come to the amount: "you took £39.00 for broadband and a late fee"."""
    return _minor(value) in {one + other for one, other in combinations(_lines(record, value), 2)}


def _minor(value: str) -> int:
    return int(value.partition(" ")[0])


def _lines(record: BusinessRecord, value: str) -> list[int]:
    """The amounts of its lines in the currency of this one, in minor units."""
    sign = str(Money(minor=0, currency=value.partition(" ")[2])).removesuffix("0.00")
    said = (line.rpartition(sign)[2] for field in record.fields.values() if isinstance(field, tuple) for line in field)
    return [int(part.replace(".", "").replace(",", "")) for part in said if _FIGURE.fullmatch(part)]


def _item(record: BusinessRecord) -> str:
    said = [str(record.fields.get(name) or "") for name in ("item", "plan", "kind", "name")]
    return " ".join((*said, *_texts(record.fields.get("lines"))))


def _texts(held: Value) -> tuple[str, ...]:
    return held if isinstance(held, tuple) else ()


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("es").removesuffix("s") for word in _WORD.findall(text.lower()))


def _preferred(records: Records, prefer: str) -> Records:
    name = prefer.removeprefix("-")
    return tuple(sorted(records, key=lambda r: str(r.fields.get(name) or r.id), reverse=prefer.startswith("-")))
