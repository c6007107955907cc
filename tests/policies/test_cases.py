"""Every rule does what its cases say, and nothing else decides them."""

from __future__ import annotations

from typing import Literal

import cedarpy
import pytest
import yaml
from pydantic import Field

from cx_core.adapters.cedar_engine import SCHEMA_FILE, schema_text
from cx_core.decide import guard
from cx_core.records import Record, Role
from tests.policies import shipped


class PolicyCase(Record):
    """One request beside a rule."""

    rule: str
    answer: Literal["ALLOW", "DENY"]
    to: str
    do: str
    changes: dict[str, object] = Field(default_factory=dict, alias="with")


def _cases() -> list[PolicyCase]:
    files = sorted((shipped.POLICIES / "cases").glob("*.yaml"))
    return [
        PolicyCase.model_validate({"rule": rule, **case})
        for file in files
        for rule, cases in yaml.safe_load(file.read_text("utf-8")).items()
        for case in cases
    ]


def _effects() -> dict[str, str]:
    text = "\n".join(file.read_text("utf-8") for file in sorted(shipped.POLICIES.glob("*.cedar")))
    policies = cedarpy.policies_to_pst(text).static_policies.values()
    return {policy.annotations["id"]: policy.effect for policy in policies}


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case.rule}-{case.answer}-{case.to}-{case.do}")
def test_that_a_case_gets_its_answer_from_its_rule(case: PolicyCase) -> None:
    role = None if case.to == "copilot" else Role(case.to)
    answer = guard.decide(role, shipped.step(case.do), shipped.facts(case.do, **case.changes), shipped.engine())
    assert answer.allowed == (case.answer == "ALLOW"), answer.reasons
    forbids = _effects()[case.rule] == "forbid"
    if forbids and case.answer == "DENY":
        assert answer.policies == (case.rule,)
    if not forbids and case.answer == "ALLOW":
        assert answer.policies == (case.rule,)


def test_that_the_shipped_policies_are_sound() -> None:
    assert shipped.engine().trouble == ""


def test_that_every_rule_has_an_allow_and_a_deny() -> None:
    covered = {(case.rule, case.answer) for case in _cases()}
    assert covered == {(rule, answer) for rule in shipped.engine().rules for answer in ("ALLOW", "DENY")}


def test_that_each_deny_of_a_forbid_has_an_allow_that_asks_for_the_same() -> None:
    """Otherwise the forbid may be wider than its cases show."""
    effects = _effects()
    allowed = {(case.rule, case.do, case.to) for case in _cases() if case.answer == "ALLOW"}
    denied = {(case.rule, case.do, case.to) for case in _cases() if case.answer == "DENY"}
    lonely = {(rule, do, to) for rule, do, to in denied - allowed if effects[rule] == "forbid" and rule != "4"}
    assert lonely == set()


def test_that_every_write_is_permitted_to_somebody() -> None:
    """A new action without a rule is denied to everyone; this says that one was forgotten."""
    forgotten = [
        spec.name
        for spec in shipped.writes()
        if not guard.may(Role.ADMINISTRATOR, shipped.step(spec.name), shipped.facts(spec.name), shipped.engine())[0]
    ]
    assert forgotten == []


def test_that_the_schema_file_is_what_the_actions_generate() -> None:
    assert (shipped.POLICIES / SCHEMA_FILE).read_text("utf-8") == schema_text(shipped.actions())


def test_that_the_readable_words_of_every_rule_can_be_filled() -> None:
    for rule in shipped.engine().rules:
        says = shipped.engine().says(rule)
        assert says
        assert "{" not in says.format_map(dict.fromkeys(guard.PLACEHOLDERS, "x"))
