"""Questions to the guard, of values that its rules tell apart: those of a new rule are tried too."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import yaml
from hypothesis import strategies as st

from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.policy_unknowns import unknown_value
from cx_core.catalogue import ActionSpec
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, MONEY, SUMS, Facts
from cx_core.records import Role
from cx_core.settings import ROOT
from tests.policies import shipped

Value = bool | int | str

ASKERS: tuple[Role | None, ...] = (None, *Role)
SPECS: Mapping[str, ActionSpec] = {spec.name: spec for spec in shipped.writes()}
FACTS = (*COPILOT, *CUSTOMER, *COMMON, *MONEY)
"""All that the guard finds out about any act; an action's own facts have no value where they are not found out."""

_AMOUNT = shipped.BEST.amount or 0
_COMPANY = yaml.safe_load((ROOT / "knowledge" / "company.yaml").read_text("utf-8"))
_FURTHER: Mapping[str, tuple[Value, ...]] = {
    "level": (0, 1, 2, 3, 4),
    "ceiling": (0, 1, 2, 3, 4),
    "identity": (0, 1, 2),
    "tier": ("standard", "plus", "vip"),
    "channel": ("email", "chat", "web"),
    "risk": ("low", "medium", "high"),
    "sentiment": ("negative", "neutral", "positive"),
    "urgency": ("low", "normal", "high"),
    "grave": ("", *_COMPANY["grave"]),
}
"""Beside what the rules name, what these can be at all."""


@cache
def values(name: str) -> tuple[Value, ...]:
    """Of one fact every value that a rule tells from others, and one that none names; first what nobody found out."""
    unknown = unknown_value(name)
    if isinstance(unknown, bool):
        return unknown, not unknown
    named = dict.fromkeys((unknown, *_FURTHER.get(name, ()), *_named(name, type(unknown))))
    return (*named, "named by no rule") if isinstance(unknown, str) else tuple(named)


@cache
def own_values(name: str, kind: type) -> tuple[Value, ...]:
    """The same of a fact that an action declares."""
    if kind is bool:
        return False, True
    named = dict.fromkeys((*_named(name, kind), *((0, 1, 5000) if kind is int else ("", "named by no rule"))))
    return tuple(named)


def _named(name: str, kind: type) -> Iterator[Value]:
    """What the rules that ask for this fact compare with; of a number the next ones too, of a sum what it leaves."""
    for rule in shipped.engine().contents:
        for value in rule.compares if name in rule.asks else ():
            if type(value) is kind:
                yield value
            if type(value) is kind is int:
                yield from (value - 1, value + 1)
                if name in SUMS and value > _AMOUNT:
                    yield from (value - _AMOUNT, value - _AMOUNT + 1)


def changed(action: str, facts: Facts, changes: Mapping[str, Value]) -> Facts:
    """The same question with other values for facts of any kind."""
    own = {name: value for name, value in changes.items() if name in SPECS[action].facts}
    rest = {name: value for name, value in changes.items() if name not in own}
    return facts.replace(**rest, declared={**facts.declared, **own})


def facts_of(action: str) -> tuple[str, ...]:
    """Names of all that is found out about this action, its own facts left out; only money out has sums."""
    spec = SPECS[action]
    return tuple(name for name in FACTS if name not in spec.facts and (spec.money or name not in MONEY))


class Question(NamedTuple):
    """Who asks for what, and all that is found out about it."""

    action: str
    role: Role | None
    facts: Facts


def _question(seed: int) -> Question:
    """The best of circumstances but for some facts: few enough that it may be allowed."""
    chance = random.Random(seed)
    action = chance.choice(sorted(SPECS))
    facts = shipped.facts(action)
    kinds: dict[str, type] = {name: type(value) for name, value in facts.declared.items()}
    names = chance.choices([*facts_of(action), *kinds], k=chance.randrange(8))
    chosen = {name: chance.choice(own_values(name, kinds[name]) if name in kinds else values(name)) for name in names}
    return Question(action, chance.choice(ASKERS), changed(action, facts, chosen))


questions = st.integers(0, 2**40).map(_question)
"""By one number each: drawn value by value, a question costs more than its answer."""


def missing(names: Iterable[str]) -> dict[str, Value]:
    """What these facts are where nobody found them out."""
    return {name: unknown_value(name) for name in names}


def looser(action: str, role: Role | None, facts: Facts, engine: CedarEngine | None = None) -> list[str]:
    """Each fact that this asker needs not have found out for what another value of it denies them."""
    found = []
    for name in facts_of(action):
        if allowed(action, role, changed(action, facts, missing([name])), engine):
            denied = (
                value
                for value in values(name)
                if not allowed(action, role, changed(action, facts, {name: value}), engine)
            )
            found += [f"{action}: {name} is {value!r}" for value in denied]
    return found


def allowed(action: str, role: Role | None, facts: Facts, engine: CedarEngine | None = None) -> bool:
    return guard.decide(role, shipped.step(action), facts, engine or shipped.engine()).allowed
