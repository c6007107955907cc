"""The policy engine: Cedar, in process, over the rules of `knowledge/policies/`.

Everything is parsed and validated once, and every action has the rules of its own that may speak of it, so that a
ruling costs what its own rules cost. A rule that cannot be used (its syntax, an unknown field, no
number, a permit that rests on a classifier) breaks the whole engine on purpose: a missing forbid would
widen what is allowed, so then nothing is, and `trouble` says which file and line to mend.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Literal, get_args

import cedarpy
from cedarpy import pst

from cx_core.adapters.cel import expression
from cx_core.adapters.policy_check import PolicyCheck, in_scope
from cx_core.adapters.policy_slices import Answer, Asker, Slice, answer_of, entity
from cx_core.catalogue import ActionSpec
from cx_core.decide.declared import narrowing
from cx_core.decide.facts import COMMON, COPILOT, CUSTOMER, LIFTING, MONEY, NARROWING, SEND_REPLY, Facts
from cx_core.decide.guard import PLACEHOLDERS
from cx_core.errors import KnowledgeError
from cx_core.policy_views import PolicyRule
from cx_core.records import ActionName, Record

SCHEMA_FILE = "schema.cedarschema"

_DECLARED = {"bool": "Bool", "long": "Long", "text": "String", "money": "Long"}
_PYTHON: Mapping[str, type] = {"Bool": bool, "Long": int, "String": str}
_CEDAR = {bool: "Bool", int: "Long", str: "String"}
_END_OF_RULE = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|(;)')
_BLANK = re.compile(r"(?:\s|//[^\n]*(?:\n|$))*")
_OF_POLICY = re.compile(r"^for policy `[^`]*`, ")


class _Rule(Record):
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


def schema_text(actions: Mapping[ActionName, ActionSpec]) -> str:
    """The Cedar schema for these actions: what a rule may mention, and of which type."""
    lines = [
        "// Generated from knowledge/actions by `python -m cx_core policies schema`: do not edit.",
        "// Only sure, grounded, sentiment, urgency, grave, answered and from_program come from a model or classifier,",
        "// are about what one wrote, or come from words: they may narrow, never widen, so no permit mentions them.",
        "// amount, paid_customer, paid_alone_today: minor units (pence).",
        "// seconded: two different people who may approve it have approved exactly this; no permit mentions it.",
        "",
        f"entity Copilot = {{{_typed(COPILOT)}\n}};",
        "entity Role = {\n  rank: Long // 0 editor, 1 advisor, 2 supervisor, 3 administrator\n};",
        f"entity Customer = {{{_typed(CUSTOMER)}\n}};",
        f"type Circumstances = {{{_typed(COMMON)}\n}};",
        f"type MoneyCircumstances = {{{_typed((*COMMON, *MONEY))}\n}};",
        "",
        'action "writes"; // every act on a business system',
        'action "money_out";',
        "",
    ]
    writes = sorted((spec for spec in actions.values() if spec.kind == "write"), key=lambda spec: spec.name)
    for spec in (*writes, SEND_REPLY):
        groups = ", ".join(f'"{group}"' for group in _groups(spec))
        within = f" in [{groups}]" if groups else ""
        context = "MoneyCircumstances" if spec.money else "Circumstances"
        if spec.facts:
            context = _own_context(spec)
        lines.append(
            f'action "{spec.name}"{within}\n'
            f"  appliesTo {{ principal: [Copilot, Role], resource: [Customer], context: {context} }};"
        )
    return "\n".join(lines) + "\n"


def _own_context(spec: ActionSpec) -> str:
    """The circumstances of an action that declares facts of its own."""
    shared = _typed((*COMMON, *(MONEY if spec.money else ())))
    own = "".join(f",\n  // {fact.says}\n  {name}: {_DECLARED[fact.type]}" for name, fact in sorted(spec.facts.items()))
    return f"{{{shared}{own}\n}}"


def _groups(spec: ActionSpec) -> tuple[str, ...]:
    if spec is SEND_REPLY:
        return ()
    return ("writes", "money_out") if spec.money else ("writes",)


def _typed(names: Collection[str]) -> str:
    return ",".join(f"\n  {name}: {_cedar_type(name)}" for name in names)


def _cedar_type(name: str) -> str:
    annotation = Facts.model_fields[name].annotation
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)] or [annotation]
    return next(_CEDAR[kind] for kind in kinds if kind in _CEDAR)


def _python_type(name: str) -> type:
    return _PYTHON[_cedar_type(name)]


class CedarEngine:
    """ports.PolicyEngine over `*.cedar` files: a folder, or their texts by name.

    Never raises: trouble is an answer of no.
    """

    def __init__(
        self, files: Path | Mapping[str, str], actions: Mapping[ActionName, ActionSpec], *, trouble: str = ""
    ) -> None:
        """`trouble`: why these rules decide nothing, whatever they say."""
        self._rules: dict[str, _Rule] = {}
        self.troubles: tuple[str, ...] = ()
        """Everything that is wrong, each with file and line where it has one."""
        self._version = ""
        self._slices: dict[tuple[str, str], Slice] = {}
        try:
            self._load(files, actions)
        except KnowledgeError as error:
            self.troubles = (str(error),)
        self.troubles = (trouble,) if trouble else self.troubles
        self._trouble = self.troubles[0] if self.troubles else ""

    @property
    def version(self) -> str:
        """Digest of the rules and of the schema they were validated against."""
        return self._version

    @property
    def trouble(self) -> str:
        return self._trouble

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of all rules, as the files give them."""
        return tuple(self._rules)

    @property
    def contents(self) -> tuple[PolicyRule, ...]:
        """All rules as they can be read, in the order of the files; those before the trouble, if there is any."""
        return tuple(
            PolicyRule(
                id=rule.id, says=rule.says, file=rule.where.partition(" line ")[0],
                line=int(rule.where.partition(" line ")[2]), source=rule.source, effect=rule.effect,
                acts=None if rule.acts is None else tuple(sorted(rule.acts)), asks=rule.asks, compares=rule.compares,
            )
            for rule in self._rules.values()
        )  # fmt: skip

    def says(self, policy: str) -> str:
        rule = self._rules.get(policy)
        return "" if rule is None else rule.says

    def decide(
        self,
        *,
        principal: tuple[str, str, Mapping[str, object]],
        action: str,
        resource: tuple[str, str, Mapping[str, object]],
        context: Mapping[str, object],
    ) -> Answer:
        """As the port says. The same question gets its answer from memory: rules never change in a run."""
        if self._trouble:
            return False, (), (self._trouble,)
        slice = self._slices.get((principal[0], action))
        try:
            if slice is not None and slice.fits(principal, resource, context):
                return slice.ask(principal, resource, context)
            return self._ask(principal, action, resource, context)
        except (TypeError, ValueError, RecursionError) as error:
            return False, (), (str(error),)

    def forget(self) -> None:
        """No answer is remembered any more."""
        for slice in self._slices.values():
            slice.forget()

    def _ask(self, principal: Asker, action: str, resource: Asker, context: Mapping[str, object]) -> Answer:
        """Of all rules, with the schema, which says what is wrong with a question that is none."""
        entities = json.dumps([entity(*principal), entity(*resource)])
        request = {
            "principal": {"type": principal[0], "id": principal[1]},
            "action": {"type": "Action", "id": action},
            "resource": {"type": resource[0], "id": resource[1]},
            "context": json.dumps(context),
        }
        known = cedarpy.Entities.from_json_str(entities, self._schema)
        return answer_of(cedarpy.is_authorized(request, self._everything, known, self._schema))

    def _load(self, files: Path | Mapping[str, str], actions: Mapping[ActionName, ActionSpec]) -> None:
        schema = schema_text(actions)
        folder = files if isinstance(files, Path) else Path()
        texts = policy_texts(folder) if isinstance(files, Path) else dict(sorted(files.items()))
        self._version = hashlib.sha256(json.dumps([schema, texts]).encode()).hexdigest()[:16]
        if not texts:
            raise KnowledgeError(f"{folder}: there is no policy file (*.cedar)")
        try:
            self._schema = cedarpy.Schema.from_str(schema)
        except ValueError as error:
            raise KnowledgeError(f"{folder / SCHEMA_FILE}: {error}") from error
        everything = "\n".join(texts.values())
        own = {name: fact for spec in (*actions.values(), SEND_REPLY) for name, fact in spec.facts.items()}
        guessed = NARROWING | LIFTING | {name for name, fact in own.items() if narrowing(fact, expression)}
        said = PLACEHOLDERS | own.keys()
        for name, text in texts.items():
            self.troubles += tuple(self._take(name, text, guessed, said))
        if self.troubles:
            return
        self._everything = cedarpy.PolicySet.from_str(everything)
        self.troubles = tuple(self._checked(everything, actions))
        self._slices = {} if self.troubles else dict(self._sliced(actions))

    def _take(self, name: str, text: str, guessed: Collection[str], said: Collection[str]) -> Iterator[str]:
        """Keep the rules of one file; what is wrong with it."""
        rules = _split(name, text)
        while True:
            try:
                line, source = next(rules)
                rule = _understood(source, f"{name} line {line}", guessed, said)
            except StopIteration:
                return
            except KnowledgeError as error:
                yield str(error)
                continue
            twin = self._rules.setdefault(rule.id, rule)
            if twin is not rule:
                yield f"{rule.where}: rule {rule.id} is there twice, see {twin.where}"

    def _checked(self, everything: str, actions: Mapping[ActionName, ActionSpec]) -> Iterator[str]:
        """What is wrong with rules that can be read; whether one is of use is asked where its names are right."""
        groups = {str(spec.name): _groups(spec) for spec in actions.values()}
        check = PolicyCheck(self._rules.values(), actions, groups)
        found = list(check.misnamed())
        result = cedarpy.validate_policies(everything, self._schema)
        for error in result.errors:
            rule = self._rules[result.id_annotations_by_policy_id[error.policy_id]]
            place = f"{rule.where}: rule {rule.id}"
            if not any(one.startswith(f"{place} ") for one in found):
                found.append(f"{place}: {_OF_POLICY.sub('', error.error)}")
        yield from found or (*check.useless(), *check.widening())

    def _sliced(self, actions: Mapping[ActionName, ActionSpec]) -> Iterator[tuple[tuple[str, str], Slice]]:
        """The rules that may speak of each action, by who asks; every other one is about others and would not match."""
        policies = {rule.id: _parsed(rule) for rule in self._rules.values()}
        for spec in (*(one for one in actions.values() if one.kind == "write"), SEND_REPLY):
            groups = _groups(spec)
            named = {str(spec.name), *groups}
            about = [id for id, rule in self._rules.items() if rule.acts is None or rule.acts & named]
            context = {name: _python_type(name) for name in (*COMMON, *(MONEY if spec.money else ()))}
            context |= {name: _PYTHON[_DECLARED[fact.type]] for name, fact in spec.facts.items()}
            customer = {name: _python_type(name) for name in CUSTOMER}
            for asker, shape in (("Copilot", {name: _python_type(name) for name in COPILOT}), ("Role", {"rank": int})):
                mine = [policies[id] for id in about if in_scope(policies[id], asker)]
                yield (asker, str(spec.name)), Slice(asker, spec.name, groups, (shape, customer, context), mine)


def policy_texts(folder: Path) -> dict[str, str]:
    """The texts of a folder's policy files by name. Raises KnowledgeError."""
    return {path.name: _read(path) for path in sorted(folder.glob("*.cedar"))}


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path.name}: cannot be read: {error}") from error


def _split(name: str, text: str) -> Iterator[tuple[int, str]]:
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


def _understood(source: str, where: str, narrowing: Collection[str], placeholders: Collection[str]) -> _Rule:
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
    if not says or _unknown_placeholders(says, placeholders):
        names = ", ".join(sorted(placeholders))
        raise KnowledgeError(f'{where}: rule {id} needs plain words: @says("..."), naming in braces only {names}')
    guessed = sorted(set(narrowing) & set(_attributes(policy.clauses)))
    if policy.effect == "permit" and guessed:
        raise KnowledgeError(f"{where}: rule {id} permits because of {guessed[0]}, which may only forbid")
    compares = dict.fromkeys(value for node in _below(policy.clauses) for value in _literal(node))
    return _Rule(
        id=id, says=says, where=where, source=source, acts=_acts(policy.action), effect=policy.effect,
        asks=tuple(dict.fromkeys(_attributes(policy.clauses))), compares=tuple(compares),
    )  # fmt: skip


def _parsed(rule: _Rule) -> pst.Template:
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
