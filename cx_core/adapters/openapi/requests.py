"""A call of one operation, put together from its classification and an action's arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from cx_core.adapters.openapi.values import Exact, as_json, fixed, written
from cx_core.errors import SystemRefused
from cx_core.records import ClassifiedOperation, ImportedOperation, OperationArgument, Value

LONGEST_HEADER = 2_000


@dataclass
class WireRequest:
    """What is sent, but for who we are. `path` begins with the operation's own; queries are apart."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    fields: dict[str, Exact] = field(default_factory=dict)

    @property
    def body(self) -> bytes | None:
        if self.kind == "json":
            return as_json(self.fields).encode()
        return urlencode(list(_flat(self.fields))).encode() if self.kind == "form" else None

    @property
    def media(self) -> str:
        return {"json": "application/json", "form": "application/x-www-form-urlencoded"}.get(self.kind, "")

    def put(self, at: str, value: Exact) -> None:
        """Set a value of the body at a JSON pointer."""
        place, keys = self.fields, [one.replace("~1", "/").replace("~0", "~") for one in at.split("/")[1:]]
        for key in keys[:-1]:
            inner = place.setdefault(key, {})
            if not isinstance(inner, dict):
                raise SystemRefused(f"{at}: the body cannot hold this beside another value.")
            place = inner
        place[keys[-1]] = value


def made_request(
    operation: ImportedOperation, classified: ClassifiedOperation, arguments: Mapping[str, Value], key: str = ""
) -> WireRequest:
    """Raises SystemRefused, before anything was sent, where an argument is missing, unknown or cannot be written."""
    check_names(classified, arguments)
    made = WireRequest(operation.method, operation.path, kind=operation.body)
    known = {one.name: one for one in operation.arguments}
    used = {use.argument for use in classified.arguments}
    if left := [one.name for one in operation.arguments if one.required and one.name not in used]:
        raise SystemRefused(f"{classified.title}: nothing says what {left[0]} is. Classify the operation again.")
    for use in classified.arguments:
        if not use.argument:
            continue
        if (argument := known.get(use.argument)) is None:
            raise SystemRefused(f"{classified.title}: the operation has no argument {use.argument}.")
        given = arguments.get(use.called)
        if use.fixed:
            _place(made, argument, fixed(use.fixed, argument.wire, use.argument))
        elif given is not None:
            value = written(given, use.format, argument.wire, use.title or use.called)
            if argument.one_of and value not in argument.one_of:
                raise SystemRefused(f"{use.title or use.called}: {value!s} is not one of {', '.join(argument.one_of)}.")
            _place(made, argument, value)
    if classified.key is not None and key:
        _put_key(made, classified.key.place, classified.key.at, key)
    return made


def check_names(classified: ClassifiedOperation, arguments: Mapping[str, Value]) -> None:
    """Raise SystemRefused unless these are the arguments of the action."""
    open_ = [use for use in classified.arguments if not use.fixed]
    if odd := arguments.keys() - {use.called for use in open_}:
        raise SystemRefused(f"{classified.title} takes no argument called {min(odd)}.")
    missing = [use.called for use in open_ if not use.optional and arguments.get(use.called) is None]
    if missing:
        raise SystemRefused(f"{classified.title}: {missing[0]} is missing.")


def _place(made: WireRequest, argument: OperationArgument, value: Exact) -> None:
    if argument.place == "body":
        made.put(argument.at, value)
        return
    text = [as_text(one) for one in value] if isinstance(value, list) else [as_text(value)]
    if argument.place == "query":
        made.query += [(argument.at, one) for one in text]
    elif argument.place == "header":
        made.headers[argument.at] = header(argument.name, ",".join(text))
    else:
        one = ",".join(text)
        if one in ("", ".", "..") or any(ord(mark) < 32 or ord(mark) == 127 for mark in one):
            raise SystemRefused(f"{argument.name}: {one[:60]!r} cannot stand in a path.")
        made.path = made.path.replace(f"{{{argument.at}}}", quote(one, safe=""))


def _put_key(made: WireRequest, place: str, at: str, key: str) -> None:
    if place == "header":
        made.headers[at] = key
    elif place == "query":
        made.query.append((at, key))
    else:
        made.kind = made.kind or "json"
        made.put(at if at.startswith("/") else f"/{at}", key)


def header(name: str, text: str) -> str:
    """A header's value. Raises SystemRefused where it would be more than one line."""
    if len(text) > LONGEST_HEADER or any(ord(mark) < 32 or ord(mark) > 126 for mark in text):
        raise SystemRefused(f"{name}: this cannot stand in a header.")
    return text


def as_text(value: Exact) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return as_json(value) if not isinstance(value, str) else value


def _flat(fields: Mapping[str, Exact], within: str = "") -> list[tuple[str, str]]:
    """A form's fields, nested ones in brackets: `address[city]`."""
    made: list[tuple[str, str]] = []
    for name, value in fields.items():
        place = f"{within}[{name}]" if within else name
        if isinstance(value, dict):
            made += _flat(value, place)
        elif isinstance(value, list):
            made += [(f"{place}[]", as_text(one)) for one in value]
        elif value is not None:
            made.append((place, as_text(value)))
    return made
