"""Do actions and their formulas speak of records that are defined? What is wrong is named with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cx_core.adapters.cel import expression
from cx_core.catalogue import ActionSpec, RecordSpec
from cx_core.errors import KnowledgeError
from cx_core.records import ActionName
from cx_core.wording import perhaps

_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_FIELD = re.compile(r"(?<![\w.])([a-z_]\w*)\.([a-z_]\w*)\b(?!\s*\()")
_VARIABLE = re.compile(r"\.\s*(?:filter|map|all|exists|exists_one)\(\s*(\w+)\s*,")
_EACH = re.compile(r'theirs\(\s*["\'](\w+)["\']\s*\)\s*\.\s*(?:filter|map|all|exists|exists_one)\(\s*(\w+)\s*,')
_FOUND = re.compile(r'find\(\s*["\'](\w+)["\']\s*,[^()]*\)\s*\.\s*(\w+)\b(?!\s*\()')
_KIND = re.compile(r'(?:theirs|find)\(\s*["\'](\w+)["\']')
_ALWAYS = ("id", "customer")
_GIVEN = ("args", "customer", "now")


class _Wrong(NamedTuple):
    """What is wrong, and the words by which it is found in its file."""

    file: str
    words: str
    text: str


def check_records(path: Path, actions: Mapping[ActionName, ActionSpec], kinds: Mapping[str, RecordSpec]) -> None:
    """Raises KnowledgeError for the first kind of record, or field of one, that no file of `records` defines."""
    for wrong in (*_records(kinds), *(one for action in actions.values() for one in _action(action, kinds))):
        raise KnowledgeError(f"{wrong.file}: line {_line(path / wrong.file, wrong.words)}: {wrong.text}")


def _records(kinds: Mapping[str, RecordSpec]) -> Iterator[_Wrong]:
    for kind in kinds.values():
        for name, field in kind.fields.items():
            if (field.type == "record") != bool(field.of):
                what = "a record is of some kind." if field.type == "record" else f"a {field.type} is of no kind."
                yield _Wrong(f"records/{kind.name}.yaml", f"{name}:", f"{name}: {what}")
            elif field.of and field.of not in kinds:
                yield _Wrong(f"records/{kind.name}.yaml", f"{name}:", f"{name}: {_undefined(field.of, kinds)}")


def _action(action: ActionSpec, kinds: Mapping[str, RecordSpec]) -> Iterator[_Wrong]:
    file = f"actions/{action.name}.yaml"
    if action.gives and action.gives not in kinds:
        yield _Wrong(file, "gives:", f"gives: {_undefined(action.gives, kinds)}")
    for name, argument in action.arguments.items():
        if argument.type != "record":
            continue
        kind = kinds.get(argument.of)
        if kind is None:
            yield _Wrong(file, f"of: {argument.of}", f"arguments.{name}: {_undefined(argument.of, kinds)}")
        elif argument.shared and kind.customer:
            yield _Wrong(file, "shared:", f"arguments.{name}: a {kind.name} is somebody's. Take shared out.")
    given = {*_GIVEN, *(one.of for one in action.arguments.values() if one.type == "record")}
    for name, fact in action.facts.items():
        for text, why in (*_names(fact.value, given), *_formula(fact.value, action, kinds)):
            yield _Wrong(file, text, f"facts.{name}: {why}")
        given.add(name)


def _names(source: str, given: set[str]) -> Iterator[tuple[str, str]]:
    """What a formula names and nobody gives it."""
    try:
        variables = expression(source).variables
    except KnowledgeError as error:
        yield source.partition("\n")[0], str(error)
        return
    for name in sorted(variables - given - set(_VARIABLE.findall(source))):
        yield name, f"nothing is called {name!r} here{perhaps(name, sorted(given))}."


def _formula(source: str, action: ActionSpec, kinds: Mapping[str, RecordSpec]) -> Iterator[tuple[str, str]]:
    """Kinds that a formula names and no file defines, and fields that their kind does not list."""
    for match in _KIND.finditer(source):
        if match[1] not in kinds:
            yield match[1], _undefined(match[1], kinds)
    named = {argument.of: argument.of for argument in action.arguments.values() if argument.type == "record"}
    named |= {"customer": "customer"} if "customer" in kinds else {}
    named |= {match[2]: match[1] for match in _EACH.finditer(source)}
    asked = [(kind, field) for kind, field in _FOUND.findall(source)]
    asked += [(named[name], field) for name, field in _FIELD.findall(_TEXT.sub('""', source)) if name in named]
    for name, field in asked:
        kind = kinds.get(name)
        if kind is None or not kind.fields or field in (*kind.fields, kind.key, *_ALWAYS):
            continue
        yield f".{field}", f"a {name} has no field {field!r}{perhaps(field, [*kind.fields])}."


def _undefined(kind: str, kinds: Mapping[str, RecordSpec]) -> str:
    return f"no file of records/ defines {kind!r}{perhaps(kind, [*kinds])}."


def _line(file: Path, words: str) -> int:
    """Where the words stand, counted from 1."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if words in line), 1)
