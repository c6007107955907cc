"""The shipped policies and the request every case starts from."""

from __future__ import annotations

from functools import cache

import yaml

from cx_core.adapters.cedar_engine import CedarEngine
from cx_core.adapters.policy_cases import best_of, case_texts
from cx_core.catalogue import ActionSpec
from cx_core.decide.facts import SEND_REPLY, Facts
from cx_core.records import ActionName, Step, StepId
from cx_core.settings import ROOT

POLICIES = ROOT / "knowledge" / "policies"

BEST = Facts.model_validate({**best_of(case_texts(POLICIES))["*"], "customer": "C-1"})
"""A refund of £40.00 that the copilot may do alone."""


@cache
def actions() -> dict[ActionName, ActionSpec]:
    files = (ROOT / "knowledge" / "actions").glob("*.yaml")
    specs = (ActionSpec.model_validate(yaml.safe_load(file.read_text("utf-8"))) for file in files)
    return {spec.name: spec for spec in specs}


def writes() -> tuple[ActionSpec, ...]:
    return (*(spec for spec in actions().values() if spec.kind == "write"), SEND_REPLY)


@cache
def engine() -> CedarEngine:
    return CedarEngine(POLICIES, actions())


def step(action: str) -> Step:
    return Step(id=StepId("s1"), goal=0, action=ActionName(action))


def facts(action: str, **changes: object) -> Facts:
    """The best of circumstances for this action, changed; no amount where it is not money out."""
    spec = next(spec for spec in writes() if spec.name == action)
    plain = {} if spec.money else {"amount": None}
    return Facts.model_validate({**BEST.model_dump(), **plain, **changes})
