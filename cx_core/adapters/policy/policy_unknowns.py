"""Rules under which a fact that nobody found out would allow what one of its values denies.

Such a fact has the value that `Facts` gives it by default, and the rules must take that for the worst: nothing that is
allowed with it may be denied with any other value. Asked of one fact at a time, with all others free; so it holds for
several at once too. All rules of a request are asked together: that an amount which cannot be read comes out of the
bounds on large ones is right where another rule refuses it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import NamedTuple, TypeVar

from cedarpy import pst

from cx_core.adapters.policy.policy_logic import Either, Setting, matches, misses, parts_of, possible
from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, MONEY, UNKNOWN_AMOUNT, Facts

Literal = pst.BoolLit | pst.LongLit | pst.StringLit
Node = TypeVar("Node")

_HOLDERS: Mapping[pst.VarName, Sequence[str]] = {
    "principal": COPILOT,
    "resource": CUSTOMER,
    "context": (*COMMON, *MONEY),
}


class Sighted(NamedTuple):
    """A rule as it is, and by fact that it asks for as it is where nobody found out that fact."""

    place: str
    seen: pst.Template
    unseen: Mapping[pst.GetAttr, pst.Template]

    def without(self, fact: pst.GetAttr) -> pst.Template:
        return self.unseen.get(fact, self.seen)


def sighted(place: str, policy: pst.Template) -> Sighted:
    unknown = {fact: _literal(unknown_value(fact.attr)) for fact in set(_facts(policy))}
    return Sighted(place, policy, {fact: _put(policy, fact, value) for fact, value in unknown.items()})


def unknown_value(name: str) -> bool | int | str:
    """What a fact is while nobody found it out; an amount that cannot be read is less than nothing."""
    value = UNKNOWN_AMOUNT if name == "amount" else Facts.model_fields[name].default
    if not isinstance(value, bool | int | str):
        raise TypeError(f"the fact {name} has no value for what nobody found out")
    return value


def widened(rules: Sequence[Sighted], setting: Setting, own: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """(place, fact, what is wrong) of each rule that counts on a fact being known.

    The rules are those whose scope lets in the requests of the setting; `own` are facts that its action declares.
    """
    for var, names in _HOLDERS.items():
        for name in names:
            fact = pst.GetAttr(pst.Var(var), name)
            if name in setting.has.get(var, ()) and name not in own:
                suspects = [
                    rule for rule in rules if fact in rule.unseen and _looser(rule.seen, rule.unseen[fact], setting)
                ]
                if suspects:
                    yield from _of_fact(fact, suspects, rules, setting)


def _of_fact(
    fact: pst.GetAttr, suspects: Sequence[Sighted], rules: Sequence[Sighted], setting: Setting
) -> Iterator[tuple[str, str, str]]:
    """Of rules that are easier on what nobody found out, those that all rules together do not make up for."""
    permits = [rule for rule in rules if rule.seen.effect == "permit"]
    allowed = [misses(rule.without(fact), setting) for rule in rules if rule.seen.effect == "forbid"]
    allowed.append(Either(tuple(matches(rule.without(fact), setting) for rule in permits)))
    not_permitted = [misses(rule.seen, setting) for rule in permits]
    for rule in suspects:
        if rule.seen.effect == "forbid":
            denied = [matches(rule.seen, setting)]
        else:
            denied = [*not_permitted, matches(rule.unseen[fact], setting)]
        if possible([*denied, *allowed], setting):
            yield rule.place, fact.attr, _told(rule, fact, setting)


def _looser(seen: pst.Template, unseen: pst.Template, setting: Setting) -> bool:
    """Whether the rule by itself may be easier where nobody found out the fact than where it is seen."""
    if seen.effect == "permit":
        seen, unseen = unseen, seen
    return possible([matches(seen, setting), misses(unseen, setting)], setting)


def _told(rule: Sighted, fact: pst.GetAttr, setting: Setting) -> str:
    """In words, with a value that shows it where the rule names one."""
    unknown = _literal(unknown_value(fact.attr))
    named = dict.fromkeys(_literals(rule.seen.clauses, type(unknown)))
    shown = (value for value in named if _looser(_put(rule.seen, fact, value), rule.unseen[fact], setting))
    value = next((f" {_worded(value)}" for value in shown), " some value")
    about = f"{fact.base.name}.{fact.attr}" if isinstance(fact.base, pst.Var) else fact.attr
    nobody = f"nobody found it out (then it is {_worded(unknown)})"
    if rule.seen.effect == "permit":
        return f"permits where {nobody}, but not where {about} is{value}: what nobody found out must allow nothing"
    return f"forbids where {about} is{value}, but not where {nobody}: what nobody found out must allow nothing"


def _facts(node: object) -> Iterator[pst.GetAttr]:
    """What is asked below a node that somebody may not have found out."""
    if (
        isinstance(node, pst.GetAttr)
        and isinstance(node.base, pst.Var)
        and node.attr in _HOLDERS.get(node.base.name, ())
    ):
        yield node
    for part in parts_of(node):
        yield from _facts(part)


def _put(node: Node, fact: pst.GetAttr, value: pst.Expr) -> Node:
    """The same with this value wherever the fact is asked for."""
    put: object = node
    if node == fact:
        put = value
    elif isinstance(node, tuple):
        put = tuple(_put(part, fact, value) for part in node)
    elif isinstance(node, Mapping):
        put = pst.FrozenMap({key: _put(part, fact, value) for key, part in node.items()})
    elif is_dataclass(node) and not isinstance(node, type):
        put = replace(node, **{field.name: _put(getattr(node, field.name), fact, value) for field in fields(node)})
    return put  # type: ignore[return-value]  # an expression for an expression, all else as it was


def _literals(node: object, kind: type[Literal]) -> Iterator[Literal]:
    """Values of this kind that stand anywhere below a node."""
    if isinstance(node, kind):
        yield node
    for part in parts_of(node):
        yield from _literals(part, kind)


def _literal(value: bool | int | str) -> Literal:
    if isinstance(value, bool):
        return pst.BoolLit(value)
    return pst.LongLit(value) if isinstance(value, int) else pst.StringLit(value)


def _worded(literal: Literal) -> str:
    value = literal.value
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
