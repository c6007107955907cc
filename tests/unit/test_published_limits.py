"""Limits that articles publish, from records to ruling: who may do it on the last day, and who on the day after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cx_core.adapters.knowledge.cel_expressions import expression
from cx_core.decide.policy import guard
from cx_core.decide.policy.conversation_facts import Heard
from cx_core.decide.policy.declared_facts import declared
from cx_core.decide.policy.fact_records import AtHand, known
from cx_core.records import ActionName, Argument, BusinessRecord, CustomerId, Role, Source, Step, StepId, Value
from tests.policies import shipped

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MARIA = CustomerId("C-1")


def day(ahead: int) -> str:
    return (TODAY + timedelta(days=ahead)).isoformat()


def record(kind: str, id: str, **fields: Value) -> BusinessRecord:
    return BusinessRecord(kind=kind, id=id, customer=MARIA, fields=fields)


def worked_out(
    action: str, records: tuple[BusinessRecord, ...], arguments: dict[str, Value]
) -> tuple[Step, dict[str, bool | int | str], tuple[str, ...]]:
    """The act, its own facts, and what of them could not be found out."""
    spec = shipped.actions()[ActionName(action)]
    given = tuple(
        Argument(name=name, value=value, source=Source(kind="record", ref="order/O-1"))
        for name, value in arguments.items()
    )
    step = Step(id=StepId("s1"), goal=0, action=spec.name, arguments=given)
    at_hand = AtHand(
        spec, records, lambda *_: None, lambda kind, _: [one for one in records if one.kind == kind], fresh=False
    )
    customer = record("customer", "C-1")
    return step, *declared(spec, known(step, spec, customer, at_hand, "GBP", NOW, Heard(()), today=TODAY), expression)


def least(action: str, records: tuple[BusinessRecord, ...], **arguments: Value) -> str:
    """The least that may do it: the copilot, a role, or nobody."""
    step, found, unknown = worked_out(action, records, arguments)
    assert not unknown
    facts = shipped.facts(action)
    ruling = guard.rule(step, facts.replace(declared={**facts.declared, **found}), shipped.engine())
    return {"allow": "copilot", "deny": "nobody"}.get(ruling.answer) or Role(ruling.ask or "").value


def order(**fields: Value) -> BusinessRecord:
    given = {"status": "delivered", "delivered": day(-3), "expected": day(-3), "payment": None}
    return record("order", "O-1", **{**given, **fields})


@pytest.mark.parametrize(("ago", "who"), [(0, "copilot"), (30, "copilot"), (31, "supervisor"), (400, "supervisor")])
@pytest.mark.parametrize("action", ["start_return", "send_replacement"])
def test_that_thirty_days_after_delivery_a_supervisor_decides(action: str, ago: int, who: str) -> None:
    assert least(action, (order(delivered=day(-ago)),), order="O-1") == who


@pytest.mark.parametrize(("of", "who"), [("O-1", "supervisor"), ("O-2", "copilot")])
def test_that_a_second_replacement_for_an_order_is_for_a_supervisor(of: str, who: str) -> None:
    before = record("replacement", "R-1", order=of)
    assert least("send_replacement", (order(), before), order="O-1") == who


def test_that_what_has_not_come_may_be_sent_again() -> None:
    assert least("send_replacement", (order(status="shipped", delivered=None),), order="O-1") == "copilot"


@pytest.mark.parametrize(
    ("action", "ahead", "who"),
    [
        ("cancel_appointment", 1, "copilot"),
        ("cancel_appointment", 0, "nobody"),
        ("cancel_appointment", -1, "nobody"),
        ("reschedule_appointment", 1, "copilot"),
        ("reschedule_appointment", 0, "nobody"),
        ("reschedule_appointment", -1, "advisor"),
    ],
)
def test_that_a_visit_is_changed_until_the_evening_before(action: str, ahead: int, who: str) -> None:
    assert least(action, (record("appointment", "A-1", date=day(ahead)),), appointment="A-1") == who


@pytest.mark.parametrize(("status", "who"), [("processing", "copilot"), ("shipped", "nobody"), ("delivered", "nobody")])
@pytest.mark.parametrize("action", ["cancel_order", "change_delivery_address"])
def test_that_what_has_left_is_not_stopped_or_sent_elsewhere(action: str, status: str, who: str) -> None:
    assert least(action, (order(status=status),), order="O-1") == who


@pytest.mark.parametrize(
    ("expected", "wanted", "who"),
    [
        (1, 2, "copilot"),
        (0, 2, "nobody"),
        (-5, 2, "copilot"),  # overdue: the carrier offers days for it
        (3, 30, "copilot"),
        (3, 31, "nobody"),
        (3, 6, "nobody"),  # Sunday
    ],
)
def test_that_a_parcel_is_moved_in_time_and_not_to_a_sunday(expected: int, wanted: int, who: str) -> None:
    records = (order(status="shipped", expected=day(expected)),)
    assert least("change_delivery_date", records, order="O-1", date=day(wanted)) == who


@pytest.mark.parametrize(
    ("what", "earlier", "ago", "who"),
    [
        ("late fee", "late fee", 365, "supervisor"),
        ("late fee", "late fee", 366, "copilot"),
        ("late fee", "overage", 10, "copilot"),
        ("overage", "late fee", 10, "copilot"),
    ],
)
def test_that_one_late_fee_is_waived_within_a_year(what: str, earlier: str, ago: int, who: str) -> None:
    line = record("line", "L-1", what=what, invoice="I-1")
    waiver = record("waiver", "W-1", line="L-9", what=earlier, date=day(-ago))
    assert least("waive_fee", (line, waiver), invoice="I-1", line="L-1") == who


@pytest.mark.parametrize(("ahead", "who"), [(0, "copilot"), (90, "copilot"), (91, "nobody")])
def test_that_a_plan_changes_at_most_ninety_days_ahead(ahead: int, who: str) -> None:
    records = (record("contract", "K-1"), record("plan", "PL-1", name="Fibre 75"))
    found = least("change_plan", records, contract="K-1", plan="PL-1", **{"from": day(ahead)})
    assert found == ("advisor" if who == "copilot" else who)  # the plan was not named by the customer


@pytest.mark.parametrize(
    ("notice", "began", "who"), [(30, 400, "supervisor"), (29, 400, "nobody"), (0, 14, "supervisor"), (0, 15, "nobody")]
)
def test_that_a_contract_ends_with_notice_but_for_its_first_days(notice: int, began: int, who: str) -> None:
    records = (record("contract", "K-1", since=day(-began)),)
    assert least("cancel_contract", records, contract="K-1", date=day(notice)) == who


@pytest.mark.parametrize(("at", "who"), [(day(4), "copilot"), (day(5), "nobody"), (f"{day(6)}T10:00", "nobody")])
def test_that_calls_are_on_weekdays(at: str, who: str) -> None:
    assert least("schedule_callback", (), customer="C-1", at=at, topic="x") == who


def test_that_a_day_that_cannot_be_read_lets_nobody_act() -> None:
    step, found, unknown = worked_out("schedule_callback", (), {"customer": "C-1", "at": "soon", "topic": "x"})
    assert unknown
    facts = shipped.facts("schedule_callback").replace(declared=found, unknown=unknown)
    assert guard.rule(step, facts, shipped.engine()).answer == "deny"
