"""What one kind of question needs of the rules, and no more, so that a ruling costs what its own rules cost.

A slice holds the rules whose scope lets in one kind of asker with one action. It answers only questions that have
exactly the attributes the schema says, each of its type; every other question goes to Cedar with the schema, which
refuses it in words. Of a question it passes on what its rules ask about: nothing else can change the answer, and
two questions that differ in nothing else have the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import Any

import cedarpy
from cedarpy import pst

from cx_core.adapters.policy.policy_logic import HIGHEST, LOWEST

Answer = tuple[bool, tuple[str, ...], tuple[str, ...]]
Asker = tuple[str, str, Mapping[str, object]]
"""Kind, id and attributes of who asks, or of whom it is about."""
Shape = Mapping[str, type]
"""Names of attributes with their types."""

_REMEMBERED = 1024
_ANYBODY = ("any", "any")


class Slice:
    """The rules of one kind of asker and one action."""

    def __init__(
        self,
        principal: str,
        action: str,
        groups: Sequence[str],
        shapes: tuple[Shape, Shape, Shape],
        rules: Iterable[pst.Template],
    ) -> None:
        """`shapes`: of the asker, of the customer and of the circumstances."""
        mine = tuple(rules)
        used = {one for rule in mine for one in _used(rule)}
        self._principal, self._action = principal, action
        self._shapes = tuple(_Shape(shape) for shape in shapes)
        self._asks = tuple(
            tuple(name for name in shape if (var, name) in used)
            for var, shape in zip(("principal", "resource", "context"), shapes, strict=True)
        )
        self._asked = tuple(map(_many, self._asks))
        self._by_id = ("principal", "") in used or ("resource", "") in used
        self._whole = ("context", "") in used
        self._groups = [{"type": "Action", "id": group} for group in groups]
        self._rules = cedarpy.PolicySet.from_pst(
            pst.PolicySet(pst.FrozenMap(), pst.FrozenMap({rule.id: _unscoped(rule) for rule in mine}), ())
        )
        self._answered = lru_cache(maxsize=_REMEMBERED)(self._answer)
        self._entities = lru_cache(maxsize=_REMEMBERED)(self._parsed)

    def fits(self, principal: Asker, resource: Asker, context: Mapping[str, object]) -> bool:
        """Whether a question has exactly what the schema says."""
        given = (principal[2], resource[2], context)
        return (
            not self._whole
            and resource[0] == "Customer"
            and all(shape.fits(values) for values, shape in zip(given, self._shapes, strict=True))
        )

    def ask(self, principal: Asker, resource: Asker, context: Mapping[str, object]) -> Answer:
        who, whom, what = self._asked
        ids = (principal[1], resource[1]) if self._by_id else _ANYBODY
        return self._answered(ids, who(principal[2]), whom(resource[2]), what(context))

    def forget(self) -> None:
        """No answer is remembered any more."""
        self._answered.cache_clear()

    def _answer(
        self, ids: tuple[str, str], who: tuple[object, ...], whom: tuple[object, ...], what: tuple[object, ...]
    ) -> Answer:
        request = {
            "principal": {"type": self._principal, "id": ids[0]},
            "action": {"type": "Action", "id": self._action},
            "resource": {"type": "Customer", "id": ids[1]},
            "context": json.dumps(dict(zip(self._asks[2], what, strict=True))),
        }
        return answer_of(cedarpy.is_authorized(request, self._rules, self._entities(ids, who, whom)))

    def _parsed(self, ids: tuple[str, str], who: tuple[object, ...], whom: tuple[object, ...]) -> cedarpy.Entities:
        asker = entity(self._principal, ids[0], dict(zip(self._asks[0], who, strict=True)))
        customer = entity("Customer", ids[1], dict(zip(self._asks[1], whom, strict=True)))
        action = entity("Action", self._action, {}) | {"parents": self._groups}
        return cedarpy.Entities.from_json_str(json.dumps([asker, customer, action]))


def entity(kind: str, id: str, attributes: Mapping[str, object]) -> dict[str, object]:
    return {"uid": {"type": kind, "id": id}, "attrs": attributes, "parents": []}


def answer_of(result: cedarpy.AuthzResult) -> Answer:
    """A rule that fails while it is evaluated is skipped by Cedar; were it a forbid, that would widen."""
    diagnostics = result.diagnostics
    ids = tuple(sorted(diagnostics.id_annotations_by_reason.values(), key=lambda id: (len(id), id)))
    errors = tuple(str(error) for error in diagnostics.errors)
    return result.allowed and not errors, ids, errors


class _Shape:
    """Attributes and their types, asked of values in few steps: every question of every ruling passes here."""

    def __init__(self, shape: Shape) -> None:
        self._size = len(shape)
        self._types = list(shape.values())
        self._values = _many(shape)
        self._whole_numbers = _many(name for name, kind in shape.items() if kind is int)

    def fits(self, values: Mapping[str, object]) -> bool:
        """Whether there are exactly these attributes, each of its type, and no whole number is too large for Cedar."""
        if len(values) != self._size:
            return False
        try:
            if list(map(type, self._values(values))) != self._types:
                return False
        except KeyError:
            return False
        return all(LOWEST <= number <= HIGHEST for number in self._whole_numbers(values))


def _many(names: Iterable[str]) -> Callable[[Mapping[str, object]], tuple[Any, ...]]:
    """itemgetter, but always of a tuple."""
    wanted = tuple(names)
    if len(wanted) > 1:
        return itemgetter(*wanted)
    return lambda values: tuple([values[name] for name in wanted])


def _unscoped(rule: pst.Template) -> pst.Template:
    """Without what the slice was chosen by: it holds for every question the slice is asked."""
    principal = pst.ScopeAny() if isinstance(rule.principal, pst.ScopeIs) else rule.principal
    resource = pst.ScopeAny() if isinstance(rule.resource, pst.ScopeIs) else rule.resource
    return replace(rule, principal=principal, action=pst.ScopeAny(), resource=resource)


def _used(rule: pst.Template) -> Iterator[tuple[str, str]]:
    """(variable, attribute) of all that can change whether a rule matches; the attribute is empty for all of it."""
    for var, scope in (("principal", rule.principal), ("resource", rule.resource)):
        if not isinstance(scope, pst.ScopeAny | pst.ScopeIs):
            yield var, ""
    yield from _asked(rule.clauses)


def _asked(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, pst.Var):
        yield node.name, ""
    elif isinstance(node, pst.GetAttr) and isinstance(node.base, pst.Var):
        yield node.base.name, node.attr
    elif isinstance(node, pst.HasAttr) and isinstance(node.base, pst.Var):
        yield node.base.name, node.attrs[0]
    elif isinstance(node, pst.Is) and isinstance(node.base, pst.Var) and node.in_expr is None:
        return
    elif isinstance(node, tuple):
        for part in node:
            yield from _asked(part)
    elif isinstance(node, Mapping):
        yield from _asked(tuple(node.values()))
    elif is_dataclass(node) and not isinstance(node, type):
        yield from _asked(tuple(getattr(node, field.name) for field in fields(node)))
