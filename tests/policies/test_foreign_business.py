"""What always holds for facts that a business declares itself, shown on the airline."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.guard import PACK
from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.catalogue import ActionSpec
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import Facts
from cx_core.records import APPROVERS, ActionName, Step, StepId
from tests.policies import shipped

RIGHT: dict[str, bool | int | str] = {
    "asked_for": True,
    "cabin": "business",
    "insured": False,
    "hours_booked": 5,
    "airline_cancelled": False,
    "flown": False,
    "paid_again": False,
}
CANCEL = Step(id=StepId("s1"), goal=0, action=ActionName("cancel_reservation"))


@cache
def actions() -> dict[ActionName, ActionSpec]:
    return load_catalogue(PACK)[0]


@cache
def engine() -> CedarEngine:
    return CedarEngine(PACK / "policies", actions())


def facts(declared: dict[str, bool | int | str]) -> Facts:
    return shipped.BEST.replace(level=4, amount=None, quiet=False, declared=declared)


def test_that_the_airlines_rules_are_sound_and_let_a_right_act_go() -> None:
    assert engine().trouble == ""
    assert guard.rule(CANCEL, facts(RIGHT), engine()).answer == "allow"


@given(st.sets(st.sampled_from(sorted(RIGHT)), min_size=1))
def test_that_a_fact_that_could_not_be_found_out_allows_nobody(missing: set[str]) -> None:
    left = {name: value for name, value in RIGHT.items() if name not in missing}
    for role in (None, *APPROVERS):
        assert not guard.decide(role, CANCEL, facts(left), engine()).allowed


@given(st.sampled_from(sorted(RIGHT)), st.one_of(st.booleans(), st.integers(-9, 9), st.text(max_size=5)))
def test_that_a_fact_of_another_type_allows_nobody(name: str, value: bool | int | str) -> None:
    if type(value) is type(RIGHT[name]):
        return
    for role in (None, *APPROVERS):
        assert not guard.decide(role, CANCEL, facts(RIGHT | {name: value}), engine()).allowed


def test_that_no_permit_may_rest_on_what_a_customer_said(tmp_path: Path) -> None:
    rule = (
        '@id("1") @says("Whoever asks gets it")\n'
        'permit (principal, action == Action::"cancel_reservation", resource) when { context.asked_for };'
    )
    (tmp_path / "a.cedar").write_text(rule, "utf-8")
    assert "a.cedar line 1: rule 1 permits because of asked_for" in CedarEngine(tmp_path, actions()).trouble


@given(st.sampled_from(("flown", "airline_cancelled", "insured", "paid_again")), st.booleans())
def test_that_words_of_the_customer_widen_nothing(name: str, value: bool) -> None:
    """With the records as they are, having asked never allows what was not allowed to one who asked."""
    as_is = RIGHT | {name: value, "cabin": "economy", "hours_booked": 99}
    asked, silent = facts(as_is | {"asked_for": True}), facts(as_is | {"asked_for": False})
    for role in (None, *APPROVERS):
        if guard.decide(role, CANCEL, silent, engine()).allowed:
            assert guard.decide(role, CANCEL, asked, engine()).allowed
    assert not guard.decide(None, CANCEL, silent, engine()).allowed
