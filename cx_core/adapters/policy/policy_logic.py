"""Whether a rule can match at all, decided on its syntax.

It answers no only where that is certain: contradictory bounds of one number, one attribute equal to two texts,
`x && !x`, what is false for every value. Whatever it does not understand is a question whose answer is free.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import NamedTuple

from cedarpy import pst

LOWEST, HIGHEST = -(2**63), 2**63 - 1
_STEPS = 20_000
"""Steps of a search; beyond them it gives up: a condition that is too large counts as one that can be true."""


class Limit(NamedTuple):
    """What is demanded of one term: a number within bounds, one of these values, none of those."""

    term: object
    low: int = LOWEST
    high: int = HIGHEST
    only: frozenset[object] | None = None
    never: frozenset[object] = frozenset()

    def both(self, other: Limit) -> Limit:
        only = self.only if other.only is None else other.only if self.only is None else self.only & other.only
        return Limit(self.term, max(self.low, other.low), min(self.high, other.high), only, self.never | other.never)

    def empty(self) -> bool:
        """Whether no value at all is left."""
        if self.only is not None:
            return not any(self._within(value) for value in self.only - self.never)
        if self.high - self.low < len(self.never):
            return not any(value not in self.never for value in range(self.low, self.high + 1))
        return self.low > self.high

    def _within(self, value: object) -> bool:
        return not isinstance(value, int) or isinstance(value, bool) or self.low <= value <= self.high


class All(NamedTuple):
    parts: tuple[Formula, ...]


class Either(NamedTuple):
    parts: tuple[Formula, ...]


Formula = bool | Limit | All | Either


class Setting(NamedTuple):
    """One kind of request: who asks for which action, and which attributes there are then."""

    principal: str
    action: str
    groups: frozenset[str]
    has: Mapping[str, frozenset[str]]
    """Names of attributes by variable."""
    domains: Mapping[object, frozenset[object]]
    """The values that a term can have at all, where they are known."""


def possible(formulas: Sequence[Formula], setting: Setting) -> bool:
    """Whether all of them can be true together; True also where that would take too long to say."""
    known = {term: Limit(term, only=values) for term, values in setting.domains.items()}
    steps = [_STEPS]
    return _search(list(formulas), known, steps)


def _search(todo: list[Formula], known: Mapping[object, Limit], steps: list[int]) -> bool:
    limits, open_ = dict(known), []
    while todo:
        steps[0] -= 1
        part = todo.pop()
        if part is False:
            return False
        if isinstance(part, Limit):
            limit = limits[part.term].both(part) if part.term in limits else part
            if limit.empty():
                return False
            limits[part.term] = limit
        elif isinstance(part, All):
            todo.extend(part.parts)
        elif isinstance(part, Either):
            open_.append(part)
    if not open_ or steps[0] <= 0:
        return True
    open_.sort(key=lambda either: -len(either.parts))
    first = open_.pop()
    return any(_search([*open_, part], limits, steps) for part in first.parts)


def matches(policy: pst.Template, setting: Setting) -> Formula:
    """That the rule matches in this setting, which its scope lets in."""
    parts = [truth(clause.expr, isinstance(clause, pst.When), setting) for clause in policy.clauses]
    return All((*parts, *_named(policy, setting, True)))


def misses(policy: pst.Template, setting: Setting) -> Formula:
    """That the rule does not match in this setting."""
    parts = [truth(clause.expr, not isinstance(clause, pst.When), setting) for clause in policy.clauses]
    return Either((*parts, *_named(policy, setting, False)))


def _named(policy: pst.Template, setting: Setting, wanted: bool) -> list[Formula]:
    """What the scope says of who exactly is asking, and about whom."""
    found = []
    for var, constraint in ((pst.Var("principal"), policy.principal), (pst.Var("resource"), policy.resource)):
        entity = constraint.entity if isinstance(constraint, pst.ScopeEq | pst.ScopeIn | pst.ScopeIsIn) else None
        if isinstance(entity, pst.EntityUid):
            found.append(truth(pst.BinaryOp("eq", var, pst.EntityLit(entity)), wanted, setting))
    return found


def parts_of(node: object) -> Sequence[object]:
    """What a piece of a rule is made of."""
    if isinstance(node, tuple):
        return node
    if isinstance(node, Mapping):
        return tuple(node.values())
    if is_dataclass(node) and not isinstance(node, type):
        return [getattr(node, field.name) for field in fields(node)]
    return ()


def truth(expr: pst.Expr, wanted: bool, setting: Setting) -> Formula:
    """That this expression is true (or, if not wanted, false) in this setting."""
    match expr:
        case pst.BoolLit(value):
            return value == wanted
        case pst.UnaryOp("not", arg):
            return truth(arg, not wanted, setting)
        case pst.BinaryOp("and" | "or" as op, left, right):
            parts = (truth(left, wanted, setting), truth(right, wanted, setting))
            return All(parts) if (op == "and") == wanted else Either(parts)
        case pst.IfThenElse(cond, then, other):
            return Either(
                (
                    All((truth(cond, True, setting), truth(then, wanted, setting))),
                    All((truth(cond, False, setting), truth(other, wanted, setting))),
                )
            )
        case pst.BinaryOp(op, left, right) if op in _COMPARISONS:
            return _COMPARISONS[op](left, right, wanted, setting)
        case _:
            return _of_kind(expr, wanted, setting)


def _of_kind(expr: pst.Expr, wanted: bool, setting: Setting) -> Formula:
    """Questions about what something is or has."""
    match expr:
        case pst.Is(pst.Var("principal" | "resource" as name), kind, within):
            mine = setting.principal if name == "principal" else "Customer"
            if str(kind) != mine or within is None:
                return (str(kind) == mine) == wanted
            return _in(pst.Var(name), within, wanted, setting)
        case pst.HasAttr(pst.Var(name), (attr,)) if name in setting.has:
            return (attr in setting.has[name]) == wanted
        case pst.Like(pst.StringLit(text), pattern):
            return _fits(text, pattern) == wanted
        case pst.Like(base, pattern) if all(isinstance(one, pst.Char) for one in pattern):
            text = "".join(one.value for one in pattern if isinstance(one, pst.Char))
            return _equal(base, pst.StringLit(text), wanted, setting)
        case _:
            return _free(expr, wanted)


def _fits(text: str, pattern: Sequence[pst.PatternElem]) -> bool:
    wanted = "".join(re.escape(one.value) if isinstance(one, pst.Char) else ".*" for one in pattern)
    return re.fullmatch(wanted, text, re.DOTALL) is not None


def _free(expr: object, wanted: bool) -> Limit:
    return Limit(expr, only=frozenset({wanted}))


def _equal(left: pst.Expr, right: pst.Expr, wanted: bool, setting: Setting) -> Formula:
    one, two = _value(left, setting), _value(right, setting)
    if one is not None and two is not None:
        return (one == two) == wanted
    if left == right:
        return wanted
    if one is None and two is None:
        signs = {0} if wanted else {-1, 1}
        return _compared(left, right, signs)
    term, value = (right, one) if one is not None else (left, two)
    if isinstance(value, bool):
        return truth(term, value == wanted, setting)
    if isinstance(term, pst.Var) and not str(value).startswith(f"{_kind(term, setting)}::"):
        return not wanted
    if isinstance(value, int):
        term, more = _apart(term, setting)
        value -= more
    values = frozenset({value})
    return Limit(term, only=values) if wanted else Limit(term, never=values)


def _less(left: pst.Expr, right: pst.Expr, wanted: bool, setting: Setting) -> Formula:
    one, two = _value(left, setting), _value(right, setting)
    if isinstance(one, int) and isinstance(two, int):
        return (one < two) == wanted
    if left == right:
        return not wanted
    if isinstance(two, int):
        left, more = _apart(left, setting)
        return Limit(left, high=two - more - 1) if wanted else Limit(left, low=two - more)
    if isinstance(one, int):
        right, more = _apart(right, setting)
        return Limit(right, low=one - more + 1) if wanted else Limit(right, high=one - more)
    return _compared(left, right, {-1} if wanted else {0, 1})


def _apart(term: pst.Expr, setting: Setting) -> tuple[pst.Expr, int]:
    """A sum as what depends and the number added to it. One that overflows matches nothing and lets nobody act."""
    match term:
        case pst.BinaryOp("add" | "sub" as op, left, right) if isinstance(more := _value(right, setting), int):
            rest, before = _apart(left, setting)
            return rest, before + (more if op == "add" else -more)
        case pst.BinaryOp("add", left, right) if isinstance(more := _value(left, setting), int):
            rest, before = _apart(right, setting)
            return rest, before + more
        case _:
            return term, 0


def _compared(left: pst.Expr, right: pst.Expr, signs: set[int]) -> Limit:
    """How two terms stand to each other: -1 is below, 0 equal, 1 above. One name for both ways of asking."""
    if repr(left) > repr(right):
        return Limit((right, left), only=frozenset(-sign for sign in signs))
    return Limit((left, right), only=frozenset(signs))


def _in(left: pst.Expr, right: pst.Expr, wanted: bool, setting: Setting) -> Formula:
    """Nobody and nothing has parents here but actions, which have groups."""
    if isinstance(right, pst.Set):
        parts = tuple(_in(left, one, wanted, setting) for one in right.elements)
        return Either(parts) if wanted else All(parts)
    if isinstance(left, pst.Var) and left.name == "action" and isinstance(right, pst.EntityLit):
        return (right.value.id in {setting.action, *setting.groups}) == wanted
    if isinstance(left, pst.Var) and isinstance(right, pst.EntityLit):
        return _equal(left, right, wanted, setting)
    return _free(pst.BinaryOp("in", left, right), wanted)


def _contains(left: pst.Expr, right: pst.Expr, wanted: bool, setting: Setting) -> Formula:
    if isinstance(left, pst.Set):
        parts = tuple(_equal(right, one, wanted, setting) for one in left.elements)
        return Either(parts) if wanted else All(parts)
    return _free(pst.BinaryOp("contains", left, right), wanted)


_COMPARISONS: Mapping[str, Callable[[pst.Expr, pst.Expr, bool, Setting], Formula]] = {
    "eq": _equal,
    "not_eq": lambda left, right, wanted, setting: _equal(left, right, not wanted, setting),
    "less": _less,
    "greater": lambda left, right, wanted, setting: _less(right, left, wanted, setting),
    "less_eq": lambda left, right, wanted, setting: _less(right, left, not wanted, setting),
    "greater_eq": lambda left, right, wanted, setting: _less(left, right, not wanted, setting),
    "in": _in,
    "contains": _contains,
}


def _value(expr: pst.Expr, setting: Setting) -> bool | int | str | None:
    """What it is, where that is already written there; None: it depends. Entities are their text."""
    match expr:
        case pst.BoolLit(value) | pst.LongLit(value) | pst.StringLit(value):
            return value
        case pst.EntityLit(uid):
            return str(uid)
        case pst.Var("action"):
            return f'Action::"{setting.action}"'
        case pst.UnaryOp("neg", arg):
            return _number(0, "sub", _value(arg, setting))
        case pst.BinaryOp("add" | "sub" | "mul" as op, left, right):
            return _number(_value(left, setting), op, _value(right, setting))
        case _:
            return None


def _number(left: object, op: str, right: object) -> int | None:
    if not isinstance(left, int) or not isinstance(right, int):
        return None
    result = left + right if op == "add" else left - right if op == "sub" else left * right
    return result if LOWEST <= result <= HIGHEST else None


def _kind(var: pst.Var, setting: Setting) -> str:
    return {"principal": setting.principal, "resource": "Customer"}.get(var.name, "Action")
