"""The shipped policies and the request every case starts from."""

from __future__ import annotations

from functools import cache

import yaml

from cx_core.adapters.policy.case_files import Best, best_of, case_texts, facts_for
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.policy_facts import Facts
from cx_core.decide.policy.reply_step import OWN_ACTS
from cx_core.records import ActionName, Step, StepId
from cx_core.settings import ROOT

POLICIES = ROOT / "knowledge" / "policies"


@cache
def actions() -> dict[ActionName, ActionSpec]:
    files = (ROOT / "knowledge" / "actions").glob("*.yaml")
    specs = (ActionSpec.model_validate(yaml.safe_load(file.read_text("utf-8"))) for file in files)
    return {spec.name: spec for spec in specs}


def writes() -> tuple[ActionSpec, ...]:
    return (*(spec for spec in actions().values() if spec.kind == "write"), *OWN_ACTS)


@cache
def engine() -> CedarEngine:
    return CedarEngine(POLICIES, actions())


def step(action: str) -> Step:
    return Step(id=StepId("s1"), goal=0, action=ActionName(action))


@cache
def _best() -> Best:
    return best_of(case_texts(POLICIES))


def facts(action: str, **changes: object) -> Facts:
    """The best of circumstances for this action, changed; no amount where it is not money out."""
    spec = next(spec for spec in writes() if spec.name == action)
    rest: dict[str, object] = {"customer": "C-1"}
    rest |= {name: changes.pop(name) for name in ("gaps", "customer") if name in changes}
    return facts_for(spec, _best(), changes).replace(**rest)


@cache
def _of(action: str) -> Facts:
    return facts(action)


def of_action(action: str, facts: Facts) -> Facts:
    """These facts as this action has them: an amount only where it is money out, and what it declares itself."""
    spec = next(spec for spec in writes() if spec.name == action)
    best = BEST if action == "refund_payment" else _of(action)
    declared = {name: value for name, value in {**best.declared, **facts.declared}.items() if name in spec.facts}
    return facts.replace(**({"declared": declared} | ({} if spec.money else {"amount": None})))


BEST = facts("refund_payment")
"""A refund of £40.00 that the copilot may do alone."""
