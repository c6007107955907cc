"""What any `BackOffice` does: each write once per key, read back, taken back once; what it cannot do it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from cx_core.act.effect_verification import verified
from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
from cx_core.catalogue import ActionSpec
from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.ports import BackOffice
from cx_core.records import ActionName, BusinessRecord, Money, Receipt, Value
from cx_core.settings import ROOT
from tests.contracts.conftest import Business

Told = dict[tuple[str, str], tuple[BusinessRecord, ...]]

SPECS = load_catalogue(ROOT / "knowledge")[0]
READS = sorted(name for name, spec in SPECS.items() if spec.kind == "read")
WRITES = sorted(name for name, spec in SPECS.items() if spec.kind == "write")
REVERSIBLE = [name for name in WRITES if SPECS[name].reversible]
NO_SUCH = ActionName("delete_everything")


def told(office: BackOffice, known: Mapping[str, Value]) -> Told:
    """What every read that asks for these things alone says now."""
    asked = [SPECS[name] for name in READS if SPECS[name].arguments and SPECS[name].arguments.keys() <= known.keys()]
    return {
        (one.name, str(known)): office.read(one.name, {argument: known[argument] for argument in one.arguments})
        for one in asked
    }


def about(business: Business, spec: ActionSpec, arguments: Mapping[str, Value]) -> Told:
    """What is told of the records that a write is about: each of them, and the reads that read it back."""
    found: Told = {}
    for name, argument in spec.arguments.items():
        if argument.type == "record":
            records = told(business.office, {argument.of: arguments[name]})
            found |= records
            owners = {record.customer for one in records.values() for record in one} - {None}
            for owner in sorted(owners, key=str):
                found |= told(business.office, {"customer": owner})
    return found | told(business.office, arguments)


def of_the_record(told: Told, kinds: frozenset[str]) -> Told:
    return {read: records for read, records in told.items() if read[0] in kinds}


def is_done(business: Business, spec: ActionSpec, arguments: Mapping[str, Value], receipt: Receipt) -> bool:
    return verified(spec, arguments, receipt, business.office)


def never(spec: ActionSpec, business: Business) -> Receipt:
    """The receipt of a write that was not done."""
    return Receipt(key="", action=spec.name, reference="none", at=business.clock())


@pytest.fixture(params=WRITES)
def write(request: pytest.FixtureRequest) -> ActionSpec:
    return SPECS[request.param]


@pytest.fixture(params=REVERSIBLE)
def reversible(request: pytest.FixtureRequest) -> ActionSpec:
    return SPECS[request.param]


# --- once per key -----------------------------------------------------------------------------


def test_that_a_write_is_done_once_per_key_and_read_back(business: Business, write: ActionSpec) -> None:
    arguments = business.good(write.name)
    assert business.office.receipt("k-1") is None
    assert not is_done(business, write, arguments, never(write, business))
    before = about(business, write, arguments)
    receipt = business.office.write(write.name, arguments, "k-1")
    assert (receipt.key, receipt.action) == ("k-1", write.name)
    assert set(write.receipt) <= set(receipt.fields)
    assert (receipt.undo_until is not None) == write.reversible
    assert is_done(business, write, arguments, receipt)
    after = about(business, write, arguments)
    assert after != before
    business.clock.forward(minutes=1)
    assert business.office.write(write.name, arguments, "k-1") == receipt
    if not write.reversible:
        with pytest.raises(SystemRefused):
            business.office.undo("k-1", "u-1")
    assert business.office.receipt("k-1") == receipt
    assert about(business, write, arguments) == after


def test_that_a_key_of_one_request_serves_no_other(business: Business) -> None:
    first, second = (SPECS[ActionName(name)] for name in ("refund_payment", "change_contact"))
    arguments, others = business.good(first.name), business.good(second.name)
    receipt = business.office.write(first.name, arguments, "k-1")
    before = about(business, first, arguments), about(business, second, others)
    smaller = {**arguments, "amount": Money(minor=1)}
    for name, given in ((second.name, others), (first.name, smaller)):
        with pytest.raises(SystemRefused):
            business.office.write(name, given, "k-1")
    assert (about(business, first, arguments), about(business, second, others)) == before
    assert not is_done(business, second, others, never(second, business))
    assert business.office.receipt("k-1") == receipt


def test_that_an_empty_key_is_refused_and_nothing_is_done(business: Business) -> None:
    spec = SPECS[ActionName("refund_payment")]
    arguments = business.good(spec.name)
    before = about(business, spec, arguments)
    with pytest.raises(SystemRefused):
        business.office.write(spec.name, arguments, "")
    assert about(business, spec, arguments) == before
    assert business.office.receipt("") is None
    receipt = business.office.write(spec.name, arguments, "k-1")
    with pytest.raises(SystemRefused):
        business.office.undo("k-1", "")
    assert is_done(business, spec, arguments, receipt)


def test_that_two_keys_are_two_writes(business: Business) -> None:
    spec = SPECS[ActionName("apply_credit")]
    arguments = business.good(spec.name)
    first = business.office.write(spec.name, arguments, "k-1")
    second = business.office.write(spec.name, arguments, "k-2")
    assert first.reference != second.reference
    assert is_done(business, spec, arguments, first)
    assert is_done(business, spec, arguments, second)


@pytest.mark.parametrize("name", ["apply_credit", "refund_payment", "change_contact"])
def test_that_callers_with_one_key_at_once_have_one_effect(business: Business, name: str) -> None:
    spec = SPECS[ActionName(name)]
    arguments = business.good(spec.name)
    before = about(business, spec, arguments)
    answers = together(*[lambda: business.office.write(spec.name, arguments, "k-1")] * 4)
    receipt = business.office.receipt("k-1")
    assert receipt is not None
    assert all(answer == receipt or isinstance(answer, SystemUnreachable) for answer in answers), answers
    assert is_done(business, spec, arguments, receipt)
    alone = sum(len(records) for records in about(business, spec, arguments).values())
    business.office.write(spec.name, arguments, "k-1")
    assert sum(len(records) for records in about(business, spec, arguments).values()) == alone
    assert about(business, spec, arguments) != before


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


# --- taken back -------------------------------------------------------------------------------


def test_that_a_write_is_taken_back_once_per_undo_key(business: Business, reversible: ActionSpec) -> None:
    arguments = business.good(reversible.name)
    kinds = frozenset(one.of for one in reversible.arguments.values() if one.type == "record")
    before = of_the_record(about(business, reversible, arguments), kinds)
    receipt = business.office.write(reversible.name, arguments, "k-1")
    undone = business.office.undo("k-1", "u-1")
    assert (undone.key, undone.action) == ("u-1", reversible.name)
    assert not is_done(business, reversible, arguments, receipt)
    after = about(business, reversible, arguments)
    assert of_the_record(after, kinds) == before
    business.clock.forward(minutes=1)
    assert business.office.undo("k-1", "u-1") == undone
    assert business.office.receipt("u-1") == undone
    assert business.office.receipt("k-1") == receipt
    for key, undo_key in (("k-1", "u-2"), ("u-1", "u-3")):
        with pytest.raises(SystemRefused):
            business.office.undo(key, undo_key)
        assert business.office.receipt(undo_key) is None
    assert about(business, reversible, arguments) == after


def test_that_nothing_is_taken_back_that_was_not_done(business: Business) -> None:
    with pytest.raises(SystemRefused):
        business.office.undo("k-1", "u-1")
    assert business.office.receipt("u-1") is None


@pytest.mark.parametrize("name", ["apply_credit", "change_contact", "refund_payment", "reschedule_appointment"])
def test_that_nothing_is_taken_back_past_its_time(business: Business, name: str) -> None:
    spec = SPECS[ActionName(name)]
    arguments = business.good(spec.name)
    receipt = business.office.write(spec.name, arguments, "k-1")
    assert receipt.undo_until is not None
    business.clock.now = receipt.undo_until + timedelta(seconds=1)
    with pytest.raises(SystemRefused):
        business.office.undo("k-1", "u-1")
    assert business.office.receipt("u-1") is None
    assert is_done(business, spec, arguments, receipt)


def test_that_an_undo_key_of_something_else_serves_no_undo(business: Business) -> None:
    first, second = (SPECS[ActionName(name)] for name in ("refund_payment", "change_contact"))
    arguments, others = business.good(first.name), business.good(second.name)
    one = business.office.write(first.name, arguments, "k-1")
    two = business.office.write(second.name, others, "k-2")
    business.office.undo("k-1", "u-1")
    for undo_key in ("u-1", "k-1", "k-2"):
        with pytest.raises(SystemRefused):
            business.office.undo("k-2", undo_key)
    assert is_done(business, second, others, two)
    assert [business.office.receipt(key) for key in ("k-1", "k-2")] == [one, two]


# --- refused, and not there -------------------------------------------------------------------


def test_that_what_it_does_not_know_is_refused(business: Business) -> None:
    with pytest.raises(SystemRefused):
        business.office.read(NO_SUCH, {})
    with pytest.raises(SystemRefused):
        business.office.write(NO_SUCH, {}, "k-1")
    assert business.office.receipt("k-1") is None


def test_that_a_read_takes_its_own_arguments_and_knows_no_unknown_id(business: Business) -> None:
    for spec in (SPECS[name] for name in READS):
        unknown: dict[str, Value] = {argument: "does-not-exist" for argument in spec.arguments}
        if unknown:
            assert business.office.read(spec.name, unknown) == (), spec.name
            assert refused(lambda: business.office.read(spec.name, {})), spec.name  # noqa: B023
        assert refused(lambda: business.office.read(spec.name, {**unknown, "colour": "red"})), spec.name  # noqa: B023


def test_that_a_write_takes_its_own_arguments_and_does_nothing_with_others(business: Business) -> None:
    for spec in (SPECS[name] for name in WRITES):
        arguments = business.good(spec.name)
        before = about(business, spec, arguments)
        needed = [name for name in arguments if not spec.arguments[name].optional]
        wrong = [{one: arguments[one] for one in arguments if one != name} for name in needed]
        wrong += [{**arguments, name: "does-not-exist"} for name, one in spec.arguments.items() if one.type == "record"]
        for given in (*wrong, {**arguments, "colour": "red"}):
            assert refused(lambda: business.office.write(spec.name, given, "k-1")), given  # noqa: B023
        assert business.office.receipt("k-1") is None
        assert about(business, spec, arguments) == before, spec.name
        assert not is_done(business, spec, arguments, never(spec, business))


def refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except SystemRefused:
        return True
    return False


# --- customers --------------------------------------------------------------------------------


def test_that_a_customer_is_found_by_address_in_any_case_and_by_id(business: Business) -> None:
    (known,) = business.office.find_customers(business.customer)
    assert (known.kind, known.id, known.customer) == ("customer", business.customer, business.customer)
    address = str(known.fields["email"])
    for written in (address, address.upper(), address.title()):
        assert known in business.office.find_customers(written)
    assert business.office.read(ActionName("customer"), {"customer": business.customer}) == (known,)


def test_that_nobody_is_found_by_what_is_nobodys(business: Business) -> None:
    for address in ("", " ", "%", "nobody@example.invalid", "does-not-exist", "@"):
        assert business.office.find_customers(address) == (), address


def test_that_a_search_finds_by_what_an_advisor_has_at_hand(business: Business) -> None:
    for text in business.found_by:
        first = business.office.search(text, 5)[0]
        assert (first.kind, first.id) == ("customer", business.customer), text
    (customer,) = business.office.find_customers(business.customer)
    phone, postcode = str(customer.fields["phone"]), " ".join(str(customer.fields["address"]).split()[-2:])
    for text in (phone, postcode):
        assert customer in business.office.search(text, 50), text
    assert business.office.search("", 5) == ()


def test_that_a_search_gives_no_more_than_was_asked_for_and_the_best_of_it(business: Business) -> None:
    for text in business.many:
        all_of_them = business.office.search(text, 50)
        assert len(all_of_them) >= 2, text
        assert len({record.ref for record in all_of_them}) == len(all_of_them)
        for most in range(1, min(len(all_of_them), 6) + 1):
            assert business.office.search(text, most) == all_of_them[:most], text
