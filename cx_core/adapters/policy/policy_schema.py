"""What a rule may mention, as Cedar's schema and as Python's types: worked out from the actions and the facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import get_args

from cx_core.catalogue import ActionSpec, FactSpec
from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, MONEY, Facts
from cx_core.decide.policy.reply_step import OWN_ACTS
from cx_core.records import ActionName

SCHEMA_FILE = "schema.cedarschema"

_DECLARED = {"bool": "Bool", "long": "Long", "text": "String", "money": "Long"}
_PYTHON: Mapping[str, type] = {"Bool": bool, "Long": int, "String": str}
_CEDAR = {bool: "Bool", int: "Long", str: "String"}


def schema_text(actions: Mapping[ActionName, ActionSpec]) -> str:
    """The Cedar schema for these actions: what a rule may mention, and of which type."""
    lines = [
        "// Generated from knowledge/actions by `python -m cx_core policies schema`: do not edit.",
        "// Only sure, grounded, sentiment, urgency, grave, answered and from_program come from a model or classifier,",
        "// are about what one wrote, or come from words: they may narrow, never widen, so no permit mentions them.",
        "// amount, paid_customer, paid_alone_today: minor units (pence).",
        "// consented: the customer said yes to exactly this, as it was put to them; no permit mentions it.",
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
    for spec in (*writes, *OWN_ACTS):
        groups = ", ".join(f'"{group}"' for group in groups_of(spec))
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


def groups_of(spec: ActionSpec) -> tuple[str, ...]:
    """The groups of actions that a rule may name instead of it."""
    if spec in OWN_ACTS:
        return ()
    return ("writes", "money_out") if spec.money else ("writes",)


def _typed(names: Collection[str]) -> str:
    return ",".join(f"\n  {name}: {_cedar_type(name)}" for name in names)


def _cedar_type(name: str) -> str:
    annotation = Facts.model_fields[name].annotation
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)] or [annotation]
    return next(_CEDAR[kind] for kind in kinds if kind in _CEDAR)


def python_type(name: str) -> type:
    """Of a fact that every action has."""
    return _PYTHON[_cedar_type(name)]


def declared_type(fact: FactSpec) -> type:
    """Of what an action declares for itself."""
    return _PYTHON[_DECLARED[fact.type]]
