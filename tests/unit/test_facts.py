"""What the guard is told of a step, and that anything missing counts as the narrowest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from cx_core.adapters.knowledge.cel_expressions import expression
from cx_core.catalogue import TaskType
from cx_core.decide.policy import guard
from cx_core.decide.policy.act_context import ActContext
from cx_core.decide.policy.conversation_facts import Heard
from cx_core.decide.policy.declared_facts import declared
from cx_core.decide.policy.fact_records import AtHand, known
from cx_core.decide.policy.policy_facts import Facts, facts_of, in_turn, with_sums
from cx_core.decide.policy.reply_step import REPLY, SEND_REPLY
from cx_core.errors import SystemUnreachable
from cx_core.records import (
    ActionName,
    Argument,
    BusinessRecord,
    CustomerId,
    Evidence,
    Finding,
    Goal,
    Money,
    Role,
    Source,
    Spent,
    Step,
    StepId,
    TaskTypeName,
    Triage,
    Value,
)
from tests.policies import shipped

MARIA = CustomerId("C-1")
BACKED = Source(kind="record", ref="payment/P-8")
CHARGE, MOVE = TaskTypeName("duplicate_charge"), TaskTypeName("reschedule_installation")


def task_type(name: TaskTypeName, *, ceiling: int = 4, people_only: bool = False) -> TaskType:
    return TaskType.model_validate(
        {
            "name": name,
            "title": name,
            "topic": name,
            "ceiling": ceiling,
            "people_only": people_only,
            "examples": tuple(f"example {number}" for number in range(30)),
        }
    )


TASK_TYPES = {CHARGE: task_type(CHARGE), MOVE: task_type(MOVE, ceiling=3)}
TRIAGE = Triage(
    goals=(Goal(task_type=CHARGE, probability=0.9, level=3), Goal(task_type=MOVE, probability=0.8, level=2)),
    sentiment="neutral",
)


def record(kind: str, id: str, customer: CustomerId | None = MARIA, **fields: Value) -> BusinessRecord:
    return BusinessRecord(kind=kind, id=id, customer=customer, fields=fields)


CUSTOMER = record("customer", "C-1", email="maria.keller@example.com", tier="standard", minor=False)
FIRST = record(
    "payment",
    "P-7",
    invoice="I-3",
    amount=Money(minor=5400),
    refunded=Money(minor=0),
    status="settled",
    duplicate_of=None,
)
AGAIN = record(
    "payment",
    "P-8",
    invoice="I-3",
    amount=Money(minor=5400),
    refunded=Money(minor=0),
    status="settled",
    duplicate_of="P-7",
)


def payment(id: str, **fields: Value) -> BusinessRecord:
    return with_fields(record("payment", id, duplicate_of=None), **fields)


def with_fields(record: BusinessRecord, **fields: Value) -> BusinessRecord:
    return record.replace(fields={**record.fields, **fields})


def step(action: str, *arguments: Argument) -> Step:
    return Step(id=StepId("s1"), goal=0, action=ActionName(action), arguments=arguments)


def given(name: str, value: Value, source: Source = BACKED) -> Argument:
    return Argument(name=name, value=value, source=source)


REFUND = step("refund_payment", given("payment", "P-8"), given("amount", Money(minor=5400)))


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def of(kind: str, records: Sequence[BusinessRecord]) -> list[BusinessRecord]:
    return [record for record in records if record.kind == kind]


def told(
    about: Step = REFUND,
    *,
    records: Sequence[BusinessRecord] = (FIRST, AGAIN),
    customer: BusinessRecord | None = CUSTOMER,
    triage: Triage = TRIAGE,
    findings: Sequence[Finding] = (),
    stopped: Sequence[str] = (),
    identity: int = 2,
    tells_age: bool = True,
) -> Facts:
    spec = SEND_REPLY if about is REPLY else shipped.actions()[about.action]
    at_hand = AtHand(spec, records, lambda _kind, _id: None, lambda kind, _: of(kind, records), fresh=False)
    return facts_of(
        about,
        spec,
        ActContext(triage, Evidence(customer=customer), identity, "email", Heard(()), findings),
        task_types=TASK_TYPES,
        find=at_hand.find,
        declared=declared(spec, known(about, spec, customer, at_hand, "GBP", NOW, Heard(())), expression),
        grave="",
        stopped=stopped,
        tells_age=tells_age,
    )


NOTHING = Spent(customer=0, alone_today=0, payouts_day=0)


def test_that_sums_nobody_read_leave_it_to_a_supervisor() -> None:
    ruling = guard.rule(REFUND, told(), shipped.engine())
    assert ruling.ask is Role.SUPERVISOR
    assert "£54.00 after an unknown sum in 30 days: above £500.00 to one customer a supervisor approves" in (
        ruling.reasons
    )
    assert with_sums(told(REPLY), NOTHING) == told(REPLY)


def test_that_each_payout_of_a_plan_counts_those_before_it() -> None:
    first = with_sums(told(), NOTHING)
    other = first.replace(task_type="late_fee")
    planned = in_turn([first, with_sums(told(REPLY), NOTHING), other, first])
    sums = [(one.paid_customer, one.paid_alone_today, one.payouts_customer_day) for one in (planned[0], *planned[2:])]
    assert sums == [(0, 0, 0), (5400, 0, 1), (10800, 5400, 2)]
    rulings = [guard.rule(REFUND, one, shipped.engine()).ask for one in (planned[0], planned[3])]
    assert rulings == [Role.ADVISOR, Role.SUPERVISOR]


def test_that_a_plain_refund_of_a_repeated_payment_is_an_advisors_to_approve() -> None:
    facts = with_sums(told(), NOTHING)
    assert facts.own
    assert facts.grounded
    assert (facts.amount, facts.level, facts.ceiling) == (5400, 3, 4)
    assert facts.declared == {"charged": 5400, "disputed": False}
    assert facts.sums == {"charged"}
    assert guard.rule(REFUND, facts, shipped.engine()).ask is Role.ADVISOR


@pytest.mark.parametrize(
    "records",
    [
        pytest.param((), id="nothing was read"),
        pytest.param((FIRST,), id="an invented payment"),
        pytest.param((FIRST, AGAIN.replace(customer=CustomerId("C-2"))), id="somebody else's"),
        pytest.param((FIRST, AGAIN.replace(customer=None)), id="nobody's"),
    ],
)
def test_that_a_record_that_is_not_theirs_is_never_acted_on(records: tuple[BusinessRecord, ...]) -> None:
    facts = told(records=records)
    assert not facts.own
    assert guard.rule(REFUND, facts, shipped.engine()).answer == "deny"


def test_that_an_unknown_customer_is_never_acted_for() -> None:
    facts = told(customer=None)
    assert (facts.known, facts.own, facts.minor) == (False, False, True)
    assert guard.rule(REFUND, facts, shipped.engine()).answer == "deny"


def test_that_contact_details_are_changed_for_this_customer_only() -> None:
    for customer, own in (("C-1", True), ("C-2", False)):
        change = step("change_contact", given("customer", customer), given("field", "phone"), given("value", "1"))
        assert told(change).own is own


def test_that_a_slot_belongs_to_everyone_and_an_unread_slot_to_no_one() -> None:
    move = step("reschedule_appointment", given("appointment", "A-2"), given("slot", "S-9"))
    appointment, slot = record("appointment", "A-2"), record("slot", "S-9", None)
    assert told(move, records=(appointment, slot)).own
    assert not told(move, records=(appointment,)).own
    assert not told(move, records=(appointment, record("slot", "S-9", CustomerId("C-2")))).own


def test_that_an_age_nobody_knows_is_a_minors() -> None:
    assert told(customer=record("customer", "C-1")).minor
    assert told(customer=with_fields(CUSTOMER, minor=True)).minor
    assert not told().minor


def test_that_rules_about_minors_say_nothing_where_no_record_tells_an_age() -> None:
    assert not told(customer=record("customer", "C-1"), tells_age=False).minor
    assert told(customer=with_fields(CUSTOMER, minor=True), tells_age=False).minor
    assert told(customer=None, tells_age=False).minor


@pytest.mark.parametrize(
    ("payment", "charged"),
    [
        (with_fields(AGAIN, refunded=Money(minor=1000)), 4400),
        (with_fields(AGAIN, status="pending"), 0),
        (with_fields(AGAIN, status="refunded", refunded=Money(minor=5400)), 0),
        (with_fields(AGAIN, amount=None), None),
        (with_fields(AGAIN, refunded=Money(minor=1000, currency="EUR")), None),
    ],
)
def test_that_no_more_is_owed_than_was_paid_and_is_left(payment: BusinessRecord, charged: int | None) -> None:
    facts = told(records=(FIRST, payment))
    assert facts.declared.get("charged") == charged
    assert guard.rule(REFUND, facts, shipped.engine()).answer == "deny"


@pytest.mark.parametrize(
    "records",
    [
        pytest.param((FIRST, with_fields(AGAIN, status="disputed")), id="itself"),
        pytest.param((with_fields(FIRST, status="disputed"), AGAIN), id="the one it repeats"),
        pytest.param((AGAIN,), id="the one it repeats was not read"),
        pytest.param((FIRST, AGAIN, payment("P-9", invoice="I-3", status="disputed")), id="another of the invoice"),
        pytest.param((FIRST, record("payment", "P-8", duplicate_of="P-7")), id="no status"),
    ],
)
def test_that_a_charge_in_dispute_is_recognised(records: tuple[BusinessRecord, ...]) -> None:
    facts = told(records=records)
    assert facts.declared.get("disputed", True) is True
    assert guard.rule(REFUND, facts, shipped.engine()).answer == "deny"


def test_that_another_invoices_dispute_does_not_matter() -> None:
    other = payment("P-9", invoice="I-4", status="disputed")
    assert told(records=(FIRST, AGAIN, other)).declared["disputed"] is False


@pytest.mark.parametrize(
    ("arguments", "gap"),
    [
        ((given("payment", "P-8"),), "Amount is missing"),
        ((given("payment", "P-8"), given("amount", None)), "Amount is missing"),
        ((given("payment", "P-8"), given("amount", Money(minor=1), Source(kind="none"))), "Nothing backs the amount"),
        ((given("payment", "P-8"), given("amount", "54")), "Amount is not an amount in GBP"),
        ((given("payment", "P-8"), given("amount", Money(minor=1, currency="USD"))), "Amount is not an amount in GBP"),
        (
            (given("payment", "P-8"), given("amount", Money(minor=1)), given("to", "me")),
            "to is no argument of Refund a payment",
        ),
    ],
)
def test_that_what_is_missing_or_unbacked_is_named(arguments: tuple[Argument, ...], gap: str) -> None:
    about = step("refund_payment", *arguments)
    facts = told(about)
    assert not facts.grounded
    assert facts.gaps == (gap,)
    assert not guard.may(Role.ADMINISTRATOR, about, facts, shipped.engine())[0]


def test_that_a_finding_keeps_a_step_back_until_an_advisor_gives_the_value() -> None:
    finding = Finding(step=StepId("s1"), argument="amount", text="The customer speaks of £60.00.")
    assert told(findings=[finding]).gaps == (finding.text,)
    by_advisor = given("amount", Money(minor=5400), Source(kind="advisor", ref="u-1"))
    assert told(step("refund_payment", given("payment", "P-8"), by_advisor), findings=[finding]).grounded
    assert told(findings=[finding.replace(step=StepId("s2"))]).grounded


def test_that_an_address_that_is_not_on_file_is_noticed() -> None:
    invoice = record("invoice", "I-3")
    for address, on_file in (("Maria.Keller@example.com", True), ("else@example.net", False)):
        resend = step("resend_invoice", given("invoice", "I-3"), given("email", address))
        assert told(resend, records=(invoice,)).on_file is on_file


def test_that_the_reply_counts_the_narrowest_of_all_goals() -> None:
    facts = told(REPLY)
    assert (facts.level, facts.ceiling, facts.people_only, facts.stopped) == (2, 3, False, False)
    assert told(REPLY, stopped=[MOVE]).stopped
    assert not told(REFUND, stopped=[MOVE]).stopped
    assert told(REFUND, stopped=["*"]).stopped
    about_reply = Finding(step=None, text="A claim without a source.")
    assert not told(REPLY, findings=[about_reply]).grounded
    assert told(REFUND, findings=[about_reply]).grounded


def test_that_a_goal_or_task_type_nobody_knows_leaves_the_copilot_nothing() -> None:
    nobody = told(triage=Triage())
    assert (nobody.level, nobody.ceiling, nobody.stopped, nobody.people_only, nobody.sure) == (0, 0, True, True, False)
    other = told(triage=Triage(goals=(Goal(task_type=TaskTypeName("new"), probability=1.0, level=4),)))
    assert (other.ceiling, other.people_only) == (0, True)


def test_that_an_identity_nobody_asserts_is_none() -> None:
    assert told(identity=7).identity == 0


def test_that_records_are_read_again_at_the_act_and_what_has_gone_is_gone() -> None:
    now = {"P-8": with_fields(AGAIN, amount=Money(minor=1)), "P-7": FIRST}
    spec = shipped.actions()[REFUND.action]
    at_hand = AtHand(spec, (FIRST, AGAIN), lambda _, id: now.get(id), lambda *_: now.values(), fresh=True)
    assert at_hand.find("payment", "P-8") == now["P-8"]
    assert [one.id for one in at_hand.theirs("payment", "C-1")] == ["P-8", "P-7"]
    now.clear()
    assert AtHand(spec, (FIRST,), lambda _, id: now.get(id), lambda *_: (), fresh=True).find("payment", "P-7") is None


def test_that_only_what_is_not_there_is_read_while_preparing() -> None:
    asked: list[tuple[str, str]] = []

    def read(kind: str, id: str) -> BusinessRecord | None:
        asked.append((kind, id))
        return None

    at_hand = AtHand(shipped.actions()[REFUND.action], (AGAIN,), read, lambda *_: (), fresh=False)
    assert at_hand.find("payment", "P-8") == AGAIN
    assert [at_hand.find("payment", "P-7") for _ in range(2)] == [None, None]
    assert asked == [("payment", "P-7")]


def test_that_a_slot_is_taken_as_it_is_even_at_the_act() -> None:
    slot, spec = record("slot", "S-9", None), shipped.actions()[ActionName("reschedule_appointment")]
    assert AtHand(spec, (slot,), lambda *_: None, lambda *_: (), fresh=True).find("slot", "S-9") == slot


def test_that_nobody_may_refund_while_the_customers_payments_cannot_be_read() -> None:
    def silent(_kind: str, _customer: str) -> Sequence[BusinessRecord]:
        raise SystemUnreachable("Nobody answers.")

    spec = shipped.actions()[REFUND.action]
    at_hand = AtHand(spec, (FIRST, AGAIN), lambda *_: None, silent, fresh=False)
    found, unknown = declared(spec, known(REFUND, spec, CUSTOMER, at_hand, "GBP", NOW, Heard(())), expression)
    assert found == {"charged": 5400}
    assert unknown[0].startswith("It could not be found out whether the payment, or another for the same charge, is")
    facts = told().replace(declared=found, unknown=unknown)
    ruling = guard.rule(REFUND, facts, shipped.engine())
    assert (ruling.answer, ruling.reasons) == ("deny", unknown)
