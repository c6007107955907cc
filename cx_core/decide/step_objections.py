"""What of a step goes against the customer's own choice: another record, item, day, address or way of paying.

Words not answered yet count, where the customer named something else and not what the step uses, or took back what they
named before. Where they name nothing but only answer what was put to them, what that was about counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from cx_core.catalogue import ActionSpec, ArgumentSpec, RecordSpec
from cx_core.decide.choosing import Candidate, Words
from cx_core.decide.origins import plain
from cx_core.decide.policy import conversation_facts
from cx_core.decide.situation import label
from cx_core.llm.prompt_context import records_of
from cx_core.records import (
    ActionName,
    Argument,
    BusinessRecord,
    Entity,
    EntityKind,
    Evidence,
    Message,
    Money,
    Step,
    Triage,
)
from cx_core.text.agreeing import asks, lines
from cx_core.text.record_numbers import numbers
from cx_core.text.wording import say

_READ_AS: Mapping[str, EntityKind] = {
    "date": "date",
    "email": "email",
    "phone": "phone",
    "money": "amount",
    "text": "address",
}
_WANT = ("want", "need", "like", "take", "give")
_SHORT = 3
_MONTH = 7
"""Characters of 2026-11, a month."""


class Reason(NamedTuple):
    """What speaks against an argument, as a sentence. `taken_back`: they named it first and then another."""

    text: str
    taken_back: bool = False


class Against:
    """One step beside what the customer said about its goal."""

    def __init__(
        self,
        step: Step,
        said: Sequence[Message],
        triage: Triage,
        evidence: Evidence,
        actions: Mapping[ActionName, ActionSpec],
        kinds: Mapping[str, RecordSpec],
        before: Sequence[Message] = (),
        beside: Collection[str] = (),
    ) -> None:
        """`before` are the messages up to those, ours among them; of several goals nobody knows whose they were.
        `beside` is what other steps use: words for that are of those."""
        self._beside = frozenset(beside)
        self._texts = " ".join(message.text for message in said).casefold()
        self._before = before if len(triage.goals) == 1 else ()
        mine = [message for message in said if message.sender == "customer"]
        self._mine, ids = mine, {message.id for message in mine}
        own = triage.goals[step.goal].quote
        others = [goal.quote for goal in triage.goals if goal.quote and (not own or own not in goal.quote)]
        self._words = Words(mine, others if len(triage.goals) > 1 else ())
        self._all, self._own = Words(mine), Words(mine, only=own)
        self._entities = [entity for entity in triage.entities if entity.message in ids]
        self._records = records_of(evidence)
        self._step, self._spec = step, actions[step.action]
        self._actions, self._kinds = actions, kinds
        said_of_it = " ".join((self._spec.title, *self._spec.called))
        self._turns = tuple(word for word in conversation_facts.words(said_of_it) if len(word) > _SHORT)

    def reason(self, argument: Argument, spec: ArgumentSpec) -> Reason | None:
        """None if nothing speaks against it."""
        value, source = argument.value, argument.source
        why: Reason | None = None
        if spec.type == "record":
            why = self._compared(str(value), self._of_kind(spec), (*self._turns, *spec.of.split("_")))
        elif isinstance(value, tuple):
            why = self._unnamed(value)
        elif spec.one_of and source.kind != "derived":
            options = [Candidate(value=one, called=f"“{one}”", exact=(one,)) for one in spec.one_of]
            why = self._compared(str(value), options)
        elif source.kind == "words" and spec.type in _READ_AS:
            why = self._compared(plain(value), self._values(_READ_AS[spec.type]), wished=True)
        if why is None and argument.name == self._spec.money.partition(".")[0]:
            why = self._compared(self._spec.name, self._means(), _WANT)
        return why

    def _compared(
        self, value: str, candidates: Sequence[Candidate], turns: Sequence[str] = (), *, wished: bool = False
    ) -> Reason | None:
        """`wished`: several may be wished for, so it counts only where the customer took this one back."""
        called = {one.value: one.called for one in candidates}
        if len(called) < 2 or value not in called:
            return None
        turns = turns or self._turns
        meant = self._words.meant(candidates, turns)
        if not meant.ever and not wished:
            return self._left_standing(value, called, candidates, turns)
        if not meant.strong or value in meant.named or (value not in meant.ever and wished):
            return None
        written = {one.value for one in candidates if any(each.casefold() in self._texts for each in one.exact)}
        if meant.strong & self._beside - written:
            return None
        if value not in meant.ever and self._for_another(value, meant.strong, candidates, turns):
            return None
        wanted = " or ".join(called[one] for one in called if one in meant.strong)
        return Reason(f"The customer speaks of {wanted}, not of {called[value]}.", taken_back=value in meant.ever)

    def _left_standing(
        self, value: str, called: Mapping[str, str], candidates: Sequence[Candidate], turns: Sequence[str]
    ) -> Reason | None:
        """What was put to the customer and only answered, or what they had asked for then: not what the step uses."""
        if any(
            conversation_facts.mentions(conversation_facts.words(message.text), lines("more")) for message in self._mine
        ):
            return None
        for said in self._answered():
            meant = Words(said).meant(candidates, turns)
            if value in meant.ever:
                return None
            if meant.strong:
                wanted = " or ".join(called[one] for one in called if one in meant.strong)
                return Reason(f"It was about {wanted} that the customer answered, not about {called[value]}.")
        return None

    def _answered(self) -> Iterator[Sequence[Message]]:
        """What we asked and what they had said before that, last first, back to where we asked for nothing."""
        blocks = [tuple(block) for _, block in groupby(self._before, lambda message: message.sender == "customer")]
        while blocks and blocks[-1][0].sender != "customer":
            put = blocks.pop()
            if not asks(" ".join(message.text for message in put)):
                return
            yield put
            if blocks:
                yield blocks.pop()

    def _for_another(
        self, value: str, others: frozenset[str], candidates: Sequence[Candidate], turns: Sequence[str]
    ) -> bool:
        """Whether it is named in the words of another goal, and this goal's own words name none of the others."""
        own = self._own.meant(candidates, turns).ever
        return value in self._all.meant(candidates, turns).ever and not own & others

    def _of_kind(self, spec: ArgumentSpec) -> list[Candidate]:
        records = [record for record in self._records if record.kind == spec.of]
        return [self._candidate(record) for record in records]

    def _candidate(self, record: BusinessRecord) -> Candidate:
        fields = self._kinds[record.kind].called if record.kind in self._kinds else ()
        said = " ".join(str(record.fields.get(field) or "") for field in fields)
        shown = label(record)
        return Candidate(
            value=record.id,
            called=record.id if shown == record.id else f"{record.id} ({shown})",
            names=tuple(dict.fromkeys(conversation_facts.words(said))),
            exact=(record.id,),
            spoken=tuple(entity for entity in self._entities if _speaks_of(entity, record)),
        )

    def _values(self, kind: EntityKind) -> list[Candidate]:
        """What the customer named of a kind, once each."""
        found = dict.fromkeys(entity.value for entity in self._entities if entity.kind == kind)
        return [
            Candidate(
                value=value,
                called=self._written(kind, value),
                spoken=tuple(one for one in self._entities if one.kind == kind and one.value == value),
            )
            for value in found
        ]

    def _written(self, kind: EntityKind, value: str) -> str:
        entity = next(one for one in self._entities if one.kind == kind and one.value == value)
        return say(value) if kind == "date" else entity.text

    def _unnamed(self, value: tuple[str, ...]) -> Reason | None:
        """Items of a list that the customer did not name, though they named others of it."""
        lists = [held for record in self._records for held in record.fields.values() if isinstance(held, tuple)]
        whole = max((held for held in lists if set(value) <= set(held)), key=len, default=())
        items = [
            Candidate(value=item, called=item, names=conversation_facts.words(item), exact=(item,)) for item in whole
        ]
        if len({item.value for item in items}) < 2:
            return None
        meant = self._words.meant(items, self._turns)
        extra = [item for item in value if item not in meant.ever]
        if not meant.strong or not extra:
            return None
        return Reason(f"The customer speaks of {' and '.join(sorted(meant.strong))}, not of {extra[0]}.")

    def _means(self) -> list[Candidate]:
        """The ways in which money can go out, those that customers have words for."""
        ways = [action for action in self._actions.values() if action.kind == "write" and action.money]
        return [
            Candidate(value=action.name, called=f"“{action.title.lower()}”", exact=action.called)
            for action in ways
            if action.called
        ]


def _speaks_of(entity: Entity, record: BusinessRecord) -> bool:
    """Whether what the customer named is this record, its sum or its day; the day of what is nobody's is a wish."""
    values = record.fields.values()
    if entity.kind == "amount":
        return any(isinstance(held, Money) and plain(held) == entity.value for held in values)
    if entity.kind == "date":
        days = [held for name, held in record.fields.items() if name != "due" and isinstance(held, str)]
        return record.customer is not None and (
            entity.value in days or (len(entity.value) == _MONTH and _month(entity.value) in days)
        )
    return numbers(entity.kind, entity.value, record)


def _month(value: str) -> str:
    return f"{date.fromisoformat(value + '-01'):%B %Y}"
