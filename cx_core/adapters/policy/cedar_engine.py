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
from functools import cached_property
from pathlib import Path

import cedarpy

from cx_core.adapters.knowledge.cel_expressions import expression
from cx_core.adapters.policy.policy_check import PolicyCheck, in_scope
from cx_core.adapters.policy.policy_rules import Rule, parsed, policy_texts, split, understood
from cx_core.adapters.policy.policy_schema import SCHEMA_FILE, declared_type, groups_of, python_type, schema_text
from cx_core.adapters.policy.policy_sentences import Meanings
from cx_core.adapters.policy.policy_slices import Answer, Asker, Slice, answer_of, entity
from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.declared_facts import narrowing
from cx_core.decide.policy.guard import PLACEHOLDERS
from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, LIFTING, MEANINGS, MONEY, NARROWING, SUMS
from cx_core.decide.policy.reply_step import OWN_ACTS
from cx_core.errors import KnowledgeError
from cx_core.records import ActionName
from cx_core.views.policy_views import PolicyRule

_OF_POLICY = re.compile(r"^for policy `[^`]*`, ")


class CedarEngine:
    """ports.PolicyEngine over `*.cedar` files: a folder, or their texts by name.

    Never raises: trouble is an answer of no.
    """

    def __init__(
        self,
        files: Path | Mapping[str, str],
        actions: Mapping[ActionName, ActionSpec],
        *,
        trouble: str = "",
        currency: str = "GBP",
    ) -> None:
        """`trouble`: why these rules decide nothing, whatever they say. `currency`: of amounts in their sentences."""
        self._currency = currency
        self._rules: dict[str, Rule] = {}
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

    @cached_property
    def contents(self) -> tuple[PolicyRule, ...]:
        """All rules as they can be read, in the order of the files; those before the trouble, if there is any."""
        return tuple(
            PolicyRule(
                id=rule.id,
                says=rule.says,
                file=rule.where.partition(" line ")[0],
                line=int(rule.where.partition(" line ")[2]),
                source=rule.source,
                effect=rule.effect,
                acts=None if rule.acts is None else tuple(sorted(rule.acts)),
                asks=rule.asks,
                compares=rule.compares,
            )
            for rule in self._rules.values()
        )

    @property
    def untrue(self) -> tuple[str, ...]:
        """Sentences that tell something else than their rule decides, each with file and line.

        Such rules decide all the same: what is in force does not fall because of its words. No set with one can be
        put in force.
        """
        return tuple(wrong for rule in self._rules.values() for wrong in rule.untrue)

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
        own = {name: fact for spec in (*actions.values(), *OWN_ACTS) for name, fact in spec.facts.items()}
        guessed = NARROWING | LIFTING | {name for name, fact in own.items() if narrowing(fact, expression)}
        said = PLACEHOLDERS | own.keys()
        money = SUMS | {name for name, fact in own.items() if fact.type == "money"}
        meanings = Meanings(money, {**MEANINGS, **{name: fact.says for name, fact in own.items()}}, self._currency)
        for name, text in texts.items():
            self.troubles += tuple(self._take(name, text, guessed, said, meanings))
        if self.troubles:
            return
        self._everything = cedarpy.PolicySet.from_str(everything)
        self.troubles = tuple(self._checked(everything, actions))
        self._slices = {} if self.troubles else dict(self._sliced(actions))

    def _take(
        self, name: str, text: str, guessed: Collection[str], said: Collection[str], meanings: Meanings
    ) -> Iterator[str]:
        """Keep the rules of one file; what is wrong with it."""
        rules = split(name, text)
        while True:
            try:
                line, source = next(rules)
                rule = understood(source, f"{name} line {line}", guessed, said, meanings)
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
        groups = {str(spec.name): groups_of(spec) for spec in actions.values()}
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
        policies = {rule.id: parsed(rule) for rule in self._rules.values()}
        for spec in (*(one for one in actions.values() if one.kind == "write"), *OWN_ACTS):
            groups = groups_of(spec)
            named = {str(spec.name), *groups}
            about = [id for id, rule in self._rules.items() if rule.acts is None or rule.acts & named]
            context = {name: python_type(name) for name in (*COMMON, *(MONEY if spec.money else ()))}
            context |= {name: declared_type(fact) for name, fact in spec.facts.items()}
            customer = {name: python_type(name) for name in CUSTOMER}
            for asker, shape in (("Copilot", {name: python_type(name) for name in COPILOT}), ("Role", {"rank": int})):
                mine = [policies[id] for id in about if in_scope(policies[id], asker)]
                yield (asker, str(spec.name)), Slice(asker, spec.name, groups, (shape, customer, context), mine)
