"""A slice of the rules gives the answer that all of them give, with the schema, to the whole question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.policy_slices import Asker
from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, MONEY, Facts
from tests.policies import shipped

RULES = """
@id("1") @says("x") permit(principal is Role, action in Action::"writes", resource) when { principal.rank > 0 };
@id("2") @says("x") permit(principal == Copilot::"fault", action, resource) when { principal.level > 2 };
@id("3") @says("x") forbid(principal, action in Action::"money_out", resource is Customer)
when { context.amount < 1 || context.amount > 9 };
@id("4") @says("x") forbid(principal, action == Action::"refund_payment", resource) when { context.amount + 1 > 9 };
@id("5") @says("x") forbid(principal, action, resource == Customer::"C-2");
@id("6") @says("x") forbid(principal, action, resource) when { context has disputed && context.disputed };
@id("7") @says("x") forbid(principal, action, resource) unless { principal is Role || resource.tier like "s*" };
@id("8") @says("x") forbid(principal, action, resource) when { action in Action::"money_out" && !context.own };
@id("9") @says("x") permit(principal is Copilot, action == Action::"send_reply", resource)
when { principal has stopped };
"""
ENGINES = {"shipped": shipped.engine(), "odd": CedarEngine({"a.cedar": RULES}, shipped.actions())}

VALUES: dict[str, st.SearchStrategy[object]] = {
    "level": st.integers(0, 4),
    "ceiling": st.integers(0, 4),
    "identity": st.integers(0, 2),
    "amount": st.sampled_from([-1, 0, 8, 9, 10, 4999, 5000, 20001, 2**63 - 1]),
    "charged": st.integers(0, 20000),
    "tier": st.sampled_from(["standard", "vip", '"\\x']),
    "channel": st.sampled_from(["email", "chat"]),
    "risk": st.sampled_from(["low", "high"]),
    "sentiment": st.sampled_from(["negative", "neutral"]),
    "urgency": st.sampled_from(["normal", "high"]),
    "grave": st.sampled_from(["", "danger", "unknown"]),
}


def some(names: tuple[str, ...], best: Facts = shipped.BEST) -> st.SearchStrategy[dict[str, object]]:
    sums = st.sampled_from([0, 2, 11000, 100000])
    kinds = {name: type(best.declared[name] if name in best.declared else getattr(best, name)) for name in names}
    return st.fixed_dictionaries(
        {name: VALUES.get(name, st.booleans() if kinds[name] is bool else sums) for name in names}
    )


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_that_a_slice_answers_as_all_rules_do(engine: CedarEngine, data: st.DataObject) -> None:
    assert engine.trouble == ""
    spec = data.draw(st.sampled_from(shipped.writes()))
    rank = data.draw(st.sampled_from([0, 1, 2, 3]))
    copilot: Asker = ("Copilot", data.draw(st.sampled_from(["fault", "billing"])), data.draw(some(COPILOT)))
    person: Asker = ("Role", "advisor", {"rank": rank})
    principal = data.draw(st.sampled_from([copilot, person]))
    resource = ("Customer", data.draw(st.sampled_from(["C-1", "C-2"])), data.draw(some(CUSTOMER)))
    context = data.draw(some((*COMMON, *(MONEY if spec.money else ()), *spec.facts), shipped.facts(spec.name)))
    allowed, policies, errors = engine.decide(principal=principal, action=spec.name, resource=resource, context=context)
    whole = engine._ask(principal, spec.name, resource, context)
    assert (allowed, policies, bool(errors)) == (whole[0], whole[1], bool(whole[2]))


@pytest.mark.parametrize(
    "changed",
    [
        {"own": None},
        {"own": 1},
        {"identity": True},
        {"identity": 2**63},
        {"amount": "9"},
        {"channel": b"x"},
        {"more": True},
        {"sure": "missing"},
        {"amount": 1.0},
        {"disputed": "missing"},
        {"charged": "much"},
    ],
)
def test_that_what_is_missing_or_of_another_type_is_never_allowed(changed: dict[str, object]) -> None:
    context = {name: getattr(shipped.BEST, name) for name in (*COMMON, *MONEY)} | shipped.BEST.declared | changed
    context = {name: value for name, value in context.items() if value != "missing"}
    allowed, _, errors = shipped.engine().decide(
        principal=("Role", "administrator", {"rank": 3}),
        action="refund_payment",
        resource=("Customer", "C-1", {name: getattr(shipped.BEST, name) for name in CUSTOMER}),
        context=context,
    )
    assert not allowed
    assert errors
