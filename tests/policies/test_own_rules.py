"""Rules made of the limits of own task types: none of them reaches an act that people's rules forbid."""

from __future__ import annotations

import shutil
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.adapters.keys.hmac_seals import KeyedSealer
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.policy.case_files import case_texts, try_made
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.own_rules import UNKNOWN_SUM_RULE, OwnRule, own_rules, with_own_rules
from cx_core.adapters.policy.policy_in_force import BROKEN, OTHERWISE, Policies, with_connected_rule
from cx_core.adapters.policy.policy_rules import policy_texts
from cx_core.bootstrap.starter import STARTER
from cx_core.catalogue import ActionSpec, ArgumentSpec
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import UNKNOWN_AMOUNT, Facts
from cx_core.records import ActionName, OwnLimits, OwnStep, OwnTaskType, Role, TaskTypeName
from cx_core.views.policy_views import PolicySet
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
STARTER_ACTIONS = load(STARTER).actions
EVERYTHING = (PAY, CLOSE, ActionName("refund_payment"), ActionName("cancel_contract"))
WIDEST = OwnLimits(least="advisor")
LIMITS = (
    WIDEST,
    OwnLimits(least="advisor", advisor_most=5_000, two_above=9_000),
    OwnLimits(least="supervisor", two_above=0),
    OwnLimits(least="advisor", advisor_most=10**12, two_above=10**12),
)
LETS_ALL = f'@id("800")\n@says("All")\npermit (principal, action in [Action::"{PAY}", Action::"{CLOSE}"], resource);\n'


class NoSets:
    """The folder's rules are in force."""

    def active(self) -> str:
        return ""

    def one(self, id: str) -> PolicySet:
        raise AssertionError("no set is in force")


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
    for limits in LIMITS[:3]:
        rules = made_of(planning(1, limits, *EVERYTHING))
        assert all({case.answer for case in rule.cases} == {"ALLOW", "DENY"} for rule in rules)
        cases = [case for rule in rules for case in rule.cases]
        tried = try_made(cases, files, ACTIONS, engine_with(limits))
        assert [one.wrong for one in tried if one.wrong] == []


def on_the_starter(limits: OwnLimits) -> tuple[CedarEngine, tuple[OwnRule, ...]]:
    """The starter's rules, which say nothing of money, with what these limits become."""
    folder, known = STARTER / "policies", {**STARTER_ACTIONS, **CONNECTED}
    own, files = (planning(1, limits, PAY, CLOSE),), policy_texts(folder)
    rules = own_rules(files, own, known, CONNECTED)
    return CedarEngine(with_connected_rule(with_own_rules(files, rules, own), CONNECTED), known), rules


@pytest.mark.parametrize("limits", LIMITS)
def test_that_limits_pass_the_check_where_no_other_rule_is_about_money(limits: OwnLimits) -> None:
    engine, rules = on_the_starter(limits)
    assert (engine.troubles, engine.untrue) == ((), ())
    files = case_texts(STARTER / "policies")
    tried = try_made([case for rule in rules for case in rule.cases], files, {**STARTER_ACTIONS, **CONNECTED}, engine)
    assert [one.wrong for one in tried if one.wrong] == []


@pytest.mark.parametrize("limits", LIMITS)
def test_that_nobody_approves_an_amount_that_was_not_found_out(limits: OwnLimits) -> None:
    engine, _ = on_the_starter(limits)
    facts = shipped.facts("refund_payment").replace(amount=1, seconded=True)
    for role in ASKERS:
        assert not answer(engine, role, PAY, facts.replace(amount=UNKNOWN_AMOUNT)), role
    assert answer(engine, Role.ADMINISTRATOR, PAY, facts)
    assert answer(engine, Role.ADMINISTRATOR, CLOSE, facts), "what pays nothing needs no amount"


def test_that_no_permit_lets_the_copilot_pay_an_amount_that_was_not_found_out() -> None:
    folder, known = STARTER / "policies", {**STARTER_ACTIONS, **CONNECTED}
    own, files = (planning(1, WIDEST, PAY),), policy_texts(folder)
    rules = own_rules(files, own, known, CONNECTED)
    made = with_own_rules(files, rules, own)
    engine = CedarEngine({**made, "100_all.cedar": LETS_ALL}, known)
    assert engine.trouble == ""
    facts = shipped.facts("refund_payment").replace(amount=1, seconded=True)
    assert answer(engine, None, PAY, facts), "this permit would let it"
    unknown = facts.replace(amount=UNKNOWN_AMOUNT)
    denied = guard.decide(None, shipped.step(PAY), unknown.replace(declared={}), engine)
    assert (denied.allowed, denied.policies) == (False, (UNKNOWN_SUM_RULE,))
    (rule,) = [one for one in rules if one.id == UNKNOWN_SUM_RULE]
    assert ("DENY", "copilot") in {(case.answer, case.to) for case in rule.cases}


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


@pytest.mark.parametrize(("written", "begins"), [("permit (principal, action", BROKEN), ("", OTHERWISE)])
def test_that_what_is_wrong_with_a_limit_is_said_in_words_for_whoever_set_it(
    tmp_path: Path, written: str, begins: str
) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(shipped.POLICIES, folder)
    if written:
        (folder / "9_more.cedar").write_text(written)
    with closing(KeyStore(f"sqlite:///{tmp_path / 'keys.db'}")) as keys:
        policies = Policies(folder, ACTIONS, NoSets(), KeyedSealer(keys), connected=CONNECTED)
        wrong = {one.wrong for one in policies.own_tried((planning(1, LIMITS[3], PAY),)) if one.wrong}
    assert wrong
    assert all(one.startswith(begins) for one in wrong), wrong
