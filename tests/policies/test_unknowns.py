"""A rule that counts on a fact being known is an error with file and line: what nobody found out allows nothing."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import NamedTuple

import cedarpy
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from cx_core.adapters.policy.policy_check import PolicyCheck
from cx_core.adapters.policy.policy_unknowns import unknown_value
from cx_core.records import ActionName
from tests.policies import shipped
from tests.policies.conditions import conditions
from tests.policies.test_check import engine_with

REFUND = 'action == Action::"refund_payment"'
SURE = "forbid(principal, action, resource)"
WRONG = [
    (f'{SURE} when {{ ["danger", "legal action"].contains(context.grave) }}', 'context.grave is "danger"'),
    (f'{SURE} when {{ context.channel == "email" }}', 'context.channel is "email"'),
    (f'{SURE} when {{ context.channel like "e*l" }}', "context.channel is some value"),
    (f'{SURE} unless {{ resource.tier == "vip" || resource.tier == "" }}', "resource.tier is some value"),
    (f'{SURE} when {{ context.risk == "low" }}', 'context.risk is "low"'),
    ('forbid(principal is Role, action, resource) when { context.sentiment != "negative" }', "context.sentiment is"),
    ("forbid(principal is Role, action, resource) when { context.reversible }", "context.reversible is some value"),
    (f"{SURE} unless {{ context.quiet }}", "context.quiet is some value"),
    (f"{SURE} unless {{ resource.minor || resource.known }}", "resource.minor is some value"),
    (f"forbid(principal, {REFUND}, resource) when {{ context.identity == 2 }}", "context.identity is 2"),
    (f"forbid(principal, {REFUND}, resource) when {{ context.paid_customer < 10 }}", "paid_customer is some value"),
    (f"forbid(principal, {REFUND}, resource) when {{ context.seconded }}", "context.seconded is some value"),
    (f"forbid(principal, {REFUND}, resource) when {{ 5 - context.payouts_customer_day > 3 }}", "payouts_customer_day"),
    ('permit(principal, action == Action::"cancel_contract", resource) when { resource.tier == "" }', "permits where"),
    ('permit(principal, action == Action::"cancel_contract", resource) when { context.quiet }', "permits where"),
]
RIGHT = [
    f'{SURE} when {{ !["", "danger"].contains(context.grave) }}',
    f'{SURE} when {{ ["", "email"].contains(context.channel) }}',
    f'{SURE} unless {{ context.channel like "?*" || context.channel like "e*" }}',
    f'{SURE} unless {{ resource.tier == "vip" }}',
    f'{SURE} when {{ context.risk != "low" && context.sentiment == "negative" }}',
    f"{SURE} unless {{ context.reversible }}",
    f"forbid(principal, {REFUND}, resource) when {{ context.paid_customer + context.amount + 7 > 10 }}",
    f"forbid(principal, {REFUND}, resource) when {{ context.amount > 700 }}",
    f"forbid(principal, {REFUND}, resource) when {{ context.amount < 7 }}",
    'permit(principal is Role, action == Action::"cancel_contract", resource) when { resource.tier == "vip" }',
    'permit(principal is Role, action == Action::"close_ticket", resource) when { resource.tier == "" }',
    "forbid(principal is Copilot, action, resource) when { principal.level == 4 }",
]


@pytest.mark.parametrize(("rule", "told"), WRONG, ids=[rule for rule, _ in WRONG])
def test_that_a_rule_that_counts_on_knowing_is_an_error(tmp_path: Path, rule: str, told: str) -> None:
    trouble = engine_with(tmp_path, rule).trouble
    assert trouble.startswith("9_more.cedar line 2: rule 900 ")
    assert told in trouble
    assert trouble.endswith("what nobody found out must allow nothing")


@pytest.mark.parametrize("rule", RIGHT)
def test_that_a_rule_that_takes_the_unknown_for_the_worst_is_none(tmp_path: Path, rule: str) -> None:
    assert engine_with(tmp_path, rule).troubles == ()


# --- against Cedar itself ---------------------------------------------------------------------

ATOMS = st.sampled_from(
    [
        "true",
        "false",
        "context.own",
        "context.quiet",
        "resource.minor",
        "context.own == context.quiet",
        "context.identity > 0",
        "context.identity == 1",
        "principal.rank > 1",
        "context.amount > 4",
        "context.amount + context.paid_customer > 5",
        "2 + context.paid_customer - 1 <= 3",
        "context.paid_customer == 1",
        'resource.tier == "vip"',
        'resource.tier != "plus"',
        '["", "vip"].contains(resource.tier)',
        'resource.tier like "*p"',
        'resource.tier like "v?p"',
        "resource.tier == context.channel",
    ]
)
CONDITIONS = conditions(ATOMS, 6)
RULES = st.lists(
    st.tuples(st.sampled_from(["permit", "forbid"]), st.sampled_from(["when", "unless"]), CONDITIONS),
    min_size=1,
    max_size=4,
)
VALUES: dict[str, tuple[bool | int | str, ...]] = {
    "own": (False, True),
    "quiet": (True, False),
    "minor": (True, False),
    "identity": (0, 1, 2),
    "amount": (unknown_value("amount"), 0, 4, 6),
    "paid_customer": (unknown_value("paid_customer"), 0, 1, 2),
    "tier": ("", "vip", "plus", "other"),
    "channel": ("", "vip"),
}
"""Of each fact what it is when nobody found it out, and others."""
HOLDER = {"tier": "resource", "minor": "resource"}
UID = {"type": "Action", "id": "refund_payment"}
GROUPS = [{"type": "Action", "id": group} for group in ("writes", "money_out")]


class Written(NamedTuple):
    """A rule as the check reads it."""

    id: str
    source: str
    where: str = "f line 1"


def answers(rules: str) -> dict[tuple[tuple[str, bool | int | str], ...], bool]:
    """Cedar's answer to a supervisor by the facts that these rules ask for, each with every value of VALUES."""
    asked = [name for name in VALUES if f".{name}" in rules]
    parsed, found = cedarpy.PolicySet.from_str(rules), {}
    for values in product(*(VALUES[name] for name in asked)):
        facts = dict(zip(asked, values, strict=True))
        of = {
            var: {k: v for k, v in facts.items() if HOLDER.get(k, "context") == var} for var in ("context", "resource")
        }
        entities: list[dict[str, object]] = [
            {"uid": UID, "attrs": {}, "parents": GROUPS},
            {"uid": {"type": "Role", "id": "supervisor"}, "attrs": {"rank": 2}, "parents": []},
            {"uid": {"type": "Customer", "id": "C-1"}, "attrs": of["resource"], "parents": []},
        ]
        request = {
            "principal": 'Role::"supervisor"',
            "action": 'Action::"refund_payment"',
            "resource": 'Customer::"C-1"',
            "context": of["context"],
        }
        result = cedarpy.is_authorized(request, parsed, entities)
        assert not result.diagnostics.errors
        found[tuple(facts.items())] = result.allowed
    return found


def looser(found: dict[tuple[tuple[str, bool | int | str], ...], bool]) -> bool:
    """Whether anything is allowed with a fact that nobody found out, and denied with it found out."""
    for facts, allowed in found.items():
        for number, (name, value) in enumerate(facts) if allowed else ():
            if value == VALUES[name][0]:
                known = ((*facts[:number], (name, other), *facts[number + 1 :]) for other in VALUES[name])
                if not all(found[one] for one in known):
                    return True
    return False


@settings(max_examples=150, deadline=None)
@given(rules=RULES)
def test_that_no_rules_that_are_looser_on_the_unknown_pass_the_check(rules: list[tuple[str, str, str]]) -> None:
    written = [
        Written(
            str(number), f'@id("{number}") {effect}(principal is Role, {REFUND}, resource) {when} {{ {condition} }};'
        )
        for number, (effect, when, condition) in enumerate(rules)
    ]
    refund = ActionName("refund_payment")
    check = PolicyCheck(written, {refund: shipped.actions()[refund]}, {refund: ("writes", "money_out")})
    told = list(check.widening())
    if looser(answers("\n".join(rule.source for rule in written))):
        event("looser")
        assert told
    elif told:
        event("told of a rule that these values do not show")
