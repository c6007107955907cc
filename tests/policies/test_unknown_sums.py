"""Nobody knows what went out before: then only those decide whom the rules on sums name, and all of them."""

from __future__ import annotations

import pytest

from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import with_sums
from cx_core.records import APPROVERS, UNKNOWN_SUM, Role, Spent
from tests.policies import shipped

PAYOUTS = sorted(spec.name for spec in shipped.writes() if spec.money)


def allowed(action: str, role: Role | None, spent: Spent, *, seconded: bool = False) -> bool:
    facts = with_sums(shipped.facts(action, seconded=seconded), spent)
    return guard.decide(role, shipped.step(action), facts, shipped.engine()).allowed


@pytest.mark.parametrize("action", PAYOUTS)
@pytest.mark.parametrize("role", [None, Role.EDITOR, *APPROVERS])
def test_that_nobody_alone_pays_where_the_sums_are_unknown(action: str, role: Role | None) -> None:
    assert not allowed(action, role, Spent())


@pytest.mark.parametrize("action", PAYOUTS)
def test_that_two_who_lead_pay_where_the_sums_are_unknown(action: str) -> None:
    """Who could be the first of two the rules say too: an advisor is neither of them."""
    two = {role: allowed(action, role, Spent(), seconded=True) for role in APPROVERS}
    assert two == {Role.ADVISOR: False, Role.SUPERVISOR: True, Role.ADMINISTRATOR: True}
    assert not allowed(action, None, Spent(), seconded=True)


@pytest.mark.parametrize("action", PAYOUTS)
@pytest.mark.parametrize("field", ["customer", "payouts_day"])
def test_that_one_sum_that_is_unknown_keeps_advisors_and_copilot_from_it(action: str, field: str) -> None:
    known = {"customer": 0, "alone_today": 0, "payouts_day": 0}
    assert allowed(action, Role.ADVISOR, Spent.model_validate(known))
    one_unknown = Spent.model_validate(known | {field: UNKNOWN_SUM})
    assert not allowed(action, Role.ADVISOR, one_unknown)
    assert not allowed(action, None, one_unknown)
