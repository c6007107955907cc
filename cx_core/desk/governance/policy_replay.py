"""Rulings on file, put to two sets of rules: what the other set would answer differently, in money too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.guard import rule
from cx_core.decide.policy.kept_facts import asked_of, facts_again
from cx_core.decide.policy.policy_facts import Facts
from cx_core.decide.policy.reply_step import spec_of
from cx_core.ports import PolicyEngine, Store
from cx_core.ports.policies import PolicyReading
from cx_core.records import ActionName, Money, Ruling, Step
from cx_core.views.policy_views import DAYS, Moved, Replayed, RuledStep

MOST = 2_000
"""Proposals that are asked again, newest first."""


def replayed(
    store: Store,
    now: datetime,
    before: PolicyReading,
    after: PolicyReading,
    currency: str,
    actions: Mapping[ActionName, ActionSpec],
) -> Replayed:
    """Each ticket's newest rulings of the last days, asked again of both."""
    rules = (*before.contents, *after.contents)
    same, lost, more, less = 0, 0, 0, 0
    moved: list[Moved] = []
    for one in _newest(store.ruled(now - timedelta(days=DAYS), MOST)):
        spec = spec_of(actions, ActionName(one.action))
        facts = facts_again(one.ruling.facts, asked_of(rules, one.action), spec)
        if facts is None:
            lost += 1
            continue
        was, will = _answer(one, facts, before), _answer(one, facts, after)
        if was == will:
            same += 1
            continue
        paid = facts.amount or 0
        more += paid if will == "allow" else 0
        less += paid if was == "allow" else 0
        amount = None if facts.amount is None else Money(minor=facts.amount, currency=facts.currency)
        moved.append(Moved(ticket=one.ticket, step=one.step, action=one.action, before=was, after=will, amount=amount))
    return Replayed(
        same=same,
        lost=lost,
        moved=tuple(moved),
        more=Money(minor=more, currency=currency),
        less=Money(minor=less, currency=currency),
    )


def _newest(ruled: tuple[RuledStep, ...]) -> Iterator[RuledStep]:
    """Of each ticket only what was ruled last: one matter is one payment, however often it was planned anew."""
    versions: dict[str, int] = {}
    for one in ruled:
        if versions.setdefault(one.ticket, one.version) == one.version:
            yield one


def _answer(one: RuledStep, facts: Facts, engine: PolicyEngine) -> str:
    step = Step(id=one.step, goal=0, action=ActionName(one.action))
    ruling: Ruling = rule(step, facts, engine)
    return ruling.ask.value if ruling.ask else ruling.answer
