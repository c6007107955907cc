"""What a step uses, and what of the same kind it could have used instead: records, things, days, hours, sums."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from cx_core.catalogue import ActionSpec, RecordSpec
from cx_core.decide.last_check.clauses import plain
from cx_core.decide.last_check.named_things import ThingName, thing_name, whole
from cx_core.llm.prompt_context import records_of
from cx_core.records import BusinessRecord, Evidence, Money, Step

ISO = re.compile(r"\d{4}-\d\d-\d\d")
ID = re.compile(r"[A-Z]{1,3}-\d{1,9}")
_SHORT_PIECE = 5
"""Characters of a piece of a text that names nothing by itself."""
_WINDOW = re.compile(r"(\d\d):\d\d\s?[-–]\s?\d\d:\d\d")


class Names(NamedTuple):
    """What names some values: words as they stand, and things as people call them."""

    words: tuple[str, ...]
    things: tuple[ThingName, ...] = ()

    def stand(self, text: str) -> bool:
        """Whether any of them stands in a plain text, as whole words."""
        if any(next(whole(words, text), None) for words in self.words):
            return True
        return any(next(thing.places(text), None) for thing in self.things)

    def also(self, words: Iterable[str]) -> Names:
        return self._replace(words=(*self.words, *words))


class Rivals(NamedTuple):
    """A record that the step names, and the others of its kind; by each, what people call it."""

    used: BusinessRecord
    others: tuple[BusinessRecord, ...]
    called: dict[str, tuple[str, ...]]

    @property
    def own(self) -> tuple[str, ...]:
        return self.called[self.used.id]

    @property
    def every(self) -> tuple[str, ...]:
        return tuple(name for names in self.called.values() for name in names)

    def title(self) -> str:
        return f"{self.used.id} ({', '.join(self.own)})" if self.own else self.used.id


class OfferedTimes(NamedTuple):
    """The days of what is offered, and its windows with the hour at which each begins."""

    days: tuple[date, ...]
    windows: dict[str, int]


def _times_of(offered: BusinessRecord) -> OfferedTimes:
    day = offered.fields.get("date")
    found = [_WINDOW.fullmatch(str(value)) for value in offered.fields.values()]
    days = (date.fromisoformat(day),) if isinstance(day, str) and ISO.fullmatch(day) else ()
    return OfferedTimes(days, {match[0]: int(match[1]) for match in found if match})


class StepValues:
    """The values of one step, with the records that were read."""

    def __init__(self, step: Step, spec: ActionSpec, evidence: Evidence, kinds: dict[str, RecordSpec]) -> None:
        self.values = step.values()
        self._types = {name: argument.type for name, argument in spec.arguments.items()}
        self._choices = [
            one for argument in spec.arguments.values() for one in argument.one_of if one in spec.told_by.about
        ]
        self._kinds = kinds
        self.gives_again = spec.remedy == "sent_again"
        """Whether it sends things once more: what is missing is named beside what was there."""
        self._records = records_of(evidence)
        self.used = [record for record in self._records if record.id in self.values.values()]
        self.own = [record for record in self.used if record.customer is not None and record.kind != "customer"]
        """Those of the customer; the others are offered: slots, plans."""
        self.offered = [record for record in self.used if record.customer is None]
        self.goods = next((v for v in self._of_type("items") if isinstance(v, tuple)), ())

    def _of_type(self, type: str) -> list[object]:
        return [value for name, value in self.values.items() if self._types.get(name) == type]

    def texts_of_own(self) -> set[str]:
        return {value for record in self.own for value in record.fields.values() if isinstance(value, str)}

    @cached_property
    def all_goods(self) -> tuple[str, ...]:
        """All things of the record that the step's things are of, once each."""
        lists = [v for one in self.own if self.goods for v in one.fields.values() if isinstance(v, tuple)]
        found = max((one for one in lists if set(self.goods) <= set(one)), key=len, default=())
        return tuple(dict.fromkeys(found))

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """All things of the record that a step takes as it is, where it cannot take one of several."""
        if "items" in self._types.values():
            return ()
        lists = [v for one in self.own for v in one.fields.values() if isinstance(v, tuple) and len(v) > 1]
        return tuple(dict.fromkeys(map(str, lists[0]))) if len(lists) == 1 else ()

    @cached_property
    def days(self) -> tuple[date, ...]:
        """On which the step does something."""
        given = (v for v in self._of_type("date") if isinstance(v, str) and ISO.fullmatch(v))
        return (*map(date.fromisoformat, given), *(day for one in self.offered for day in _times_of(one).days))

    @cached_property
    def has_deadline(self) -> bool:
        """Whether its day is the latest that will do."""
        return any(name.endswith("_by") for name in self.values)

    @cached_property
    def present_days(self) -> frozenset[date]:
        """Of the customer's records as they are now."""
        return frozenset(date.fromisoformat(text) for text in self.texts_of_own() if ISO.fullmatch(text))

    @cached_property
    def present_hours(self) -> frozenset[int]:
        """At which what the step moves begins as it is now."""
        found = map(_WINDOW.fullmatch, self.texts_of_own())
        return frozenset(int(match[1]) for match in found if match)

    @cached_property
    def windows(self) -> dict[str, int]:
        """Of what is offered, with the hour at which each begins."""
        return dict(each for one in self.offered for each in _times_of(one).windows.items())

    def other_times(self) -> list[OfferedTimes]:
        """The days and hours of what is offered beside what the step uses."""
        others = [other for one in self.rivals if one.used.customer is None for other in one.others]
        return [times for one in others if (times := _times_of(one)).days]

    @cached_property
    def rivals(self) -> tuple[Rivals, ...]:
        made = []
        for one in self.used:
            if one.kind != "customer":
                others = tuple(other for other in self._records if other.kind == one.kind and other.id != one.id)
                made.append(Rivals(one, others, {other.id: self._called(other) for other in (one, *others)}))
        return tuple(made)

    def _called(self, record: BusinessRecord) -> tuple[str, ...]:
        """Its things, or the name of what is offered."""
        spec = self._kinds.get(record.kind)
        if spec is None:
            return ()
        if {"item", "items"} & set(spec.called):
            return next((value for value in record.fields.values() if isinstance(value, tuple)), ())
        named = spec.called if record.customer is None else ()
        return tuple(str(record.fields[field]) for field in named if record.fields.get(field))

    def changed_from(self, other: BusinessRecord, called: Sequence[str]) -> bool:
        """Whether it is what the step changes from: the contract's present plan."""
        return other.customer is None and bool(set(called) & self.texts_of_own())

    def names(self) -> tuple[Names, Names]:
        """What names a value of the step; what names another that it could have had."""
        here = [value for value in self.values.values() if isinstance(value, str) and len(value) > 1]
        here += [text for text in self.texts_of_own() if ID.fullmatch(text)]
        there = [one for one in self._choices if one not in here and not ("email" in here and one == "address")]
        mine = [thing_name(item, self.all_goods) for item in self.all_goods if item in self.goods]
        theirs = [thing_name(item, self.all_goods) for item in self.all_goods if item not in self.goods]
        for one in self.rivals:
            there += [other.id for other in one.others]
            if not self.goods or set(one.own) != set(self.all_goods):
                mine += [thing_name(name, one.every) for name in one.own]
            theirs += [thing_name(name, one.every) for name in one.every if name not in one.own]
        pieces = [piece.strip() for value in self._of_type("text") for piece in str(value).split(",")]
        here += [piece for piece in pieces[:-1] if len(piece) > _SHORT_PIECE]  # "12 Foundry Road" of an address
        for money in (value for value in self.values.values() if isinstance(value, Money)):
            here += [str(money), f"{money.minor / 100:g} pounds", f"£{money.minor / 100:g}"]
        return Names(tuple(map(plain, here)), tuple(mine)), Names(tuple(map(plain, there)), tuple(theirs))


def sums_of(records: Iterable[BusinessRecord]) -> set[int]:
    return {value.minor for one in records for value in one.fields.values() if isinstance(value, Money)}
