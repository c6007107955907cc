"""The rules of policy files, read one by one: what each says, is about and asks, or what is wrong with it.

Cedar's parser does not say where in a file it failed, so a file is taken apart first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Literal

import cedarpy
from cedarpy import pst

from cx_core.adapters.policy.policy_sentences import Meanings, sentence_of
from cx_core.errors import KnowledgeError
from cx_core.records import Record

_END_OF_RULE = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|(;)')
_BLANK = re.compile(r"(?:\s|//[^\n]*(?:\n|$))*")


class Rule(Record):
    """One rule of a file, with what people call it."""

    id: str
    says: str
    where: str
    source: str
    acts: frozenset[str] | None
    """Actions and groups of actions it is about; None is all of them."""
    effect: Literal["permit", "forbid"]
    asks: tuple[str, ...]
    """Attributes it mentions, in order."""
    compares: tuple[int | str, ...]
    """Numbers and texts it mentions."""
    untrue: tuple[str, ...] = ()
    """What its words say that it does not, with file and line."""


def policy_texts(folder: Path) -> dict[str, str]:
    """The texts of a folder's policy files by name. Raises KnowledgeError."""
    return {path.name: _read(path) for path in sorted(folder.glob("*.cedar"))}


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: cannot be read: {error}") from error


def split(name: str, text: str) -> Iterator[tuple[int, str]]:
    """(line it starts on, text) of each rule: the parser itself does not say where it failed."""
    start = 0
    for end in (match.end() for match in _END_OF_RULE.finditer(text) if match.group(1)):
        start = _after_blank(text, start)
        yield text.count("\n", 0, start) + 1, text[start:end]
        start = end
    if (left := _after_blank(text, start)) < len(text):
        raise KnowledgeError(f"{name} line {text.count(chr(10), 0, left) + 1}: this rule does not end with ;")


def _after_blank(text: str, start: int) -> int:
    blank = _BLANK.match(text, start)
    return blank.end() if blank else start


def understood(
    source: str, where: str, narrowing: Collection[str], placeholders: Collection[str], meanings: Meanings
) -> Rule:
    """The rule, if it has a number, says what it is in words, and permits because of nothing that only narrows."""
    try:
        policies = tuple(cedarpy.policies_to_pst(source).static_policies.values())
    except ValueError as error:
        raise KnowledgeError(f"{where}: {error}") from error
    if len(policies) != 1:
        raise KnowledgeError(f"{where}: one complete rule is expected, without ?principal or ?resource")
    policy = policies[0]
    id, says = policy.annotations.get("id", ""), policy.annotations.get("says", "")
    if not id.isdecimal():
        raise KnowledgeError(f'{where}: a rule needs a number of its own: @id("12")')
    try:
        says, untrue = sentence_of(policy, says, meanings)
    except KnowledgeError as error:
        raise KnowledgeError(f"{where}: rule {id}: {error}") from error
    if not says or _unknown_placeholders(says, placeholders):
        names = ", ".join(sorted(placeholders))
        raise KnowledgeError(f'{where}: rule {id} needs plain words: @says("..."), naming in braces only {names}')
    guessed = sorted(set(narrowing) & set(_attributes(policy.clauses)))
    if policy.effect == "permit" and guessed:
        raise KnowledgeError(f"{where}: rule {id} permits because of {guessed[0]}, which may only forbid")
    compares = dict.fromkeys(value for node in _below(policy.clauses) for value in _literal(node))
    return Rule(
        id=id,
        says=says,
        where=where,
        source=source,
        acts=_acts(policy.action),
        effect=policy.effect,
        asks=tuple(dict.fromkeys(_attributes(policy.clauses))),
        compares=tuple(compares),
        untrue=tuple(f"{where}: rule {id}: {wrong}" for wrong in untrue),
    )


def parsed(rule: Rule) -> pst.Template:
    """The rule as Cedar has it, under its own number."""
    policy = next(iter(cedarpy.policies_to_pst(rule.source).static_policies.values()))
    return replace(policy, id=rule.id)


def _acts(constraint: pst.ActionConstraint) -> frozenset[str] | None:
    if isinstance(constraint, pst.ActionEq):
        return frozenset({constraint.entity.id})
    if isinstance(constraint, pst.ActionIn):
        return frozenset(entity.id for entity in constraint.entities)
    return None


def _unknown_placeholders(says: str, known: Collection[str]) -> bool:
    try:
        return any(name is not None and name not in known for _, name, _, _ in Formatter().parse(says))
    except ValueError:
        return True


def _attributes(node: object) -> Iterator[str]:
    """Names of all attributes mentioned anywhere below a node."""
    for one in _below(node):
        if isinstance(one, pst.GetAttr):
            yield one.attr
        if isinstance(one, pst.HasAttr):
            yield from one.attrs


def _literal(node: object) -> tuple[int | str, ...]:
    return (node.value,) if isinstance(node, pst.LongLit | pst.StringLit) else ()


def _below(node: object) -> Iterator[object]:
    """A node and all nodes anywhere below it."""
    yield node
    if isinstance(node, tuple):
        below = list(node)
    elif isinstance(node, Mapping):
        below = list(node.values())
    elif is_dataclass(node) and not isinstance(node, type):
        below = [getattr(node, field.name) for field in fields(node)]
    else:
        return
    for part in below:
        yield from _below(part)
