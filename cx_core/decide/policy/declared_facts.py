"""Facts that an action declares for its rules, worked out where the guard asks: never by who proposes the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from cx_core.catalogue import ActionSpec, FactSpec, RecordSpec
from cx_core.decide.policy.conversation_facts import FUNCTIONS, Heard, leaves, mentions, words
from cx_core.decide.policy.descriptions import Descriptions, thing
from cx_core.errors import UnknownFact
from cx_core.ports import Expression
from cx_core.records import ActionName, Record
from cx_core.text.ages import WEEKDAYS

Fields = Mapping[str, object]
Find = Callable[[str, str], Fields | None]
"""A record by kind and id, as it is now; None: there is none."""
Theirs = Callable[[str], Sequence[Fields]]
"""All records of a kind that the customer has. Raises UnknownFact."""
Compile = Callable[[str], Expression]


class DoneAct(Record):
    """An act that was done for the same request before."""

    action: ActionName
    arguments: dict[str, object]


class Business(Record):
    """What the guard knows of the business besides the act: its kinds of records, and all that can be done."""

    kinds: Mapping[str, RecordSpec] = {}
    writes: Mapping[ActionName, ActionSpec] = {}


class KnownRecords:
    """What the guard can see of one act: its arguments, records, and the conversation up to it.

    A formula may name `args`, `customer`, `now`, the kinds of records that the arguments name, and facts above it.
    """

    def __init__(
        self,
        spec: ActionSpec,
        arguments: Fields,
        customer: Fields | None,
        find: Find,
        heard: Heard,
        now: datetime,
        theirs: Theirs | None = None,
        business: Business | None = None,
        done: Sequence[DoneAct] = (),
        today: date | None = None,
    ) -> None:
        """`done` are the acts done for the same request, oldest first. `today`: the day that it is where the business
        is; that of `now` where it is not given."""
        self._today = today or now.date()
        self._spec, self.arguments, self.find, self.heard = spec, arguments, find, heard
        self._business, self.done, self._theirs = business or Business(), done, theirs
        self.now = now
        self.values: dict[str, object] = {"args": dict(arguments), "customer": customer, "now": now}
        self._functions = {**heard.functions(), "find": find, **_PLAIN}
        self._functions |= {"said": self.said, "named": self.named, "agreed": self.agreed}
        self._functions |= {"theirs": theirs} if theirs else {}
        self._functions |= {"days_since": self._days_since, "days_until": self._days_until, "weekday": weekday}

    def work_out(self, formula: Expression) -> object:
        """Raises UnknownFact."""
        for kind, id in self._named():
            if kind in formula.names and kind not in self.values:
                self.values[kind] = self.find(kind, id)
        return formula(self.values, self._functions)

    def _days_since(self, day: str) -> int:
        return (self._today - _day(day)).days

    def _days_until(self, day: str) -> int:
        return -self._days_since(day)

    @property
    def writes(self) -> Mapping[ActionName, ActionSpec]:
        """All actions that change something."""
        return self._business.writes

    def is_customer(self, kind: str) -> bool:
        """Whether a kind of record is the customer's own."""
        return kind in self._business.kinds and self._business.kinds[kind].of_customer

    def holds(self, value: object) -> bool:
        """Whether a record that the act is done to has this value, as an order has the way it was paid."""
        return any(
            value in leaves(self.find(kind, id) or {}) for kind, id in self._named() if not self.is_customer(kind)
        )

    def agreed(self) -> bool:
        """Whether the customer's last words say yes to what was put to them, or ask for this act again."""
        put = mentions(words(self.heard.put), self._spec.called)
        return self.heard.agreed([words(name)[0] for name in self._spec.called] if put else ())

    def said(self, value: object) -> bool:
        """Whether the customer named this very value, or described a record so that it fits none else of theirs."""
        return self.heard.said(value) or self._described(value, [t.text for t in self.heard.turns if not t.ours])

    def named(self, value: object) -> bool:
        """Whether anybody did."""
        return self.heard.named(value) or self._described(value, [turn.text for turn in self.heard.turns])

    def siblings(self, name: str) -> Descriptions | None:
        """The record an argument names beside all others of its kind that the customer has; None: it is no such."""
        argument = self._spec.arguments.get(name)
        if argument is None or argument.type != "record" or argument.shared or self._theirs is None:
            return None
        kind = self._business.kinds.get(argument.of)
        if kind is None or not kind.customer or kind.of_customer:
            return None
        try:
            records = self._theirs(argument.of)
        except UnknownFact:
            return None
        hidden = (kind.key, kind.customer, "id", "customer")
        return Descriptions(
            thing(str(one.get(kind.key, one.get("id"))), {k: v for k, v in one.items() if k not in hidden})
            for one in records
        )

    def _described(self, value: object, texts: Sequence[str]) -> bool:
        for name, given in self.arguments.items():
            if given == value and isinstance(value, str) and (theirs := self.siblings(name)):
                return any(theirs.fit(text) == {value} for text in texts)
        return False

    @property
    def called(self) -> tuple[str, ...]:
        """Words people use for the act."""
        return self._spec.called

    def own(self, kinds: Mapping[str, RecordSpec], customer: str) -> bool:
        """Whether every record the arguments name is there and is this customer's, or nobody's."""
        for argument in self._spec.arguments:
            spec, id = self._spec.arguments[argument], self.arguments.get(argument)
            if spec.type != "record" or id is None:
                continue
            kind, record = kinds.get(spec.of), self.find(spec.of, str(id))
            if record is None or kind is None or (kind.customer and record.get(kind.customer) != customer):
                return False
        return bool(customer)

    def _named(self) -> Sequence[tuple[str, str]]:
        """(kind, id) of the first record of each kind that the arguments name."""
        return [
            (argument.of, str(self.arguments[name]))
            for name, argument in self._spec.arguments.items()
            if argument.type == "record" and isinstance(self.arguments.get(name), str)
        ]


def declared(
    spec: ActionSpec, known: KnownRecords, compile: Compile
) -> tuple[dict[str, bool | int | str], tuple[str, ...]]:
    """The facts by name, and what could not be found out, in words. A fact that is missing allows nobody anything."""
    facts: dict[str, bool | int | str] = {}
    unknown = []
    for name, fact in spec.facts.items():
        try:
            facts[name] = known.values[name] = _typed(fact, known.work_out(compile(fact.value)))
        except UnknownFact as trouble:
            unknown.append(f"It could not be found out {_clause(fact.says)}: {trouble}")
    return facts, tuple(unknown)


def narrowing(fact: FactSpec, compile: Compile) -> bool:
    """Whether it rests on what was said, or a classifier has a say: it may forbid, and no permit may rest on it."""
    return fact.narrows or not compile(fact.value).names.isdisjoint(FUNCTIONS)


def _typed(fact: FactSpec, value: object) -> bool | int | str:
    if fact.type == "bool" and isinstance(value, bool):
        return value
    if fact.type in ("long", "money") and isinstance(value, int) and not isinstance(value, bool):
        return value
    if fact.type == "text" and isinstance(value, str):
        return value
    raise UnknownFact(f"the formula gives {value!r}, which is no {fact.type}")


def _clause(says: str) -> str:
    return f"whether {says[:1].lower()}{says[1:]}"


def _day(text: str) -> date:
    """Raises ValueError."""
    return date.fromisoformat(text[:10])


def weekday(day: str) -> str:
    """The day of the week: "monday". Raises ValueError."""
    return WEEKDAYS[_day(day).weekday()]


def total(numbers: Sequence[int | float]) -> int | float:
    """Their sum: CEL has none."""
    return sum(numbers)


def distinct(values: Sequence[object]) -> list[object]:
    """Each once, in order."""
    found: list[object] = []
    found.extend(value for value in values if value not in found)
    return found


def listed(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return list(words(text))


def flatten(values: Sequence[object]) -> list[object]:
    """Lists among the values replaced by what they hold, one level deep."""
    return [part for value in values for part in (value if isinstance(value, (list, tuple)) else [value])]


def compact(text: str) -> str:
    """Letters and figures alone, in small letters, so that "256 GB" and "256GB" are the same."""
    return "".join(character for character in text.casefold() if character.isalnum())


_PLAIN: Mapping[str, Callable[..., object]] = {
    "total": total,
    "distinct": distinct,
    "words": listed,
    "flatten": flatten,
    "compact": compact,
}
CALLABLE = frozenset(("find", "theirs", "days_since", "days_until", "weekday", *_PLAIN, *FUNCTIONS))
"""What formulas may call besides CEL's own functions."""
