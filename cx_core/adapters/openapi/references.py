"""References inside one OpenAPI file. One that leads anywhere else is refused, and nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from cx_core.adapters.openapi.document import Json, Way, containers, shown
from cx_core.errors import BadInput

MOST_HOPS = 20


class Unresolved(BadInput):
    """A reference that leads nowhere; what uses it cannot be used."""


def at(value: Json, where: str) -> Json:
    """What stands at a JSON pointer. Raises KeyError."""
    for raw in where.split("/")[1:] if where else ():
        key = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise KeyError(key)
    return value


def check_references(document: Json) -> None:
    """Raise BadInput at the first reference that leads out of the file."""
    for way, reference in _references(document):
        if not reference.startswith("#"):
            raise BadInput(
                f"{shown(way)}: the reference {reference[:120]!r} leads out of the file, and nothing is fetched. "
                "Bundle the file into one first."
            )


def _references(document: Json) -> Iterator[tuple[Way, str]]:
    for within, value in containers(document):
        for name in ("$ref", "$dynamicRef", "$recursiveRef"):
            if isinstance(value, dict) and isinstance(reference := value.get(name), str):
                yield Way(name, within), reference


class References:
    """Follows `#/...` in one document."""

    def __init__(self, document: dict[str, Json]) -> None:
        self._document = document

    def follow(self, value: Json, where: str) -> tuple[Json, tuple[str, ...]]:
        """The value that is meant, and the references on the way. Raises Unresolved."""
        passed: list[str] = []
        while isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
            if reference in passed:
                raise Unresolved(f"{where}: the reference {reference[:120]!r} leads back to itself.")
            if len(passed) >= MOST_HOPS:
                raise Unresolved(f"{where}: more than {MOST_HOPS} references lead from one to the next.")
            passed.append(reference)
            if not reference.startswith("#/"):
                raise Unresolved(f"{where}: the reference {reference[:120]!r} is not of the form #/...")
            try:
                value = at(self._document, unquote(reference[1:]))
            except KeyError as error:
                raise Unresolved(f"{where}: the reference {reference[:120]!r} leads to nothing.") from error
        return value, tuple(passed)
