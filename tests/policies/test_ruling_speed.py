"""What the speed of rulings is measured on is sound, and a ruling names a fact nobody found out without failing."""

from __future__ import annotations

from bench import ruling_speed
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.catalogue import FactSpec
from cx_core.decide.policy import guard
from cx_core.records import ActionName
from tests.policies import shipped


def test_that_a_thousand_rules_over_fifty_actions_are_sound() -> None:
    actions = ruling_speed._many_actions()
    engine = CedarEngine({"many.cedar": ruling_speed._many_rules(actions)}, actions)
    assert engine.trouble == ""
    assert (len(engine.rules), len(actions)) == (1000, 50)


def test_that_a_rule_may_name_a_fact_that_is_not_known() -> None:
    spec = next(iter(shipped.actions().values())).replace(
        name=ActionName("move"), kind="write", facts={"hours": FactSpec(type="long", value="1", says="Hours")}
    )
    rules = '@id("1") @says("After {hours} hours") forbid(principal, action, resource) unless { context.own };\n'
    rules += '@id("2") @says("x") permit(principal, action, resource) when { principal is Role && principal.rank > 0 };'
    engine = CedarEngine({"a.cedar": rules}, {spec.name: spec})
    assert engine.trouble == ""
    facts = shipped.BEST.replace(own=False, amount=None, declared=shipped.facts("send_reply").declared)
    answer = guard.decide(None, shipped.step("send_reply"), facts, engine)
    assert (answer.allowed, answer.reasons) == (False, ("After unknown hours",))
