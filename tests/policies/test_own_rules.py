"""Rules made of the limits of own task types: none of them reaches an act that people's rules forbid."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.adapters.policy.case_files import case_texts, try_made
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.own_rules import OwnRule, own_rules, with_own_rules
from cx_core.adapters.policy.policy_in_force import with_connected_rule
from cx_core.adapters.policy.policy_rules import policy_texts
from cx_core.catalogue import ActionSpec, ArgumentSpec
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import Facts
from cx_core.records import ActionName, OwnLimits, OwnStep, OwnTaskType, Role, TaskTypeName
from tests.policies import shipped
from tests.policies.questions import ASKERS, Question, changed, questions

PAY, CLOSE = ActionName("shop_pay_out"), ActionName("shop_close")
AMOUNT = ArgumentSpec(type="money", title="Amount")
CONNECTED = {
    PAY: ActionSpec(
        name=PAY, kind="write", system="Shop", title="Pay out", money="amount", arguments={"amount": AMOUNT}
    ),
    CLOSE: ActionSpec(name=CLOSE, kind="write", system="Shop", title="Close an account"),
}
ACTIONS = {**shipped.actions(), **CONNECTED}
EVERYTHING = (PAY, CLOSE, ActionName("refund_payment"), ActionName("cancel_contract"))
WIDEST = OwnLimits(least="advisor")
LIMITS = (
    WIDEST,
    OwnLimits(least="advisor", advisor_most=5_000, two_above=9_000),
    OwnLimits(least="supervisor", two_above=0),
    OwnLimits(least="advisor", advisor_most=10**12, two_above=10**12),
)
LETS_ALL = f'@id("800")\n@says("All")\npermit (principal, action in [Action::"{PAY}", Action::"{CLOSE}"], resource);\n'


def planning(number: int, limits: OwnLimits, *names: ActionName) -> OwnTaskType:
    steps = tuple(OwnStep(action=name) for name in names)
    name = TaskTypeName(f"own_{number}")
    return OwnTaskType(id=str(number), number=number, name=name, title="Pay; out\n@id", steps=steps, limits=limits)


def made_of(*own: OwnTaskType) -> tuple[OwnRule, ...]:
    return own_rules(policy_texts(shipped.POLICIES), own, ACTIONS, CONNECTED)


@cache
def engine_with(limits: OwnLimits | None) -> CedarEngine:
    """The shipped rules with one own task type that plans everything; without limits, with a permit of all instead, so
    that only what people's rules forbid is denied."""
    files = policy_texts(shipped.POLICIES)
    if limits is None:
        return read({**files, "100_all.cedar": LETS_ALL})
    own = (planning(1, limits, *EVERYTHING),)
    return read(with_connected_rule(with_own_rules(files, made_of(*own), own), CONNECTED))


def read(files: dict[str, str]) -> CedarEngine:
    engine = CedarEngine(files, ACTIONS)
    assert engine.trouble == ""
    assert engine.untrue == ()
    return engine


def answer(engine: CedarEngine, role: Role | None, action: ActionName, facts: Facts) -> bool:
    own = {} if action in CONNECTED else facts.declared
    asked = facts.replace(declared=own, amount=facts.amount if action != CLOSE else None)
    return guard.decide(role, shipped.step(action), asked, engine).allowed


@settings(max_examples=400, deadline=None)
@given(question=questions, limits=st.sampled_from(LIMITS), name=st.sampled_from((PAY, CLOSE)))
def test_that_no_own_task_type_reaches_an_act_that_a_rule_forbids(
    question: Question, limits: OwnLimits, name: ActionName
) -> None:
    facts = question.facts if question.facts.amount is not None else question.facts.replace(amount=1)
    for role in ASKERS:
        if answer(engine_with(limits), role, name, facts):
            assert answer(engine_with(None), role, name, facts), (role, name)
            assert role is not None, "the copilot never does it alone"


@settings(max_examples=200, deadline=None)
@given(question=questions, limits=st.sampled_from(LIMITS))
def test_that_it_changes_nothing_about_what_other_rules_name(question: Question, limits: OwnLimits) -> None:
    action = ActionName(question.action)
    for role in ASKERS:
        before = guard.decide(role, shipped.step(action), question.facts, shipped.engine())
        after = guard.decide(role, shipped.step(action), question.facts, engine_with(limits))
        assert (before.allowed, before.policies) == (after.allowed, after.policies)


def test_that_every_rule_has_cases_that_allow_and_deny_and_they_hold() -> None:
    files = policy_texts(shipped.POLICIES) | case_texts(shipped.POLICIES)
    for limits in LIMITS[:2]:
        rules = made_of(planning(1, limits, *EVERYTHING))
        assert all({case.answer for case in rule.cases} == {"ALLOW", "DENY"} for rule in rules)
        cases = [case for rule in rules for case in rule.cases]
        tried = try_made(cases, files, ACTIONS, engine_with(limits))
        assert [one.wrong for one in tried if one.wrong] == []


def test_that_of_two_task_types_with_one_action_the_stricter_holds() -> None:
    own = (planning(1, WIDEST, PAY), planning(2, OwnLimits(least="advisor", advisor_most=1_000), PAY))
    files = policy_texts(shipped.POLICIES)
    engine = read(with_connected_rule(with_own_rules(files, made_of(*own), own), CONNECTED))
    facts = changed("refund_payment", shipped.facts("refund_payment"), {"amount": 1_001})
    assert not answer(engine, Role.ADVISOR, PAY, facts)
    assert answer(engine, Role.SUPERVISOR, PAY, facts)
    assert answer(engine, Role.ADVISOR, PAY, facts.replace(amount=1_000))


@pytest.mark.parametrize("name", ["refund_payment", "cancel_contract"])
def test_that_actions_that_other_rules_name_get_no_rule(name: str) -> None:
    assert made_of(planning(1, WIDEST, ActionName(name))) == ()
