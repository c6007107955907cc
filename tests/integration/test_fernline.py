"""Fernline's sandbox on a real SQLite file: what it tells, what it does once, what it refuses, what it takes back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
import yaml

from cx_core.act.effect_verification import verified as read_back
from cx_core.adapters.fernline import Fernline, FernlineOutbox, open_fernline
from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
from cx_core.catalogue import ActionSpec
from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.records import ActionName, BusinessRecord, Money, Receipt, Value
from cx_core.text.wording import say

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)  # a Saturday
TODAY = NOW.date()
SPECS = {
    path.stem: ActionSpec.model_validate(yaml.safe_load(path.read_text()))
    for path in sorted((ROOT / "knowledge" / "actions").glob("*.yaml"))
}

Arguments = dict[str, Value]
HEADPHONES = ("Aurora wireless headphones",)


class Hands:
    """A clock that a test can move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One seeded file, for copying: seeding it anew for every test would take most of the time."""
    path = tmp_path_factory.mktemp("seeded") / "fernline.db"
    engine = open_fernline(f"sqlite:///{path}", Hands())
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def engine(seeded: Path, tmp_path: Path, clock: Hands) -> sa.Engine:
    shutil.copyfile(seeded, tmp_path / "fernline.db")
    return open_fernline(f"sqlite:///{tmp_path / 'fernline.db'}", clock)


@pytest.fixture
def fernline(engine: sa.Engine, clock: Hands) -> Fernline:
    return Fernline(engine, clock)


def read(fernline: Fernline, name: str, **arguments: Value) -> tuple[BusinessRecord, ...]:
    return fernline.read(ActionName(name), arguments)


def one(fernline: Fernline, name: str, **arguments: Value) -> BusinessRecord:
    (record,) = read(fernline, name, **arguments)
    return record


def write(fernline: Fernline, name: str, key: str = "k-1", /, **arguments: Value) -> Receipt:
    return fernline.write(ActionName(name), arguments, key)


def pounds(amount: float) -> Money:
    return Money(minor=round(amount * 100))


def day(offset: int, today: date = TODAY) -> str:
    return (today + timedelta(days=offset)).isoformat()


# --- the cast -------------------------------------------------------------------------------


def test_that_the_double_charge_of_c1_is_found_and_points_at_the_first_payment(fernline: Fernline) -> None:
    duplicate = one(fernline, "possible_duplicates", customer="C-1")
    assert duplicate.ref == "payment/P-8"
    assert duplicate.customer == "C-1"
    assert duplicate.fields == {
        "invoice": "I-3",
        "amount": pounds(54),
        "date": day(-5),
        "method": "card",
        "card_last4": "4242",
        "status": "settled",
        "refunded": pounds(0),
        "refunded_on": None,
        "duplicate_of": "P-7",
    }
    assert [payment.id for payment in read(fernline, "payments", customer="C-1")] == ["P-8", "P-7"]
    assert one(fernline, "payment", payment="P-7").fields["duplicate_of"] is None


@pytest.mark.parametrize("offset", range(7))
def test_that_whatever_the_weekday_c1_has_a_thursday_and_may_have_the_friday(tmp_path: Path, offset: int) -> None:
    clock = Hands(NOW + timedelta(days=offset))
    today = clock.now.date()
    fernline = Fernline(open_fernline(f"sqlite:///{tmp_path / 'f.db'}", clock), clock)
    on = date.fromisoformat(str(one(fernline, "appointments", customer="C-1").fields["date"]))
    assert on.weekday() == 3
    assert timedelta(days=2) <= on - today <= timedelta(days=8)
    free = read(fernline, "free_slots", appointment="A-2")
    assert free[0].fields["date"] == (on + timedelta(days=1)).isoformat()
    assert len({record.fields["date"] for record in free}) > 14  # weeks ahead, not only the next few
    assert str(free[0].fields["label"]).startswith("Friday ")
    assert one(fernline, "appointments", customer="C-8").fields["date"] == day(5, today)


def test_that_the_cast_is_as_told(fernline: Fernline) -> None:
    headphones = one(fernline, "orders", customer="C-2").fields
    assert (headphones["item"], headphones["amount"]) == ("Aurora wireless headphones", pounds(129))
    assert (headphones["delivered"], headphones["late"], headphones["payment"]) == (day(-3), False, "P-20")
    assert one(fernline, "possible_duplicates", customer="C-2").id == "P-21"
    router = one(fernline, "order", order="O-15").fields
    assert (router["status"], router["expected"], router["late"]) == ("shipped", day(-4), True)
    assert one(fernline, "customer", customer="C-4").fields["minor"] is True
    assert one(fernline, "payment", payment="P-40").fields["status"] == "disputed"
    assert one(fernline, "payment", payment="P-41").fields["duplicate_of"] == "P-40"
    assert [order.id for order in read(fernline, "orders", customer="C-10")] == ["O-31", "O-30"]
    assert one(fernline, "customer", customer="C-11").fields["language"] == "de"
    assert one(fernline, "contracts", customer="C-12").fields["monthly"] == pounds(29)


def test_that_invoices_tell_their_month_their_lines_and_whether_they_are_paid(fernline: Fernline) -> None:
    october, september = read(fernline, "invoices", customer="C-7")
    assert (october.id, october.fields["period"], october.fields["status"]) == ("I-22", "October 2026", "paid")
    assert (september.id, september.fields["period"]) == ("I-21", "September 2026")
    assert october.fields["lines"] == ("Fibre 150, monthly: £34.00", "Pebble phone case: £19.00")
    assert one(fernline, "invoice", invoice="I-18").fields["status"] == "open"


def test_that_an_unpaid_invoice_becomes_overdue(fernline: Fernline, clock: Hands) -> None:
    clock.now += timedelta(days=9)
    assert one(fernline, "invoice", invoice="I-18").fields["status"] == "overdue"


@pytest.mark.parametrize("address", ["MARIA.Keller@example.com", " maria.keller@example.com ", "C-1"])
def test_that_a_customer_is_found_by_address_or_exact_id(fernline: Fernline, address: str) -> None:
    (found,) = fernline.find_customers(address)
    assert (found.kind, found.id, found.fields["name"]) == ("customer", "C-1", "Maria Keller")


@pytest.mark.parametrize("address", ["c-1", "C-01", "C-", "C-1 ", "C-99999", "%", "", "keller@example.com", "C-²"])
def test_that_nothing_like_an_address_finds_anybody(fernline: Fernline, address: str) -> None:
    assert fernline.find_customers(address) == ()


def test_that_one_name_is_two_people(fernline: Fernline) -> None:
    (first,) = fernline.find_customers("james.smith@example.com")
    (second,) = fernline.find_customers("j.smith.74@example.net")
    assert first.fields["name"] == second.fields["name"]
    assert (first.id, second.id) == ("C-5", "C-6")
    assert read(fernline, "invoices", customer="C-5") != read(fernline, "invoices", customer="C-6")


READS = sorted(name for name, spec in SPECS.items() if spec.kind == "read")
WRITES = sorted(name for name, spec in SPECS.items() if spec.kind == "write")


@pytest.mark.parametrize("name", READS)
def test_that_each_read_of_the_catalogue_is_served_and_an_unknown_id_gives_nothing(
    fernline: Fernline, name: str
) -> None:
    spec = SPECS[name]
    unknown = {argument: f"{one.of or 'x'}-does-not-exist" for argument, one in spec.arguments.items()}
    if not unknown:
        assert fernline.read(spec.name, {})  # it asks for nothing: what the business offers everybody
        return
    assert fernline.read(spec.name, unknown) == ()
    with pytest.raises(SystemRefused, match="needs"):
        fernline.read(spec.name, {})


# --- writes: done, read back, taken back ----------------------------------------------------


def good(fernline: Fernline, name: str) -> Arguments:
    """Arguments that Fernline accepts."""
    free = read(fernline, "free_slots", appointment="A-2")[1].id
    fault: Arguments = {"contract": "K-1", "category": "slow line", "severity": "normal"}
    if name == "close_ticket":
        return {"ticket": write(fernline, "open_service_ticket", "k-0", **fault).reference}
    fee = one(fernline, "late_fees", customer="C-13")
    arguments: dict[str, Arguments] = {
        "refund_payment": {"payment": "P-8", "amount": pounds(54)},
        "reschedule_appointment": {"appointment": "A-2", "slot": free},
        "notify_field_team": {"appointment": "A-2", "note": "The bell does not work."},
        "send_replacement": {"order": "O-12", "items": HEADPHONES, "deliver_by": day(3)},
        "start_return": {"order": "O-12", "items": HEADPHONES, "reason": "damaged"},
        "resend_invoice": {"invoice": "I-22", "email": "lena.fischer@example.com"},
        "change_contact": {"customer": "C-1", "field": "phone", "value": "+44 7700 900999"},
        "schedule_callback": {"customer": "C-1", "at": day(2), "time": "after 16:00", "topic": "the installation"},
        "apply_credit": {"customer": "C-8", "amount": pounds(2.40), "reason": "three days without service"},
        "waive_fee": {"invoice": str(fee.fields["invoice"]), "line": fee.id},
        "send_payment_link": {"invoice": "I-42"},
        "change_delivery_date": {"order": "O-41", "date": day(4)},
        "change_delivery_address": {"order": "O-40", "address": "8 Beacon Hill, flat 2, Fernbridge FN2 8TN"},
        "cancel_order": {"order": "O-40"},
        "cancel_appointment": {"appointment": "A-9"},
        "change_plan": {"contract": "K-7", "plan": "PL-3", "from": day(0)},
        "cancel_contract": {"contract": "K-7", "date": day(30)},
        "open_service_ticket": fault,
        "send_password_reset": {"customer": "C-1"},
        "send_setup_guide": {"device": read(fernline, "devices", customer="C-1")[0].id},
        "subscribe_outage": {"contract": "K-17"},
    }
    return arguments[name]


def verified(fernline: Fernline, spec: ActionSpec, arguments: Arguments, receipt: Receipt | None = None) -> bool:
    """Whether a write is read back as its file says; without a receipt, of one that was never done."""
    never = Receipt(key="", action=spec.name, reference="none", at=NOW)
    return read_back(spec, arguments, receipt or never, fernline)


def whole_business(engine: sa.Engine) -> dict[str, list[sa.Row[tuple[object, ...]]]]:
    """Every row of every table but receipts and counters."""
    with engine.connect() as connection:
        tables = [name for name in sa.inspect(connection).get_table_names() if name not in ("receipt", "counter")]
        return {name: list(connection.exec_driver_sql(f'SELECT * FROM "{name}"')) for name in tables}  # noqa: S608


@pytest.mark.parametrize("name", WRITES)
def test_that_each_write_can_be_read_back_and_its_receipt_fills_the_slots(fernline: Fernline, name: str) -> None:
    spec, arguments = SPECS[name], good(fernline, name)
    assert set(arguments) == set(spec.arguments)
    assert not verified(fernline, spec, arguments)
    receipt = fernline.write(spec.name, arguments, "k-1")
    assert verified(fernline, spec, arguments, receipt)
    assert set(receipt.fields) == set(spec.receipt)
    assert (receipt.undo_until is not None) == spec.reversible
    assert fernline.receipt("k-1") == receipt
    slots = {**arguments, **receipt.fields}
    assert spec.words.format(**arguments)
    assert spec.done.format(**slots)


def test_that_a_call_without_an_hour_is_read_back_without_one(fernline: Fernline) -> None:
    spec, arguments = SPECS["schedule_callback"], {**good(fernline, "schedule_callback"), "time": None}
    receipt = fernline.write(spec.name, arguments, "k-1")
    assert verified(fernline, spec, arguments, receipt)
    assert not verified(fernline, spec, {**arguments, "time": "after 16:00"}, receipt)
    assert receipt.fields["when"] == say(day(2))


def test_that_a_call_is_told_with_its_hour(fernline: Fernline) -> None:
    receipt = fernline.write(ActionName("schedule_callback"), good(fernline, "schedule_callback"), "k-1")
    assert receipt.fields["when"] == f"{say(day(2))}, after 16:00"


@pytest.mark.parametrize("name", WRITES)
def test_that_the_same_key_does_it_once(engine: sa.Engine, fernline: Fernline, name: str) -> None:
    arguments = good(fernline, name)
    first = write(fernline, name, **arguments)
    after = whole_business(engine)
    assert write(fernline, name, **arguments) == first
    assert whole_business(engine) == after


def test_that_a_key_cannot_be_used_for_something_else(engine: sa.Engine, fernline: Fernline) -> None:
    write(fernline, "refund_payment", payment="P-8", amount=pounds(54))
    after = whole_business(engine)
    for amount, payment in ((54, "P-7"), (53, "P-8")):
        with pytest.raises(SystemRefused, match="key"):
            write(fernline, "refund_payment", payment=payment, amount=pounds(amount))
    with pytest.raises(SystemRefused, match="key"):
        write(fernline, "resend_invoice", invoice="I-3", email="maria.keller@example.com")
    assert whole_business(engine) == after


@pytest.mark.parametrize("name", [name for name in WRITES if SPECS[name].reversible])
def test_that_a_reversible_write_is_taken_back_once(engine: sa.Engine, fernline: Fernline, name: str) -> None:
    spec, arguments = SPECS[name], good(fernline, name)
    receipt = write(fernline, name, **arguments)
    undone = fernline.undo("k-1", "u-1")
    assert not verified(fernline, spec, arguments, receipt)
    assert (undone.key, undone.action, undone.undo_until) == ("u-1", name, None)
    after = whole_business(engine)
    assert fernline.undo("k-1", "u-1") == undone
    assert fernline.receipt("u-1") == undone
    with pytest.raises(SystemRefused, match="already"):
        fernline.undo("k-1", "u-2")
    with pytest.raises(SystemRefused):
        fernline.undo("u-1", "u-3")
    assert whole_business(engine) == after


def test_that_a_refund_shows_on_the_payment_until_it_is_taken_back(fernline: Fernline) -> None:
    receipt = write(fernline, "refund_payment", payment="P-8", amount=pounds(54))
    assert receipt.fields == {
        "payment": "P-8",
        "amount": pounds(54),
        "invoice": "I-3",
        "arrives": "within 3 working days",
    }
    refunded = one(fernline, "payment", payment="P-8").fields
    assert (refunded["status"], refunded["refunded"]) == ("refunded", pounds(54))
    assert read(fernline, "possible_duplicates", customer="C-1") == ()
    assert one(fernline, "invoice", invoice="I-3").fields["status"] == "paid"
    fernline.undo("k-1", "u-1")
    restored = one(fernline, "payment", payment="P-8").fields
    assert (restored["status"], restored["refunded"]) == ("settled", pounds(0))
    assert write(fernline, "refund_payment", "k-2", payment="P-8", amount=pounds(54)).reference != receipt.reference


def test_that_a_refund_settles_after_thirty_minutes(fernline: Fernline, clock: Hands) -> None:
    receipt = write(fernline, "refund_payment", payment="P-8", amount=pounds(54))
    assert receipt.undo_until == NOW + timedelta(minutes=30)
    clock.now = NOW + timedelta(minutes=30, seconds=1)
    with pytest.raises(SystemRefused, match="too late"):
        fernline.undo("k-1", "u-1")
    assert one(fernline, "payment", payment="P-8").fields["status"] == "refunded"


def test_that_an_invoice_once_sent_stays_sent(fernline: Fernline) -> None:
    write(fernline, "resend_invoice", invoice="I-3", email="maria.keller@example.com")
    with pytest.raises(SystemRefused, match="cannot be taken back"):
        fernline.undo("k-1", "u-1")
    with pytest.raises(SystemRefused, match="nothing"):
        fernline.undo("k-unknown", "u-1")


def test_that_a_move_frees_the_old_slot_and_goes_back_to_it(fernline: Fernline) -> None:
    before = one(fernline, "appointment", appointment="A-2")
    slot = read(fernline, "free_slots", appointment="A-2")[0]
    receipt = write(fernline, "reschedule_appointment", appointment="A-2", slot=slot.id)
    assert receipt.fields["label"] == slot.fields["label"]
    assert str(receipt.fields["previous_label"]).startswith("Thursday 26 November")
    moved = one(fernline, "appointment", appointment="A-2").fields
    assert (moved["slot"], moved["date"], moved["window"]) == (slot.id, slot.fields["date"], slot.fields["window"])
    free = [one.id for one in read(fernline, "free_slots", appointment="A-5")]
    assert slot.id not in free
    assert before.fields["slot"] in free
    fernline.undo("k-1", "u-1")
    assert one(fernline, "appointment", appointment="A-2") == before


def test_that_a_move_does_not_go_back_to_a_slot_that_was_given_away(fernline: Fernline) -> None:
    old = str(one(fernline, "appointment", appointment="A-2").fields["slot"])
    slot = read(fernline, "free_slots", appointment="A-2")[0].id
    write(fernline, "reschedule_appointment", appointment="A-2", slot=slot)
    fernline.book_slot(old)
    with pytest.raises(SystemRefused, match="just gone"):
        fernline.undo("k-1", "u-1")
    assert one(fernline, "appointment", appointment="A-2").fields["slot"] == slot


def test_that_a_contact_changed_again_is_not_overwritten_by_an_undo(fernline: Fernline) -> None:
    write(fernline, "change_contact", customer="C-1", field="phone", value="+44 7700 900998")
    write(fernline, "change_contact", "k-2", customer="C-1", field="phone", value="+44 7700 900999")
    with pytest.raises(SystemRefused, match="again"):
        fernline.undo("k-1", "u-1")
    assert fernline.undo("k-2", "u-2").fields["value"] == "+44 7700 900998"


def test_that_a_new_address_is_found_and_the_old_one_is_not(fernline: Fernline) -> None:
    receipt = write(fernline, "change_contact", customer="C-1", field="email", value="m.keller@example.net")
    assert receipt.fields["previous"] == "maria.keller@example.com"
    assert [c.id for c in fernline.find_customers("M.Keller@example.net")] == ["C-1"]
    assert fernline.find_customers("maria.keller@example.com") == ()


def test_that_a_refund_is_read_back_by_its_own_number_not_by_one_that_looks_the_same(fernline: Fernline) -> None:
    first = write(fernline, "refund_payment", "k-1", payment="P-8", amount=pounds(10))
    arguments: Arguments = {"payment": "P-8", "amount": pounds(4)}
    second = write(fernline, "refund_payment", "k-2", **arguments)
    assert verified(fernline, SPECS["refund_payment"], arguments, second)
    assert not verified(fernline, SPECS["refund_payment"], arguments, first)
    assert one(fernline, "payment", payment="P-8").fields["refunded"] == pounds(14)


# --- refusals -------------------------------------------------------------------------------

REFUSED: tuple[tuple[str, Arguments, str], ...] = (
    ("refund_payment", {"payment": "P-8", "amount": pounds(54.01)}, "more than the £54.00"),
    ("refund_payment", {"payment": "P-40", "amount": pounds(38)}, "disputed"),
    ("refund_payment", {"payment": "P-99999", "amount": pounds(1)}, "no payment P-99999"),
    ("refund_payment", {"payment": "P-8' OR 1=1", "amount": pounds(1)}, "no payment"),
    ("refund_payment", {"payment": "P-8", "amount": pounds(0)}, "more than nothing"),
    ("refund_payment", {"payment": "P-8", "amount": pounds(-5)}, "more than nothing"),
    ("refund_payment", {"payment": "P-8", "amount": Money(minor=5400, currency="EUR")}, "pounds"),
    ("refund_payment", {"payment": "P-8", "amount": "54.00"}, "pounds"),
    ("refund_payment", {"payment": "P-8"}, "needs amount"),
    ("refund_payment", {"payment": "P-8", "amount": pounds(1), "card": "1"}, "does not know card"),
    ("reschedule_appointment", {"appointment": "A-2", "slot": "S-99999"}, "no slot"),
    ("reschedule_appointment", {"appointment": "A-2", "slot": "S-1"}, "just gone"),
    ("reschedule_appointment", {"appointment": "A-99", "slot": "S-1"}, "no appointment"),
    ("notify_field_team", {"appointment": "A-2", "note": "   "}, "empty"),
    ("notify_field_team", {"appointment": "A-2", "note": "x" * 2001}, "too long"),
    ("send_replacement", {"order": "O-999", "items": ("x",), "deliver_by": day(3)}, "no order"),
    ("send_replacement", {"order": "O-12", "items": ("Fern phone 8",), "deliver_by": day(3)}, "not part"),
    ("send_replacement", {"order": "O-12", "items": (), "deliver_by": day(3)}, "at least one"),
    ("send_replacement", {"order": "O-31", "items": ("Tablet sleeve",), "deliver_by": day(3)}, "processing"),
    ("start_return", {"order": "O-15", "items": ("Fernline Hub 6 router",), "reason": "late"}, "shipped"),
    ("resend_invoice", {"invoice": "I-3", "email": "maria.keller at example.com"}, "not an e-mail"),
    ("resend_invoice", {"invoice": "I-3", "email": "a@example.com, b@example.com"}, "not an e-mail"),
    ("resend_invoice", {"invoice": "I-999999", "email": "a@example.com"}, "no invoice"),
    ("change_contact", {"customer": "C-1", "field": "tier", "value": "vip"}, "Only email, phone, address"),
    ("change_contact", {"customer": "C-1", "field": "email", "value": "nonsense"}, "not an e-mail"),
    ("change_contact", {"customer": "C-1", "field": "email", "value": "J.Smith.74@example.net"}, "Another customer"),
    ("change_contact", {"customer": "C-1", "field": "phone", "value": "call me"}, "not a telephone"),
    ("change_contact", {"customer": "C-1", "field": "email", "value": "maria.keller@example.com"}, "already"),
    ("schedule_callback", {"customer": "C-1", "at": day(-1), "topic": "x"}, "in the past"),
    ("schedule_callback", {"customer": "C-1", "at": "2026-11-21T09:59", "topic": "x"}, "in the past"),
    ("schedule_callback", {"customer": "C-1", "at": "soon", "topic": "x"}, "not a date"),
    ("schedule_callback", {"customer": "C-1", "at": day(2), "time": "x" * 101, "topic": "x"}, "too long"),
    ("delete_everything", {}, "no action called"),
    ("apply_credit", {"customer": "C-8", "amount": pounds(5), "reason": " "}, "empty"),
    ("waive_fee", {"invoice": "I-3", "line": "L-100"}, "not a fee"),
    ("waive_fee", {"invoice": "I-3", "line": "L-99999"}, "no line"),
    ("send_payment_link", {"invoice": "I-22"}, "is paid"),
    ("change_delivery_date", {"order": "O-41", "date": day(0)}, "too soon"),
    ("change_delivery_date", {"order": "O-41", "date": day(8)}, "Sunday"),
    ("change_delivery_date", {"order": "O-41", "date": day(31)}, "too far"),
    ("change_delivery_date", {"order": "O-12", "date": day(4)}, "delivered already"),
    ("change_delivery_address", {"order": "O-41", "address": "1 Another Road, Ashcombe"}, "no longer"),
    ("change_delivery_address", {"order": "O-40", "address": "here"}, "between 8 and 300"),
    ("cancel_order", {"order": "O-41"}, "no longer"),
    ("cancel_appointment", {"appointment": "A-99"}, "no appointment"),
    ("change_plan", {"contract": "K-7", "plan": "PL-2", "from": day(1)}, "already"),
    ("change_plan", {"contract": "K-7", "plan": "PL-4", "from": day(1)}, "needs a new contract"),
    ("change_plan", {"contract": "K-7", "plan": "PL-3", "from": day(-1)}, "cannot be used"),
    ("cancel_contract", {"contract": "K-7", "date": day(29)}, "30 days after notice"),
    ("open_service_ticket", {"contract": "K-1", "category": "magic", "severity": "low"}, "Choose one"),
    ("subscribe_outage", {"contract": "K-1"}, "no outage"),
    ("close_ticket", {"ticket": "ST-9999"}, "no service_ticket"),
    ("send_setup_guide", {"device": "DV-9999"}, "no device"),
    ("send_replacement", {"order": "O-12", "items": HEADPHONES, "deliver_by": day(-1)}, "cannot be there"),
    ("send_replacement", {"order": "O-12", "items": HEADPHONES, "deliver_by": day(0)}, "cannot be there"),
    ("send_replacement", {"order": "O-12", "items": HEADPHONES, "deliver_by": "Sunday"}, "not a date"),
)


@pytest.mark.parametrize(("name", "arguments", "words"), REFUSED)
def test_that_the_business_refuses_in_words_and_changes_nothing(
    engine: sa.Engine, fernline: Fernline, name: str, arguments: Arguments, words: str
) -> None:
    before = whole_business(engine)
    with pytest.raises(SystemRefused, match=words):
        write(fernline, name, **arguments)
    assert whole_business(engine) == before
    assert fernline.receipt("k-1") is None


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_that_money_that_never_came_in_is_not_refunded(engine: sa.Engine, fernline: Fernline, status: str) -> None:
    with engine.begin() as connection:
        found = connection.execute(
            sa.text("SELECT number, amount FROM payment WHERE status = :s"), {"s": status}
        ).first()
    assert found is not None
    with pytest.raises(SystemRefused, match=status):
        write(fernline, "refund_payment", payment=f"P-{found.number}", amount=Money(minor=found.amount))


def test_that_no_more_than_was_paid_is_ever_given_back(fernline: Fernline) -> None:
    write(fernline, "refund_payment", "k-1", payment="P-8", amount=pounds(50))
    with pytest.raises(SystemRefused, match=r"£4\.00"):
        write(fernline, "refund_payment", "k-2", payment="P-8", amount=pounds(5))
    write(fernline, "refund_payment", "k-3", payment="P-8", amount=pounds(4))
    with pytest.raises(SystemRefused, match="in full"):
        write(fernline, "refund_payment", "k-4", payment="P-8", amount=pounds(1))


def test_that_a_visit_that_is_over_cannot_be_moved(engine: sa.Engine, fernline: Fernline) -> None:
    slot = read(fernline, "free_slots", appointment="A-2")[0].id
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE appointment SET status = 'done' WHERE number = 2"))
    with pytest.raises(SystemRefused, match="done already"):
        write(fernline, "reschedule_appointment", appointment="A-2", slot=slot)
    assert read(fernline, "appointments", customer="C-1") == ()


def test_that_an_item_is_not_replaced_twice_unless_the_first_was_cancelled(fernline: Fernline) -> None:
    arguments = good(fernline, "send_replacement")
    first = write(fernline, "send_replacement", "k-1", **arguments)
    with pytest.raises(SystemRefused, match="already"):
        write(fernline, "send_replacement", "k-2", **arguments)
    write(fernline, "start_return", "k-3", **good(fernline, "start_return"))
    fernline.undo("k-1", "u-1")
    second = write(fernline, "send_replacement", "k-4", **arguments)
    assert [one.id for one in read(fernline, "replacements", order="O-12")] == [second.reference]
    assert one(fernline, "replacement", replacement=first.reference).fields["status"] == "cancelled"


def test_that_a_replacement_on_its_way_cannot_be_taken_back(engine: sa.Engine, fernline: Fernline) -> None:
    write(fernline, "send_replacement", **good(fernline, "send_replacement"))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE replacement SET status = 'sent'"))
    with pytest.raises(SystemRefused, match="sent already"):
        fernline.undo("k-1", "u-1")


# --- races ----------------------------------------------------------------------------------


def together(*calls: Callable[[], Receipt]) -> list[Receipt | SystemTrouble]:
    """Runs the calls at the same moment, a thread each."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Receipt]) -> Receipt | SystemTrouble:
        barrier.wait()
        try:
            return call()
        except SystemTrouble as trouble:
            return trouble

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_that_two_who_want_one_slot_do_not_both_get_it(fernline: Fernline) -> None:
    slot = read(fernline, "free_slots", appointment="A-2")[0].id
    answers = together(
        lambda: write(fernline, "reschedule_appointment", "k-1", appointment="A-2", slot=slot),
        lambda: write(fernline, "reschedule_appointment", "k-2", appointment="A-5", slot=slot),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Receipt", "SystemRefused"]
    holders = [one(fernline, "appointment", appointment=id).fields["slot"] for id in ("A-2", "A-5")]
    assert holders.count(slot) == 1


def test_that_writers_with_one_key_have_one_effect(fernline: Fernline) -> None:
    answers = together(*[lambda: write(fernline, "refund_payment", payment="P-8", amount=pounds(20)) for _ in range(4)])
    assert len({answer.reference for answer in answers if isinstance(answer, Receipt)}) == 1
    assert all(isinstance(answer, Receipt) for answer in answers)
    assert one(fernline, "payment", payment="P-8").fields["refunded"] == pounds(20)


def test_that_refunds_at_once_never_exceed_the_payment(fernline: Fernline) -> None:
    calls = [
        lambda key=key: write(fernline, "refund_payment", key, payment="P-8", amount=pounds(30))
        for key in ("k-1", "k-2", "k-3")
    ]
    answers = together(*calls)
    assert sum(isinstance(answer, Receipt) for answer in answers) == 1
    assert one(fernline, "payment", payment="P-8").fields["refunded"] == pounds(30)


def test_that_one_undo_wins(fernline: Fernline) -> None:
    write(fernline, "refund_payment", payment="P-8", amount=pounds(54))
    answers = together(lambda: fernline.undo("k-1", "u-1"), lambda: fernline.undo("k-1", "u-2"))
    assert sum(isinstance(answer, Receipt) for answer in answers) == 1


# --- trouble --------------------------------------------------------------------------------


def unreachable_at(moment: str) -> Callable[[str], None]:
    """Trouble the first time only."""
    moments = [moment]

    def trouble(name: str) -> None:
        if name in moments:
            moments.remove(name)
            raise SystemUnreachable(f"no answer at {name}")

    return trouble


def test_that_after_a_lost_answer_the_receipt_tells_and_the_key_is_safe(engine: sa.Engine, clock: Hands) -> None:
    fernline = Fernline(engine, clock, unreachable_at("refund_payment:committed"))
    with pytest.raises(SystemUnreachable):
        write(fernline, "refund_payment", payment="P-8", amount=pounds(54))
    kept = fernline.receipt("k-1")
    assert kept is not None
    assert write(fernline, "refund_payment", payment="P-8", amount=pounds(54)) == kept
    assert one(fernline, "payment", payment="P-8").fields["refunded"] == pounds(54)


def test_that_a_call_that_never_arrived_left_nothing(engine: sa.Engine, clock: Hands) -> None:
    fernline = Fernline(engine, clock, unreachable_at("refund_payment"))
    with pytest.raises(SystemUnreachable):
        write(fernline, "refund_payment", payment="P-8", amount=pounds(54))
    assert fernline.receipt("k-1") is None
    assert one(fernline, "payment", payment="P-8").fields["refunded"] == pounds(0)


def test_that_an_undo_whose_answer_was_lost_is_done_once(engine: sa.Engine, clock: Hands) -> None:
    fernline = Fernline(engine, clock, unreachable_at("undo:committed"))
    write(fernline, "refund_payment", payment="P-8", amount=pounds(54))
    with pytest.raises(SystemUnreachable):
        fernline.undo("k-1", "u-1")
    assert fernline.undo("k-1", "u-1") == fernline.receipt("u-1")


def test_that_a_broken_database_is_a_system_that_does_not_answer(engine: sa.Engine, fernline: Fernline) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE refund"))
    with pytest.raises(SystemUnreachable):
        read(fernline, "payments", customer="C-1")
    with pytest.raises(SystemUnreachable):
        write(fernline, "refund_payment", payment="P-8", amount=pounds(54))


def test_that_a_receipt_that_cannot_be_kept_takes_the_effect_with_it(engine: sa.Engine, fernline: Fernline) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TRIGGER full BEFORE INSERT ON receipt BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        )
    before = whole_business(engine)
    with pytest.raises(SystemUnreachable):
        write(fernline, "refund_payment", payment="P-8", amount=pounds(54))
    assert whole_business(engine) == before


# --- opening --------------------------------------------------------------------------------


def test_that_opening_again_changes_nothing(engine: sa.Engine, clock: Hands) -> None:
    before = whole_business(engine)
    assert len(before["customer"]) >= 200
    again = open_fernline(str(engine.url), clock)
    assert whole_business(again) == before


def test_that_the_same_day_seeds_the_same_business(tmp_path: Path, engine: sa.Engine, clock: Hands) -> None:
    other = open_fernline(f"sqlite:///{tmp_path / 'other.db'}", clock)
    assert whole_business(other) == whole_business(engine)


def test_that_two_processes_may_open_it_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from cx_core.adapters.fernline import *;"
        "now = datetime(2026, 11, 21, 10, tzinfo=UTC);"
        "print('ready', flush=True); sys.stdin.readline();"
        "e = open_fernline(sys.argv[1], lambda: now);"
        "print(len(Fernline(e, lambda: now).find_customers('C-300')))"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'f.db'}"]
    started = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in started]
    assert [answer for answer, _ in answers] == ["1\n"] * 3, answers


def test_that_weeks_later_the_stories_still_hold(engine: sa.Engine, clock: Hands) -> None:
    before = one(Fernline(engine, clock), "order", order="O-15").fields["expected"]
    clock.now += timedelta(days=24)
    fernline = Fernline(open_fernline(str(engine.url), clock), clock)
    today = clock.now.date()
    visit = date.fromisoformat(str(one(fernline, "appointments", customer="C-1").fields["date"]))
    assert visit.weekday() == 3
    assert visit >= today + timedelta(days=2)
    free = read(fernline, "free_slots", appointment="A-2")
    assert free[0].fields["date"] == (visit + timedelta(days=1)).isoformat()
    moved = date.fromisoformat(str(one(fernline, "order", order="O-15").fields["expected"]))
    assert (moved - date.fromisoformat(str(before))).days % 7 == 0
    assert moved < today
    assert one(fernline, "possible_duplicates", customer="C-1").id == "P-8"


# --- the way out ----------------------------------------------------------------------------


def test_that_a_message_goes_out_once_per_key(engine: sa.Engine, clock: Hands) -> None:
    outbox = FernlineOutbox(engine, clock)

    def send(key: str, text: str = "Your refund is on its way.") -> str:
        return outbox.deliver(
            key=key, channel="email", address="maria.keller@example.com", subject="Your payment", text=text
        )

    first = send("m-1")
    assert send("m-1") == first
    with pytest.raises(SystemRefused):
        send("m-1", "Something else.")
    assert send("m-2", "Something else.") != first
    sent = outbox.sent("maria.keller@example.com")
    assert [message.text for message in sent] == ["Your refund is on its way.", "Something else."]
    assert outbox.sent("nobody@example.com") == ()


def test_that_records_are_as_the_knowledge_defines_them(fernline: Fernline) -> None:
    actions, kinds = load_catalogue(ROOT / "knowledge")
    found = [one(fernline, "customer", customer=f"C-{number}") for number in range(1, 7)]
    for record in found:
        reads = [
            (a, name)
            for a in actions.values()
            if a.kind == "read"
            for name, b in a.arguments.items()
            if b.of == record.kind and len(a.arguments) == 1
        ]
        more = [other for action, name in reads for other in fernline.read(action.name, {name: record.id})]
        found += [other for other in more if other.kind in kinds and other.kind not in {seen.kind for seen in found}]
    assert {"payment", "invoice", "line", "order", "contract", "plan", "device", "appointment", "slot"} <= {
        record.kind for record in found
    }
    for record in found:
        assert set(record.fields) == set(kinds[record.kind].fields), record.kind
        assert (record.customer is None) == (kinds[record.kind].customer == ""), record.kind
