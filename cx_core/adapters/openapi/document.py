"""An OpenAPI file as plain values: JSON or YAML, within bounds, and every mistake with its line.

Nothing here follows a reference, opens a file or reaches the network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, NoReturn

import yaml

from cx_core.adapters.knowledge.file_faults import SAFE_LOADER
from cx_core.errors import BadInput

MOST_JSON = 8_000_000
MOST_YAML = 1_500_000
"""Bytes. YAML is read ten times as slowly as JSON; a larger file can be converted."""
MOST_DEPTH = 60
MOST_VALUES = 400_000
LONGEST_NAME = 500
"""Characters of a key."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_UNKEPT = re.compile("[\\0\\ud800-\\udfff]")
_UNKEPT_WHY = "has a NUL or half of a surrogate pair in it."
_INTEGER = re.compile(r"[-+]?\d{1,18}")
_NUMBER = re.compile(r"[-+]?(\d{1,18}\.\d*|\.\d+|\d{1,18})([eE][-+]?\d{1,3})?")
_WORDS: Mapping[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def read_document(content: bytes) -> dict[str, Json]:
    """The file's values. Raises BadInput naming the line and the reason."""
    if len(content) > MOST_JSON:
        raise BadInput(f"The file has {len(content):,} bytes; at most {MOST_JSON:,} are read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"Line {content[: error.start].count(10) + 1}: the file is not UTF-8 text.") from error
    if "\0" in text:
        raise BadInput(f"Line {text[: text.index(chr(0))].count(chr(10)) + 1}: the file has a NUL character in it.")
    document = _json(text) if text.lstrip()[:1] in ("{", "[") else _yaml(text)
    if not isinstance(document, dict):
        raise BadInput("Line 1: the file must be an object with `openapi`, `info` and `paths`.")
    _check_size(document)
    return document


def _json(text: str) -> Json:
    try:
        value: Json = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise BadInput(f"Line {error.lineno}: this is not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise BadInput(f"The file is nested more than {MOST_DEPTH} levels deep.") from error
    except ValueError as error:
        raise BadInput(f"This is not JSON that can be used: {error}.") from error
    return value


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object")
    return made


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _check_size(document: Json) -> None:
    """Depth and number of values, and whether every text can be kept, without recursion."""
    count, level = 0, [document]
    for depth in range(MOST_DEPTH + 1):
        count += len(level)
        if count > MOST_VALUES:
            raise BadInput(f"The file has more than {MOST_VALUES:,} values.")
        if not level:
            return
        if depth == MOST_DEPTH:
            raise BadInput(f"The file is nested more than {MOST_DEPTH} levels deep.")
        if any(_strange(value) for value in level):
            _refuse_strange(document)
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]


def _strange(value: Json) -> bool:
    """Whether it is a text, or has a key, that cannot be kept."""
    if isinstance(value, str):
        return _UNKEPT.search(value) is not None
    return isinstance(value, dict) and any(len(key) > LONGEST_NAME or _UNKEPT.search(key) for key in value)


def _refuse_strange(document: Json) -> NoReturn:
    """Raise BadInput with the place of a text or key that cannot be kept."""
    for way, value in containers(document):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(key, str) and len(key) > LONGEST_NAME:
                raise BadInput(f"{shown(way)}: the key {key[:40]!r}… has more than {LONGEST_NAME} characters.")
            if isinstance(key, str) and _UNKEPT.search(key):
                raise BadInput(f"{shown(way)}: the key {key[:40]!r} {_UNKEPT_WHY}")
            if isinstance(child, str) and _UNKEPT.search(child):
                raise BadInput(f"{shown(Way(key, way))}: the text {_UNKEPT_WHY}")
    raise BadInput(f"The file {_UNKEPT_WHY}")


class Way(NamedTuple):
    """Where a value stands: its key, and where what holds it stands. It takes the same memory at any depth."""

    key: str | int
    within: Way | None


def containers(document: Json) -> Iterator[tuple[Way | None, dict[str, Json] | list[Json]]]:
    """Every object and list of the file, and where it stands."""
    left: list[tuple[Way | None, Json]] = [(None, document)]
    while left:
        way, value = left.pop()
        if isinstance(value, dict | list):
            yield way, value
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            left += [(Way(key, way), child) for key, child in inner if isinstance(child, dict | list)]


def pointer(*keys: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)


def shown(way: Way | None) -> str:
    """The way as a JSON pointer, cut where it is too long to be read."""
    keys: list[str | int] = []
    while way is not None:
        keys.append(way.key)
        way = way.within
    return pointer(*reversed(keys))[:300] or "/"


def _yaml(text: str) -> Json:
    if len(text) > MOST_YAML:
        raise BadInput(
            f"A YAML file may have {MOST_YAML:,} characters, this one has {len(text):,}. Convert it to JSON."
        )
    try:
        return _YamlBuilder().build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"Line {mark.line + 1}: " if mark else ""
        raise BadInput(f"{line}this is not YAML: {error.problem or error.context}.") from error
    except yaml.YAMLError as error:
        raise BadInput(f"This is not YAML: {str(error).splitlines()[0]}.") from error


class _YamlBuilder:
    """Builds plain values from events; anchors, tags and a second document are refused, so that nothing multiplies."""

    def build(self, text: str) -> Json:
        self._open: list[tuple[list[Json] | dict[str, Json], str | None]] = []
        self._root: list[Json] = []
        self._count = 0
        for event in yaml.parse(text, Loader=SAFE_LOADER):
            self._take(event)
        if len(self._root) != 1:
            raise BadInput("Line 1: the file must hold one YAML document.")
        return self._root[0]

    def _take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        self._refuse(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin({}, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin([], line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()

    def _refuse(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise BadInput(f"Line {line}: anchors and aliases are not read. Write the value out.")
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise BadInput(f"Line {line}: the tag {str(tag)[:60]} is not read.")
        self._count += 1
        if self._count > 2 * MOST_VALUES:
            raise BadInput(f"Line {line}: the file has more than {MOST_VALUES:,} values.")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self._open and isinstance(self._open[-1][0], dict) and self._open[-1][1] is None:
            place, _ = self._open[-1]
            if event.value in place:
                raise BadInput(f"Line {line}: the key {event.value[:80]!r} stands twice.")
            self._open[-1] = (place, event.value)
            return
        self._put(_plain(event.value) if event.implicit[0] else event.value, line)

    def _begin(self, made: list[Json] | dict[str, Json], line: int) -> None:
        if len(self._open) >= MOST_DEPTH:
            raise BadInput(f"Line {line}: the file is nested more than {MOST_DEPTH} levels deep.")
        self._put(made, line)
        self._open.append((made, None))

    def _put(self, value: Json, line: int) -> None:
        if not self._open:
            self._root.append(value)
            return
        place, key = self._open[-1]
        if isinstance(place, list):
            place.append(value)
        elif key is None:
            raise BadInput(f"Line {line}: a key must be a word.")
        else:
            place[key] = value
            self._open[-1] = (place, None)


def _plain(text: str) -> Json:
    """A word without quotes, by YAML 1.2: "no" and "2026-11-27" are texts."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
