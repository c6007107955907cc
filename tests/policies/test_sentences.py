"""A rule's sentence tells what the rule decides: its numbers come from it, and what is written out must be in it."""

from __future__ import annotations

import pytest

from bench.guard import PACK
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.policy_rules import policy_texts
from tests.policies import shipped
from tests.policies.test_foreign_business import actions

MONEY = "4_money.cedar"
SUPERVISED = "{amount}: above {amount.limit} a supervisor approves"


def rule(says: str, when: str, *, asker: str = "principal is Role") -> CedarEngine:
    text = f"""@id("90") @says("{says}")
forbid ({asker}, action in Action::"money_out", resource) when {{ {when} }};"""
    return CedarEngine(policy_texts(shipped.POLICIES) | {"9_more.cedar": text}, shipped.actions())


def wrong(says: str, when: str) -> list[str]:
    """What is wrong with the sentence of such a rule, without where."""
    engine = rule(says, when)
    assert engine.troubles == ()
    return [one.removeprefix("9_more.cedar line 1: rule 90: ") for one in engine.untrue]


@pytest.mark.parametrize(
    ("minor", "told"), [(20000, "£200.00"), (15000, "£150.00"), (5, "£0.05"), (100000000, "£1000000.00")]
)
def test_that_the_sentence_follows_the_number_in_the_rule(minor: int, told: str) -> None:
    texts = policy_texts(shipped.POLICIES)
    assert SUPERVISED in texts[MONEY]
    engine = CedarEngine(texts | {MONEY: texts[MONEY].replace("> 20000", f"> {minor}")}, shipped.actions())
    assert (engine.says("44"), engine.untrue) == (f"{{amount}}: above {told} a supervisor approves", ())


def test_that_amounts_are_of_the_business_s_currency() -> None:
    engine = CedarEngine(shipped.POLICIES, shipped.actions(), currency="EUR")
    assert engine.says("43") == "{amount}: €50.00 or more never goes out alone"


def test_that_no_shipped_rule_and_no_rule_of_the_other_business_lies() -> None:
    assert shipped.engine().untrue == ()
    assert CedarEngine(PACK / "policies", actions()).untrue == ()


def test_that_an_amount_left_behind_is_named_with_file_and_line() -> None:
    """The rule was changed to £150, its sentence was not."""
    texts = policy_texts(shipped.POLICIES)
    left = (
        texts[MONEY].replace(SUPERVISED, "{amount}: above £200.00 a supervisor approves").replace("> 20000", "> 15000")
    )
    engine = CedarEngine(texts | {MONEY: left}, shipped.actions())
    (told,) = engine.untrue
    assert told.startswith(f"{MONEY} line ")
    assert told.endswith("rule 44: its sentence says £200.00, which it compares with nothing")


@pytest.mark.parametrize(
    ("says", "when", "what"),
    [
        ("Above 200 pounds two sign", "context.amount > 15000", "its sentence says 200"),
        ("Above {amount.limit} three people sign", "context.amount > 15000", "its sentence says three"),
        ("From ten payouts on", "context.payouts_customer_day >= 3", "its sentence says ten"),
        ("Within 48 hours", "context.payouts_customer_day >= 48000", "its sentence says 48"),
        (
            "Too much at once",
            "context.amount > 15000",
            "it compares amount with £150.00, which its sentence does not say",
        ),
        (
            "Above {amount.limit} an administrator approves",
            "context.amount > 15000 && principal.rank < 2",
            "its sentence names an administrator, and it asks for a supervisor",
        ),
        ("Above £150.50", "context.amount > 15000", "its sentence says £150.50"),
    ],
)
def test_that_a_sentence_that_tells_something_else_is_refused(says: str, when: str, what: str) -> None:
    assert any(one.startswith(what) for one in wrong(says, when)), wrong(says, when)


@pytest.mark.parametrize(
    ("says", "when"),
    [
        ("Above £150.00 a supervisor approves", "context.amount > 15000 && principal.rank < 2"),
        ("Above £1,500 nothing goes", "context.amount > 150000"),
        ("Above 150 pounds in 30 days", "context.amount + context.paid_customer > 15000"),
        ("From three payouts in 24 hours on", "context.payouts_customer_day >= 3"),
        ("From {payouts_customer_day.limit} payouts on", "context.payouts_customer_day >= 3"),
        ("There is nothing to pay", "context.amount <= 0"),
        ("{amount} goes over 4G", "context.amount < 0"),
    ],
)
def test_that_a_true_sentence_is_left_alone(says: str, when: str) -> None:
    assert wrong(says, when) == []


@pytest.mark.parametrize(
    ("says", "how"),
    [
        ("Above {paid_customer.limit}", "compares paid_customer with no number"),
        ("Above {amount.limit}", "several numbers: make it a rule for each"),
    ],
)
def test_that_a_limit_that_the_rule_has_not_or_twice_cannot_be_used(says: str, how: str) -> None:
    engine = rule(says, "context.amount > 15000 && context.amount < 90000")
    assert how in engine.trouble
    assert engine.trouble.startswith("9_more.cedar line 1: rule 90: its sentence says")
