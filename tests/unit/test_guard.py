"""The guard: what it asks, whom it asks, and that whatever fails or is missing only ever narrows."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.catalogue import ActionSpec
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, MONEY, Facts
from cx_core.decide.policy.reply_step import OWN_ACTS, REPLY, SEND_REPLY
from cx_core.records import APPROVERS, Role
from tests.policies import shipped

ASKERS: tuple[Role | None, ...] = (None, *Role)
ACTIONS = tuple(spec.name for spec in shipped.writes())


def allowed(role: Role | None, action: str, facts: Facts, engine: CedarEngine | None = None) -> bool:
    asked = shipped.of_action(action, facts)
    return guard.decide(role, shipped.step(action), asked, engine or shipped.engine()).allowed


def changed_policies(folder: Path, file: str, text: str) -> CedarEngine:
    """The shipped policies with this text added to (or as) one file."""
    policies = folder / "policies"
    shutil.copytree(shipped.POLICIES, policies)
    with (policies / file).open("a", encoding="utf-8") as out:
        out.write(text)
    return CedarEngine(policies, shipped.actions())


# --- rulings ----------------------------------------------------------------------------------


def test_that_the_copilot_goes_alone_where_the_policy_lets_it() -> None:
    ruling = guard.rule(shipped.step("refund_payment"), shipped.BEST, shipped.engine())
    assert (ruling.answer, ruling.ask, ruling.policies) == ("allow", None, ("10",))
    assert ruling.policy_version == shipped.engine().version


def test_that_the_worked_example_asks_an_advisor_and_says_why() -> None:
    refund = guard.rule(
        shipped.step("refund_payment"), shipped.facts("refund_payment", identity=1, level=3), shipped.engine()
    )
    assert (refund.answer, refund.ask) == ("ask", Role.ADVISOR)
    assert refund.policies == ("12", "30")
    assert refund.reasons == (
        "Identity vouched for by the channel: a code must confirm it before the copilot acts alone",
    )
    move = guard.rule(
        shipped.step("reschedule_appointment"),
        shipped.facts("reschedule_appointment", identity=1, level=2),
        shipped.engine(),
    )
    assert (move.answer, move.ask) == ("ask", Role.ADVISOR)
    assert move.reasons == ("Level 2: a person approves each step",)


@pytest.mark.parametrize(
    ("amount", "role"),
    [(20_000, Role.ADVISOR), (20_001, Role.SUPERVISOR), (100_000, Role.SUPERVISOR), (100_001, Role.ADMINISTRATOR)],
)
def test_that_the_least_role_that_may_is_asked(amount: int, role: Role) -> None:
    facts = shipped.facts("refund_payment", amount=amount, charged=500_000)
    ruling = guard.rule(shipped.step("refund_payment"), facts, shipped.engine())
    assert (ruling.answer, ruling.ask) == ("ask", role)
    may = [asked for asked in APPROVERS if guard.may(asked, shipped.step("refund_payment"), facts, shipped.engine())[0]]
    assert may == list(APPROVERS[APPROVERS.index(role) :])


@pytest.mark.parametrize(
    ("amount", "before", "role", "people"),
    [
        (100_000, 0, Role.SUPERVISOR, 1),
        (100_001, 0, Role.ADMINISTRATOR, 2),
        (60_000, 40_000, Role.SUPERVISOR, 1),
        (60_000, 40_001, Role.SUPERVISOR, 2),
    ],
)
def test_that_the_largest_act_asks_two_people_and_says_so(amount: int, before: int, role: Role, people: int) -> None:
    """Split into several it is one: what the customer got in 30 days counts."""
    facts = shipped.facts("refund_payment", amount=amount, charged=500_000, paid_customer=before, seconded=False)
    ruling = guard.rule(shipped.step("refund_payment"), facts, shipped.engine())
    assert (ruling.answer, ruling.ask, ruling.people) == ("ask", role, people)
    assert ("two people approve" in " ".join(ruling.reasons)) is (people == 2)
    assert ("50" in ruling.policies) is (people == 2)


def test_that_the_first_of_two_counts_only_if_they_may_be_one_of_them() -> None:
    step, engine = shipped.step("refund_payment"), shipped.engine()
    facts = shipped.facts("refund_payment", amount=100_001, charged=500_000, seconded=False)
    assert not guard.may(Role.ADMINISTRATOR, step, facts, engine)[0]
    for first in Role:
        joined = guard.with_second(first, step, facts, engine)
        assert joined.seconded is (first is Role.ADMINISTRATOR)
        assert guard.may(Role.ADMINISTRATOR, step, joined, engine)[0] is joined.seconded
        assert not guard.may(Role.SUPERVISOR, step, joined, engine)[0]


def test_that_nothing_but_a_missing_person_is_made_up_for_by_two() -> None:
    facts = shipped.facts("refund_payment", amount=200_000, charged=100_000, seconded=False)
    ruling = guard.rule(shipped.step("refund_payment"), facts, shipped.engine())
    assert (ruling.answer, ruling.people) == ("deny", 1)


def test_that_the_reason_for_a_higher_role_is_among_the_reasons() -> None:
    facts = shipped.facts("refund_payment", amount=45_000, charged=45_000)
    ruling = guard.rule(shipped.step("refund_payment"), facts, shipped.engine())
    assert "£450.00: above £200.00 a supervisor approves" in ruling.reasons


def test_that_a_disputed_payment_is_denied_whoever_asks() -> None:
    facts = shipped.facts("refund_payment", disputed=True)
    ruling = guard.rule(shipped.step("refund_payment"), facts, shipped.engine())
    assert (ruling.answer, ruling.ask, ruling.policies) == ("deny", None, ("40",))
    assert ruling.reasons[0].startswith("The payment, or another for the same charge, is disputed")


def test_that_an_unbacked_step_is_put_to_a_person_who_must_back_it_first() -> None:
    facts = shipped.facts("send_replacement", grounded=False, gaps=("Items is missing",))
    step = shipped.step("send_replacement")
    ruling = guard.rule(step, facts, shipped.engine())
    assert (ruling.answer, ruling.ask) == ("ask", Role.ADVISOR)
    assert "Items is missing" in ruling.reasons
    permitted, reasons = guard.may(Role.ADMINISTRATOR, step, facts, shipped.engine())
    assert not permitted
    assert "Items is missing" in reasons
    assert guard.may(Role.ADVISOR, step, facts.replace(grounded=True), shipped.engine()) == (True, ())


def test_that_no_higher_role_helps_with_somebody_elses_record() -> None:
    ruling = guard.rule(
        shipped.step("refund_payment"), shipped.facts("refund_payment", own=False, grounded=False), shipped.engine()
    )
    assert ruling.answer == "deny"
    assert "1" in ruling.policies


def test_that_a_knowledge_editor_approves_nothing() -> None:
    for action in ACTIONS:
        permitted, reasons = guard.may(Role.EDITOR, shipped.step(action), shipped.facts(action), shipped.engine())
        assert not permitted
        assert reasons == ("A knowledge editor approves nothing",)


def test_that_the_reply_waits_for_an_advisor_below_level_3() -> None:
    facts = shipped.facts(SEND_REPLY.name, level=2)
    assert guard.rule(REPLY, facts, shipped.engine()).ask is Role.ADVISOR
    assert guard.rule(REPLY, shipped.facts(SEND_REPLY.name), shipped.engine()).answer == "allow"


def test_that_an_action_without_a_rule_is_denied_to_everyone() -> None:
    ruling = guard.rule(shipped.step("close_account"), shipped.facts("send_reply"), shipped.engine())
    assert ruling.answer == "deny"
    assert ruling.reasons


# --- failure narrows --------------------------------------------------------------------------

ALL = "permit(principal, action, resource)"
NAMED = '@id("90") @says("x")'
BROKEN = [
    ("5_more.cedar", f"{ALL}\n when {{ context.own == }};\n", "5_more.cedar line 1: unexpected"),
    ("5_more.cedar", f"\n// note;\n{NAMED}\n{ALL} when {{ context.ovn }};", "5_more.cedar line 3: rule 90"),
    ("5_more.cedar", f"{ALL};", "needs a number"),
    ("5_more.cedar", f'@id("90") {ALL};', "plain words"),
    ("5_more.cedar", f'@id("90") @says("{{secret}}") {ALL};', "plain words"),
    ("5_more.cedar", f'@id("12") @says("x") {ALL};', "there twice, see 2_copilot.cedar line"),
    ("5_more.cedar", f"{NAMED} {ALL}", "does not end with ;"),
    ("5_more.cedar", f"{NAMED} permit(principal == ?principal, action, resource);", "one complete rule"),
    ("5_more.cedar", f"{NAMED} {ALL} when {{ context.sure }};", "because of sure, which may only forbid"),
    ("5_more.cedar", f"{NAMED} {ALL} unless {{ context has sentiment }};", "because of sentiment"),
    (
        "5_more.cedar",
        f'{NAMED} permit(principal, action in Action::"money_out", resource) when {{ context.seconded }};',
        "because of seconded, which may only forbid",
    ),
    ("4_money.cedar", f"{NAMED} forbid(principal, action, resource) when {{ context.amount > 1 }};", "`amount`"),
]


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        ("action", lambda spec: True),
        ('action == Action::"cancel_order"', lambda spec: spec.name == "cancel_order"),
        (
            'action in [Action::"cancel_order", Action::"waive_fee"]',
            lambda spec: spec.name in ("cancel_order", "waive_fee"),
        ),
        ('action in Action::"money_out"', lambda spec: spec.money),
        ('action in Action::"writes"', lambda spec: spec not in OWN_ACTS),
    ],
)
def test_that_a_rule_reaches_the_actions_it_speaks_of_and_no_others(
    tmp_path: Path, scope: str, reached: Callable[[ActionSpec], bool]
) -> None:
    rule = f'forbid (principal, {scope}, resource) when {{ ["", "email"].contains(context.channel) }};'
    text = f'\n@id("900") @says("Not by mail") {rule}\n'
    engine = changed_policies(tmp_path, "1_everyone.cedar", text)
    assert not engine.trouble
    for spec in shipped.writes():
        before, after = (allowed(Role.ADMINISTRATOR, spec.name, shipped.BEST, e) for e in (shipped.engine(), engine))
        assert after == (before and not reached(spec)), spec.name


@pytest.mark.parametrize(("file", "text", "told"), BROKEN)
def test_that_a_broken_rule_breaks_the_whole_engine_and_says_where(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    engine = changed_policies(tmp_path, file, text)
    assert told in engine.trouble
    assert file in engine.trouble
    for role in ASKERS:
        assert not allowed(role, "send_reply", shipped.BEST, engine)


def test_that_a_broken_policy_asks_an_administrator_and_lets_nobody_approve(tmp_path: Path) -> None:
    engine = CedarEngine(tmp_path / "nowhere", shipped.actions())
    step = shipped.step("refund_payment")
    ruling = guard.rule(step, shipped.BEST, engine)
    assert (ruling.answer, ruling.ask) == ("ask", Role.ADMINISTRATOR)
    assert "there is no policy file" in ruling.reasons[0]
    for role in Role:
        permitted, reasons = guard.may(role, step, shipped.BEST, engine)
        assert not permitted
        assert reasons


def test_that_a_file_that_is_not_text_is_trouble_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "1.cedar").write_bytes(b"\xff\xfe\x00permit")
    assert "1.cedar" in CedarEngine(tmp_path, shipped.actions()).trouble


def test_that_an_unknown_field_or_a_wrong_type_is_an_error_not_an_allow() -> None:
    principal = ("Role", "advisor", {"rank": 1})
    customer = ("Customer", "C-1", {"tier": "", "minor": False, "known": True})
    context = {name: getattr(shipped.BEST, name) for name in COMMON} | shipped.facts("send_reply").declared
    wrong: list[tuple[object, ...]] = [
        (principal, customer, {**context, "favourite": True}),
        (principal, customer, {**context, "own": "yes"}),
        (principal, customer, {**context, "own": None}),
        (principal, customer, {**context, "own": object()}),
        (("Role", "advisor", {"rank": 1, "boss": True}), customer, context),
        (("Role", "advisor", {"rank": "1"}), customer, context),
        (("Robot", "r2", {}), customer, context),
        (principal, ("Customer", "C-1", {"tier": "", "known": True}), context),
    ]
    right = shipped.engine().decide(principal=principal, action="send_reply", resource=customer, context=context)
    assert right == (True, ("31",), ())
    for who, whom, what in wrong:
        answer = shipped.engine().decide(principal=who, action="send_reply", resource=whom, context=what)  # type: ignore[arg-type]
        assert answer[0] is False
        assert answer[2]


def test_that_a_rule_that_fails_while_it_runs_allows_nothing(tmp_path: Path) -> None:
    """Cedar skips a rule that overflows; the forbid that was skipped must not have meant an allow."""
    text = '@id("90") @says("x") forbid(principal, action == Action::"refund_payment", resource)\n'
    text += "when { context.amount * 9223372036854775807 > 1 };"
    engine = changed_policies(tmp_path, "5_more.cedar", text)
    assert engine.trouble == ""
    about = {name: getattr(shipped.BEST, name) for name in (*COMMON, *MONEY)} | shipped.BEST.declared
    copilot = ("Copilot", "duplicate_charge", {name: getattr(shipped.BEST, name) for name in COPILOT})
    customer = ("Customer", "C-1", {name: getattr(shipped.BEST, name) for name in CUSTOMER})
    answer, _, errors = engine.decide(principal=copilot, action="refund_payment", resource=customer, context=about)
    assert not answer
    assert errors
    assert guard.rule(shipped.step("refund_payment"), shipped.BEST, engine).answer == "deny"
    assert allowed(None, "start_return", shipped.BEST, engine)


def test_that_the_version_follows_the_rules(tmp_path: Path) -> None:
    engine = changed_policies(tmp_path, "4_money.cedar", "// a remark\n")
    assert engine.trouble == ""
    assert engine.version != shipped.engine().version
    assert CedarEngine(shipped.POLICIES, shipped.actions()).version == shipped.engine().version


def test_that_a_customer_named_like_a_rule_is_only_a_name() -> None:
    nasty = 'C-1"]; permit(principal, action, resource); //\n'
    facts = shipped.facts("refund_payment", customer=nasty, task_type=nasty, disputed=True)
    assert guard.rule(shipped.step("refund_payment"), facts, shipped.engine()).answer == "deny"
