"""Every rule does what its cases say, and nothing else decides them."""

from __future__ import annotations

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
from cx_core.adapters.policy.case_files import case_texts, checked, try_cases
from cx_core.adapters.policy.policy_schema import SCHEMA_FILE, schema_text
from cx_core.decide.policy import guard
from cx_core.records import Role
from cx_core.settings import ROOT
from cx_core.views.policy_cases import CaseTried
from tests.policies import shipped

PACK = ROOT / "bench" / "packs" / "airline"
SHIPPED = try_cases(case_texts(shipped.POLICIES), shipped.actions(), shipped.engine())


@pytest.mark.parametrize("one", SHIPPED.tried, ids=lambda one: f"{one.case.rule}-{one.case.answer}-{one.case.where}")
def test_that_a_case_gets_its_answer_from_its_rule(one: CaseTried) -> None:
    assert one.wrong == ""


def test_that_every_rule_has_an_allow_and_a_deny() -> None:
    assert SHIPPED.troubles == ()
    assert {one.case.rule for one in SHIPPED.tried} == set(shipped.engine().rules)


def test_that_the_rules_of_a_foreign_business_are_sound_and_do_what_their_cases_say() -> None:
    actions, _ = load_catalogue(PACK)
    engine, cases = checked(PACK / "policies", actions)
    assert cases.wrong == ()
    assert {one.case.rule for one in cases.tried} == set(engine.rules)


def test_that_the_shipped_policies_are_sound() -> None:
    assert shipped.engine().trouble == ""


def test_that_each_deny_of_a_forbid_has_an_allow_that_asks_for_the_same() -> None:
    """Otherwise the forbid may be wider than its cases show."""
    effects = {rule.id: rule.effect for rule in shipped.engine().contents}
    cases = [one.case for one in SHIPPED.tried]
    allowed = {(case.rule, case.do, case.to) for case in cases if case.answer == "ALLOW"}
    denied = {(case.rule, case.do, case.to) for case in cases if case.answer == "DENY"}
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
    declared = {name for spec in shipped.writes() for name in spec.facts}
    for rule in shipped.engine().rules:
        says = shipped.engine().says(rule)
        assert says
        assert "{" not in says.format_map(dict.fromkeys(guard.PLACEHOLDERS | declared, "x"))
