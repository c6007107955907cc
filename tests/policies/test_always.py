"""What holds of the shipped rules whatever they are asked: thousands of questions about every action."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.policy_check import PolicyCheck
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import NARROWING
from cx_core.records import APPROVERS, Role
from tests.policies import shipped
from tests.policies.questions import (
    ASKERS,
    SPECS,
    Question,
    Value,
    allowed,
    changed,
    facts_of,
    looser,
    missing,
    questions,
)


def engine_of(changes: dict[str, tuple[str, str]]) -> CedarEngine:
    """The shipped rules with one text for another in some files."""
    texts = {path.name: path.read_text("utf-8") for path in shipped.POLICIES.glob("*.cedar")}
    for name, (old, new) in changes.items():
        assert old in texts[name]
        texts[name] = texts[name].replace(old, new)
    engine = CedarEngine(texts, shipped.actions())
    assert engine.trouble == ""
    return engine


# --- what nobody found out --------------------------------------------------------------------


@pytest.mark.parametrize("role", ASKERS)
def test_that_no_single_fact_allows_more_when_nobody_found_it_out(role: Role | None) -> None:
    """Each fact of each action, in the best of circumstances, against each value that a rule names."""
    assert [one for action in SPECS for one in looser(action, role, shipped.facts(action))] == []


@settings(max_examples=300, deadline=None)
@given(question=questions)
def test_that_no_single_fact_does_so_in_other_circumstances(question: Question) -> None:
    action, role, facts = question
    assert looser(action, role, facts) == []


@settings(max_examples=1000, deadline=None)
@given(question=questions, seed=st.integers(0, 2**40))
def test_that_no_facts_together_do(question: Question, seed: int) -> None:
    action, role, facts = question
    chance, names = random.Random(seed), facts_of(action)
    unseen = changed(action, facts, missing(chance.sample(names, chance.randint(2, 8))))
    if allowed(action, role, unseen):
        assert allowed(action, role, facts)


def test_that_facts_without_any_value_allow_nobody_anything() -> None:
    """But an answer, which a supervisor may always give."""
    for action in SPECS:
        nothing = changed(action, shipped.facts(action), missing(facts_of(action)))
        may = [role for role in ASKERS if allowed(action, role, nothing)]
        assert may == ([Role.SUPERVISOR, Role.ADMINISTRATOR] if action == "send_reply" else [])


def test_that_a_fact_of_the_action_that_nobody_worked_out_allows_nobody_anything() -> None:
    for action, spec in SPECS.items():
        facts = shipped.facts(action)
        for name in spec.facts:
            without = {own: value for own, value in facts.declared.items() if own != name}
            lacking = facts.replace(declared=without)
            assert not any(allowed(action, role, lacking) for role in ASKERS)


@pytest.mark.parametrize(
    ("file", "rule", "loose", "told"),
    [
        (
            "3_people.cedar",
            '!["", "a vulnerable customer"].contains(context.grave)',
            '["danger", "legal action"].contains(context.grave)',
            "grave is 'danger'",
        ),
        ("2_copilot.cedar", "unless { context.identity >= 1 }", "when { context.identity == 1 }", "identity is 1"),
        (
            "3_people.cedar",
            "when { principal.rank >= 1 };",
            'when { principal.rank > 0 && resource.tier != "vip" };',
            "tier is 'vip'",
        ),
        (
            "4_money.cedar",
            "{ context.payouts_customer_day >= 2 }",
            "{ context.payouts_customer_day >= 2 && context.payouts_customer_day < 9 }",
            "payouts_customer_day is",
        ),
    ],
)
def test_that_a_rule_that_is_looser_on_the_unknown_would_be_seen(
    monkeypatch: pytest.MonkeyPatch, file: str, rule: str, loose: str, told: str
) -> None:
    """Seen by these questions alone, even if the check of the rules were blind."""
    monkeypatch.setattr(PolicyCheck, "widening", lambda _self: iter(()))
    engine = engine_of({file: (rule, loose)})
    found = [one for action in SPECS for role in ASKERS for one in looser(action, role, shipped.facts(action), engine)]
    assert any(told in one for one in found)


# --- what only narrows ------------------------------------------------------------------------


@settings(max_examples=1000, deadline=None)
@given(question=questions)
def test_that_what_a_model_or_a_customers_word_says_only_narrows(question: Question) -> None:
    action, role, facts = question
    best: dict[str, Value] = {
        "within": True,
        "sure": True,
        "grounded": True,
        "sentiment": "neutral",
        "urgency": "low",
        "grave": "",
    }
    assert best.keys() == NARROWING
    if allowed(action, role, facts):
        assert allowed(action, role, changed(action, facts, best))


@pytest.fixture(scope="module")
def generous() -> CedarEngine:
    """The shipped rules and one more that permits everything to everyone."""
    permit = '@id("99") @says("Anything goes")\npermit(principal, action, resource);'
    texts = {path.name: path.read_text("utf-8") for path in shipped.POLICIES.glob("*.cedar")}
    engine = CedarEngine(texts | {"9_generous.cedar": permit}, shipped.actions())
    assert engine.trouble == ""
    return engine


@settings(max_examples=1000, deadline=None)
@given(question=questions)
def test_that_one_more_permit_never_defeats_a_forbid(generous: CedarEngine, question: Question) -> None:
    action, role, facts = question
    before = guard.decide(role, shipped.step(action), facts, shipped.engine())
    after = guard.decide(role, shipped.step(action), facts, generous)
    if not before.allowed and before.policies:
        assert not after.allowed
        assert after.policies == before.policies


@settings(max_examples=300, deadline=None)
@given(question=questions)
def test_that_a_higher_role_may_all_that_a_lower_one_may(question: Question) -> None:
    action, _, facts = question
    answers = [allowed(action, role, facts) for role in APPROVERS]
    assert answers == sorted(answers)


@settings(max_examples=300, deadline=None)
@given(question=questions)
def test_that_the_copilot_never_may_what_no_person_may(question: Question) -> None:
    action, _, facts = question
    if allowed(action, None, facts):
        assert allowed(action, Role.ADMINISTRATOR, facts)
