"""Do actions and their formulas speak of records that are defined? What is wrong is named with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cx_core.adapters.knowledge.cel_expressions import expression
from cx_core.adapters.knowledge.file_faults import line_of, line_with
from cx_core.catalogue import ActionSpec, ArgumentSpec, RecordSpec
from cx_core.decide.policy.declared_facts import CALLABLE
from cx_core.errors import KnowledgeError
from cx_core.records import ActionName
from cx_core.text.wording import perhaps

_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_FIELD = re.compile(r"(?<![\w.])([a-z_]\w*)\.([a-z_]\w*)\b(?!\s*\()")
_VARIABLE = re.compile(r"\.\s*(?:filter|map|all|exists|exists_one)\(\s*(\w+)\s*,")
_EACH = re.compile(r'theirs\(\s*["\'](\w+)["\']\s*\)\s*\.\s*(?:filter|map|all|exists|exists_one)\(\s*(\w+)\s*,')
_FOUND = re.compile(r'find\(\s*["\'](\w+)["\']\s*,[^()]*\)\s*\.\s*(\w+)\b(?!\s*\()')
_KIND = re.compile(r'(?:theirs|find)\(\s*["\'](\w+)["\']')
_ARGUMENT = re.compile(r"(?<![\w.])args\.([a-z_]\w*)\b(?!\s*\()")
_SLOT = re.compile(r"\{(\w+)\}")
_OF = "as in `of: order`"
_UNCALLED = (
    "`among` on a record compares nothing while the action has no `called`. "
    "Add the words by which customers ask for this, as in `called: [cancel, call off]`."
)
_ALWAYS = ("id", "customer")
_GIVEN = ("args", "customer", "now")


class _Wrong(NamedTuple):
    """What is wrong, and the place of its file where it stands."""

    file: str
    place: tuple[str, ...]
    text: str
    word: str = ""
    """What is wrong there, in a formula of several lines."""


def check_records(path: Path, actions: Mapping[ActionName, ActionSpec], kinds: Mapping[str, RecordSpec]) -> None:
    """Raises KnowledgeError for the first name in an action or a kind of record that leads nowhere."""
    for wrong in (*_records(kinds), *(one for action in actions.values() for one in _action(action, kinds, actions))):
        text = (path / wrong.file).read_text(encoding="utf-8")
        line = line_with(wrong.word, text, line_of(text, wrong.place))
        raise KnowledgeError(f"{wrong.file}: line {line}: {'.'.join(wrong.place[:2])}: {wrong.text}")


def _records(kinds: Mapping[str, RecordSpec]) -> Iterator[_Wrong]:
    for kind in kinds.values():
        for name, field in kind.fields.items():
            file, place = f"records/{kind.name}.yaml", ("fields", name)
            if (field.type == "record") != bool(field.of):
                what = f"say of what kind, {_OF}." if field.type == "record" else f"a {field.type} is of no kind."
                yield _Wrong(file, place, what)
            elif field.of and field.of not in kinds:
                yield _Wrong(file, (*place, "of"), _undefined(field.of, kinds))
        for name in kind.called:
            if kind.fields and name not in kind.fields:
                text = f"a {kind.name} has no field {name!r}{perhaps(name, [*kind.fields])}."
                yield _Wrong(f"records/{kind.name}.yaml", ("called",), text)
    if kinds and not any(kind.of_customer for kind in kinds.values()):
        text = "no kind of record is the customer's own. In the one that is, `customer` names the same field as `key`."
        yield _Wrong(f"records/{min(kinds)}.yaml", ("customer",), text)


def _action(
    action: ActionSpec, kinds: Mapping[str, RecordSpec], actions: Mapping[ActionName, ActionSpec]
) -> Iterator[_Wrong]:
    file = f"actions/{action.name}.yaml"
    yield from _named(file, action, kinds, actions)
    given = {*_GIVEN, *(one.of for one in action.arguments.values() if one.type == "record")}
    for name, argument in action.arguments.items():
        yield from (_Wrong(file, ("arguments", name, *at), text) for at, text in _argument(argument, kinds))
        if argument.type == "record" and argument.among and not action.called:
            yield _Wrong(file, ("arguments", name, "among"), _UNCALLED)
    for name, fact in action.facts.items():
        yield from _formulas(file, ("facts", name, "value"), fact.value, action, kinds, given)
        given.add(name)
    for name, argument in action.arguments.items():
        yield from _formulas(file, ("arguments", name, "among"), argument.among, action, kinds, given)
    yield from _formulas(file, ("already",), action.already, action, kinds, given)


def _named(
    file: str, action: ActionSpec, kinds: Mapping[str, RecordSpec], actions: Mapping[ActionName, ActionSpec]
) -> Iterator[_Wrong]:
    """What an action names besides: the kind it gives, slots of its words, actions it cannot go with."""
    if action.gives and action.gives not in kinds:
        yield _Wrong(file, ("gives",), _undefined(action.gives, kinds))
    for name in _SLOT.findall(action.words):
        if name not in (*action.arguments, *action.receipt):
            text = f"{{{name}}} is no argument{perhaps(name, [*action.arguments])}."
            yield _Wrong(file, ("words",), text)
    for other in action.excludes:
        if other not in actions:
            text = f"there is no action {other!r}{perhaps(other, [*actions])}."
            yield _Wrong(file, ("excludes",), text)


def _formulas(
    file: str, place: tuple[str, ...], source: str, action: ActionSpec, kinds: Mapping[str, RecordSpec], given: set[str]
) -> Iterator[_Wrong]:
    for word, text in (*_names(source, action, given), *_formula(source, action, kinds)):
        yield _Wrong(file, place, text, word)


def _argument(argument: ArgumentSpec, kinds: Mapping[str, RecordSpec]) -> Iterator[tuple[tuple[str, ...], str]]:
    kind = kinds.get(argument.of)
    if argument.type != "record":
        return
    if not argument.of:
        yield (), f"say the id of which kind of record it is, {_OF}."
    elif kind is None:
        yield ("of",), _undefined(argument.of, kinds)
    elif argument.shared and kind.customer:
        yield ("shared",), f"a {kind.name} is somebody's. Take shared out."


def _names(source: str, action: ActionSpec, given: set[str]) -> Iterator[tuple[str, str]]:
    """Each word of a formula that names or calls something nobody gives it, and what is wrong with it."""
    if not source:
        return
    try:
        formula = expression(source)
    except KnowledgeError as error:
        yield source.partition("\n")[0], f"this formula cannot be read: {error}"
        return
    for name in sorted(formula.variables - given - set(_VARIABLE.findall(source))):
        yield name, f"nothing is called {name!r} here{perhaps(name, sorted(given))}."
    for name in sorted(formula.calls - CALLABLE):
        yield name, f"there is no function {name!r}{perhaps(name, sorted(CALLABLE))}."
    for name in _ARGUMENT.findall(_TEXT.sub('""', source)):
        if name not in action.arguments:
            yield f"args.{name}", f"args.{name} is no argument{perhaps(name, [*action.arguments])}."


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
