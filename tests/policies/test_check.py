"""Rules that say nothing, and names that mean nothing: errors with file and line, and never a false one."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path
from typing import NamedTuple

import cedarpy
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.policy_check import PolicyCheck
from cx_core.adapters.policy.policy_schema import SCHEMA_FILE
from cx_core.cli import commands as command
from tests.policies import shipped
from tests.policies.conditions import conditions

REFUND = 'action == Action::"refund_payment"'
NEVER = "line 2: rule 900 can never match"

WRONG = [
    (f"permit(principal, {REFUND}, resource is Copilot)", NEVER),
    ('permit(principal, action == Action::"writes", resource)', NEVER),
    ('permit(principal, action == Action::"refund_paymnt", resource)', "(perhaps refund_payment is meant)"),
    ('forbid(principal, action in [Action::"money_out", Action::"payout"], resource)', "the action payout, which no"),
    ('forbid(principal, action, resource) when { action == Action::"nothing" }', "speaks of the action nothing"),
    ("forbid(principal, action, resource) when { context has amont && context.amont > 3 }", "asks for context.amont"),
    ("forbid(principal is Copilot, action, resource) when { principal has rank }", "asks for principal.rank"),
    (f"forbid(principal, {REFUND}, resource) when {{ true || context.sur }}", "(perhaps sure is meant)"),
    ("forbid(principal, action, resource) when { context.amount > 3 }", "attribute `amount` in context"),
    ("forbid(principal, action, resource) when { false }", NEVER),
    ("forbid(principal, action, resource) unless { 2 + 2 == 4 }", NEVER),
    ("forbid(principal, action, resource) when { context.own && !context.own }", NEVER),
    ("forbid(principal, action, resource) when { context.own } unless { context.own }", NEVER),
    (f"forbid(principal, {REFUND}, resource) when {{ context.amount > 3 && context.amount < 4 }}", NEVER),
    (f"forbid(principal, {REFUND}, resource) when {{ context.amount == 3 && context.amount == 4 }}", NEVER),
    (
        f"forbid(principal, {REFUND}, resource) when {{ context.amount < context.charged }} unless "
        "{ context.charged >= context.amount }",
        NEVER,
    ),
    ('forbid(principal, action, resource) when { context.channel == "email" && context.channel == "chat" }', NEVER),
    ('forbid(principal, action, resource) when { ["a"].contains(context.channel) && context.channel == "c" }', NEVER),
    ("forbid(principal, action, resource) when { context.identity > 2 }", NEVER),
    ('forbid(principal, action, resource) when { context.risk == "grave" }', NEVER),
    ("forbid(principal, action, resource) when { principal is Role && principal.rank > 3 }", NEVER),
    ("forbid(principal is Role, action, resource) when { principal is Copilot }", NEVER),
    ('forbid(principal == Role::"advsor", action, resource)', NEVER),
    ('forbid(principal, action in Action::"money_out", resource) when { action == Action::"close_ticket" }', NEVER),
    (
        'permit(principal, action == Action::"send_reply", resource) when { principal is Role && principal.rank == 0 }',
        "line 2: rule 900 never permits anything: rule 4 forbids all that it permits",
    ),
    (
        'permit(principal is Copilot, action == Action::"change_contact", resource) '
        "when { context.identity == 1 && principal.level > 2 }",
        "never permits anything: rule 12 forbids",
    ),
    (
        f"permit(principal is Copilot, {REFUND}, resource) when {{ context.amount < 1 || context.amount > 5000 }}",
        "never permits anything: other rules together forbid",
    ),
]

RIGHT = [
    f"forbid(principal, {REFUND}, resource) when {{ context.amount > 3 && context.amount < 5 }}",
    f"forbid(principal, {REFUND}, resource) when {{ context.amount != 3 && context.amount != 4 }}",
    'forbid(principal, action, resource) when { ["email", "chat", ""].contains(context.channel) } '
    'unless { context.channel == "email" }',
    'forbid(principal is Role, action, resource) when { principal.rank == 3 && !(context.channel like "e*") }',
    "forbid(principal, action, resource) when { context has amount && context.amount > 900000 }",
    f"forbid(principal, {REFUND}, resource) when {{ context.amount + context.charged > 900000 }}",
    'permit(principal == Role::"supervisor", action == Action::"cancel_contract", resource) when { context.own }',
    "forbid(principal, action, resource) when { if principal is Role then principal.rank == 3 else resource.minor }",
]


def engine_with(folder: Path, rule: str) -> CedarEngine:
    policies = folder / "policies"
    shutil.copytree(shipped.POLICIES, policies)
    (policies / "9_more.cedar").write_text(f'// More.\n@id("900") @says("x")\n{rule};\n', "utf-8")
    return CedarEngine(policies, shipped.actions())


@pytest.mark.parametrize(("rule", "told"), WRONG, ids=[rule for rule, _ in WRONG])
def test_that_a_rule_of_no_use_is_an_error_with_its_file_and_line(tmp_path: Path, rule: str, told: str) -> None:
    engine = engine_with(tmp_path, rule)
    assert engine.trouble.startswith("9_more.cedar line 2: rule 900")
    assert told in engine.trouble


@pytest.mark.parametrize("rule", RIGHT)
def test_that_a_rule_that_can_match_is_none(tmp_path: Path, rule: str) -> None:
    assert engine_with(tmp_path, rule).troubles == ()


def test_that_an_action_that_nobody_may_ever_do_is_an_error(tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    shutil.copytree(shipped.POLICIES, policies)
    file = policies / "3_people.cedar"
    text = file.read_text("utf-8")
    start = text.index('@id("35")')
    file.write_text(text[:start] + text[text.index('@id("36")') :], "utf-8")
    assert CedarEngine(policies, shipped.actions()).troubles == (
        "actions/cancel_contract.yaml line 1: no rule permits the action cancel_contract: nobody may ever do it",
    )


def test_that_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, 'permit(principal);\n@id("x") permit(principal, action, resource)')
    assert [trouble.partition(":")[0] for trouble in engine.troubles] == ["9_more.cedar line 2", "9_more.cedar line 4"]


ATOMS = st.sampled_from(
    [
        "true",
        "false",
        "context.own",
        "context.sure",
        "context.identity > 0",
        "context.identity == 2",
        "context.amount < 1",
        "-1 < context.amount",
        "context.own == context.sure",
        "resource is Customer",
        "context.amount >= 2",
        "context.amount == 1",
        "context.amount != 1",
        "context.amount > context.charged",
        "context.amount == context.charged",
        "context.charged <= context.amount",
        "context.amount + 1 > context.charged",
        'context.channel == "a"',
        'context.channel != "b"',
        '["a", "b"].contains(context.channel)',
        'context.channel like "a"',
        "principal is Role",
        'principal == Role::"advisor"',
        "context has amount",
        'action == Action::"refund_payment"',
        'action in [Action::"money_out"]',
    ]
)
CONDITIONS = conditions(ATOMS, 8)
CONTEXTS = [
    {"own": own, "sure": sure, "identity": identity, "amount": amount, "charged": charged, "channel": channel}
    for own, sure, identity, amount, charged, channel in product(
        (True, False), (True, False), (0, 2), (0, 1, 2), (1, 2), ("a", "c")
    )
]
PRINCIPALS = ('Role::"advisor"', 'Role::"supervisor"', 'Copilot::"x"')
UID = {"type": "Action", "id": "refund_payment"}
GROUPS = [{"type": "Action", "id": group} for group in ("writes", "money_out")]


@settings(max_examples=150, deadline=None)
@given(condition=CONDITIONS, effect=st.sampled_from(["when", "unless"]))
def test_that_a_rule_that_matches_something_is_never_called_impossible(condition: str, effect: str) -> None:
    source = f'@id("9") forbid(principal, {REFUND}, resource) {effect} {{ {condition} }};'
    rules = cedarpy.PolicySet.from_str(source)
    request = {"action": 'Action::"refund_payment"', "resource": 'Customer::"C-1"'}
    entities = [{"uid": UID, "attrs": {}, "parents": GROUPS}]
    matches = any(
        cedarpy.is_authorized({**request, "principal": who, "context": context}, rules, entities).diagnostics.reasons
        for context in CONTEXTS
        for who in PRINCIPALS
    )
    check = PolicyCheck([Written("9", source)], shipped.actions(), {"refund_payment": ("writes", "money_out")})
    impossible = [one for one in check.useless() if "can never match" in one]
    assert not (matches and impossible), condition


class Written(NamedTuple):
    """A rule as the check reads it."""

    id: str
    source: str
    where: str = "f line 1"


def test_that_the_command_tells_each_error_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    knowledge = tmp_path / "knowledge"
    shutil.copytree(shipped.POLICIES.parent / "actions", knowledge / "actions")
    shutil.copytree(shipped.POLICIES.parent / "records", knowledge / "records")
    shutil.copytree(shipped.POLICIES, knowledge / "policies")
    assert command.main(["policies", "check", str(knowledge)]) == 0
    schema = knowledge / "policies" / SCHEMA_FILE
    schema.write_text(schema.read_text("utf-8").replace("rank: Long", "rank: String"), "utf-8")
    assert command.main(["policies", "check", str(knowledge)]) == 1
    assert f"{SCHEMA_FILE} line" in capsys.readouterr().out
    schema.unlink()
    cases = knowledge / "policies" / "cases" / "4_money.yaml"
    text = cases.read_text("utf-8")
    cases.write_text(text.replace("{amount: 4999, charged: 9900}", "{amount: 5000, charged: 9900}"), "utf-8")
    assert command.main(["policies", "check", str(knowledge)]) == 1
    told = capsys.readouterr().out.splitlines()[-1]
    line = text[: text.index("amount: 4999")].count("\n") + 1
    assert told.startswith(
        f"cases/4_money.yaml line {line}: rule 43: copilot, refund_payment: ALLOW was expected, but it"
    )
    cases.write_text(text.partition('"45":')[0], "utf-8")
    assert command.main(["policies", "check", str(knowledge)]) == 1
    assert "rule 45 has no ALLOW case" in capsys.readouterr().out
    (knowledge / "policies" / "1_everyone.cedar").write_text("permit(;", "utf-8")
    assert command.main(["policies", "check", str(knowledge)]) == 1
    assert capsys.readouterr().out.startswith("1_everyone.cedar line 1: ")


def test_that_the_command_tells_of_a_choice_of_records_that_would_compare_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    knowledge = tmp_path / "knowledge"
    for folder in ("actions", "records", "policies"):
        shutil.copytree(shipped.POLICIES.parent / folder, knowledge / folder)
    file = knowledge / "actions" / "cancel_order.yaml"
    text = file.read_text("utf-8")
    spec = yaml.safe_load(text)
    spec["arguments"]["order"]["among"] = 'theirs("order").map(o, {"id": o.id, "called": ["order", o.item]})'
    spec.pop("called", None)
    file.write_text(yaml.safe_dump(spec, sort_keys=False), "utf-8")
    line = file.read_text("utf-8").split("among:")[0].count("\n") + 1
    assert command.main(["policies", "check", str(knowledge)]) == 1
    told = capsys.readouterr().out
    assert f"actions/cancel_order.yaml: line {line}: arguments.order: `among` on a record compares nothing" in told
    spec["called"] = ["cancel", "call off"]
    file.write_text(yaml.safe_dump(spec, sort_keys=False), "utf-8")
    command.main(["policies", "check", str(knowledge)])
    assert "compares nothing" not in capsys.readouterr().out
