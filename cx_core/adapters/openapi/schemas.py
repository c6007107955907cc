"""JSON schemas as flat lists of values: what an operation takes in its body, and what it answers.

Cycles end where they close, and a budget bounds the work, so that no file makes its reader slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cx_core.adapters.openapi.document import Json, pointer
from cx_core.adapters.openapi.references import References, Unresolved
from cx_core.errors import BadInput
from cx_core.records import ValueType, Wire

MOST_LEVELS = 6
MOST_LEAVES = 300
MOST_CHOICES = 60
MOST_VISITS = 250_000
MOST_VISITS_EACH = 6_000

_MONEY = re.compile(r"(^|_)(amount|price|total|fee|refund|cost|sum|balance)(_|$)")
_ID = re.compile(r"^(.+?)_?ids?$")
_WIRES: Mapping[str, Wire] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


class Unusable(BadInput):
    """An operation that cannot be used, with the place and the reason."""


class Leaf(NamedTuple):
    """A single value inside a schema."""

    at: str
    title: str
    wire: Wire
    proposed: ValueType
    of: str
    required: bool
    one_of: tuple[str, ...]


class VisitBudget:
    """How many schemas may still be visited, for a file and for an operation."""

    def __init__(self) -> None:
        self._all = MOST_VISITS
        self._each = 0

    def begin(self) -> None:
        self._each = MOST_VISITS_EACH

    def spend(self, where: str) -> None:
        self._all, self._each = self._all - 1, self._each - 1
        if self._all < 0:
            raise Unusable(f"{where}: the file is too large to be read whole; this operation was left out.")
        if self._each < 0:
            raise Unusable(f"{where}: the schemas of this operation branch into more than {MOST_VISITS_EACH} parts.")


_NESTED = ("object", "array")
_CALLED = ("name", "title", "product_name", "product_title", "description", "sku")
"""Names of what says which thing one of several is, best first."""
_ENVELOPE = frozenset(
    ("count", "cursor", "error", "has_more", "limit", "links", "message", "meta", "next", "object", "offset", "page",
     "pages", "per_page", "prev", "previous", "success", "total", "total_count", "url")
)  # fmt: skip
"""Names of what stands round a list of records: pages, counts, whether the call succeeded."""


class Schemas:
    """Flattens schemas of one document."""

    def __init__(self, references: References, budget: VisitBudget) -> None:
        self._references = references
        self._budget = budget

    def leaves(self, schema: Json, where: str, *, answer: bool = False) -> tuple[Leaf, ...]:
        """The values inside. What cannot be read is left out of an answer, and makes a body unusable."""
        found: list[Leaf] = []
        for leaf in self._walk(schema, where, "", required=True, passed=(), answer=answer):
            found.append(leaf)
            if len(found) >= MOST_LEAVES:
                break
        return tuple(found)

    def list_in(self, schema: Json, where: str, *, single: bool = False) -> tuple[str, Json]:
        """Where the list of records stands in an answer, and the schema of one; empty: the answer is one record.

        `single`: one record is asked for, so that a list beside fields of its own is a part of it.
        """
        schema = self.plain(schema, where)
        if not isinstance(schema, dict):
            return "", schema
        if _type(schema) == "array":
            return "", schema.get("items")
        properties = schema.get("properties")
        for name, one in properties.items() if isinstance(properties, dict) else ():
            try:
                inner = self.plain(one, where + pointer("properties", name))
            except Unresolved:
                continue
            if isinstance(inner, dict) and _type(inner) == "array":
                item = self.plain(inner.get("items"), where + pointer("properties", name, "items"))
                one_record = _has_own_id(properties) or (single and _has_own_fields(properties))
                if isinstance(item, dict) and _type(item) == "object" and not one_record:
                    return pointer(name), inner.get("items")
        return "", schema

    def plain(self, schema: Json, where: str) -> Json:
        return self._references.follow(schema, where)[0]

    def one(self, name: str, schema: Json, where: str, *, required: bool) -> Leaf:
        """A parameter's schema, which must be one value or a list of them."""
        schema, _ = self._references.follow(schema, where)
        leaf = self._leaf(name, schema if isinstance(schema, dict) else {}, name, required=required)
        if leaf is None:
            raise Unusable(f"{where}: the parameter {name!r} is an object, which cannot be sent.")
        return leaf

    def _walk(
        self, schema: Json, where: str, at: str, *, required: bool, passed: tuple[str, ...], answer: bool
    ) -> Iterator[Leaf]:
        self._budget.spend(where)
        try:
            schema, refs = self._references.follow(schema, where)
        except Unresolved:
            if answer:
                return
            raise
        if set(refs) & set(passed) or at.count("/") > MOST_LEVELS or not isinstance(schema, dict):
            if required and not answer and at:
                raise Unusable(f"{where}: {at} is required, and its schema leads back to itself or too deep.")
            return
        passed = (*passed, *refs)
        chosen = self._chosen(schema, where, passed)
        if _type(chosen) == "object":
            yield from self._properties(chosen, where, at, required=required, passed=passed, answer=answer)
            return
        leaf = self._leaf(at, chosen, at.rsplit("/", 1)[-1], required=required)
        if leaf is None and answer:
            leaf = self._things(at, chosen, where)
        if leaf is not None:
            yield leaf
        elif required and not answer and at:
            raise Unusable(f"{where}: {at} is required, and a list of objects cannot be sent.")

    def _things(self, at: str, schema: Mapping[str, Json], where: str) -> Leaf | None:
        """Of a list of objects what each is called: the names of an order's items."""
        try:
            one = self.plain(schema.get("items"), where + pointer("items"))
        except Unresolved:
            return None
        properties = one.get("properties") if isinstance(one, dict) else None
        described = properties if isinstance(properties, dict) else {}
        plain = [name for name, one in described.items() if isinstance(one, dict) and _type(one) not in _NESTED]
        name = next((name for name in _CALLED if name in plain), "")
        return Leaf(f"{at}/*{pointer(name)}", "", "array", "items", "", False, ()) if at and name else None

    def _properties(
        self, schema: Mapping[str, Json], where: str, at: str, *, required: bool, passed: tuple[str, ...], answer: bool
    ) -> Iterator[Leaf]:
        properties, needed = schema.get("properties"), schema.get("required")
        for name, one in properties.items() if isinstance(properties, dict) else ():
            must = required and isinstance(needed, list) and name in needed
            if isinstance(one, dict) and one.get("writeOnly" if answer else "readOnly") is True:
                continue
            place = where + pointer("properties", name)
            yield from self._walk(one, place, at + pointer(name), required=must, passed=passed, answer=answer)

    def _chosen(self, schema: dict[str, Json], where: str, passed: tuple[str, ...]) -> dict[str, Json]:
        """All parts of `allOf` together, or the first choice of `oneOf` and `anyOf` that is not null."""
        made = dict(schema)
        for part in _dicts(schema.get("allOf")):
            self._budget.spend(where)
            inner, refs = self._references.follow(part, where)
            if isinstance(inner, dict) and not set(refs) & set(passed):
                _join(made, self._chosen(inner, where, (*passed, *refs)))
        for name in ("oneOf", "anyOf"):
            for part in _dicts(schema.get(name)):
                self._budget.spend(where)
                inner, refs = self._references.follow(part, where)
                if isinstance(inner, dict) and _type(inner) != "null" and not set(refs) & set(passed):
                    _join(made, self._chosen(inner, where, (*passed, *refs)))
                    break
        return made

    def _leaf(self, at: str, schema: Mapping[str, Json], name: str, *, required: bool) -> Leaf | None:
        kind, choices = _type(schema), schema.get("enum")
        title = str(schema.get("title") or schema.get("description") or "")[:200]
        one_of = tuple(str(one) for one in choices[:MOST_CHOICES]) if isinstance(choices, list) else ()
        if kind == "array":
            items = self.plain(schema.get("items"), at)
            if isinstance(items, dict) and _type(items) not in ("object", "array"):
                return Leaf(at, title, "array", "items", "", required, ())
            return None
        if kind == "object":
            return None
        wire = _WIRES.get(kind, "string")
        proposed, of = _proposed(name, wire, str(schema.get("format") or ""))
        return Leaf(at, title, wire, proposed, of, required, one_of)


def _proposed(name: str, wire: Wire, format: str) -> tuple[ValueType, str]:
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_")
    if wire == "boolean":
        return "boolean", ""
    if _MONEY.search(plain):
        return "money", ""
    if format in ("date", "date-time"):
        return "date", ""
    if wire == "integer":
        return "integer", ""
    if (match := _ID.match(plain)) and plain.endswith(("id", "_ids")):
        return "record", match[1]
    return "text", ""


def _type(schema: Mapping[str, Json]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "array" if "items" in schema else ""


def _join(into: dict[str, Json], other: Mapping[str, Json]) -> None:
    for name, value in other.items():
        mine = into.get(name)
        if name == "properties" and isinstance(mine, dict) and isinstance(value, dict):
            into[name] = {**value, **mine}
        elif name == "required" and isinstance(mine, list) and isinstance(value, list):
            into[name] = [*mine, *value]
        else:
            into.setdefault(name, value)


def _dicts(value: Json) -> list[dict[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _has_own_id(properties: Json) -> bool:
    return isinstance(properties, dict) and any(name in properties for name in ("id", "_id", "uuid"))


def _has_own_fields(properties: Json) -> bool:
    """Whether there is more than lists and what commonly goes round them."""
    described = properties.items() if isinstance(properties, dict) else ()
    return any(isinstance(one, dict) and _type(one) != "array" and name not in _ENVELOPE for name, one in described)
