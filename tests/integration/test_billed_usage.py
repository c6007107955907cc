"""What was used in the days that an invoice bills: for every charge for data in the sandbox, today and weeks later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cx_core.adapters.fernline import Fernline, open_fernline
from cx_core.adapters.fernline.days import day_name
from cx_core.adapters.fernline.seed import CUSTOMERS
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.planning import plan
from cx_core.records import (
    ActionName,
    BusinessRecord,
    Evidence,
    Goal,
    Lookup,
    Money,
    TaskTypeName,
    Triage,
)
from cx_core.settings import ROOT
from tests.conftest import SetClock

OPENED = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = (0, 7, 24)
KNOWLEDGE = load(ROOT / "knowledge")
OVERAGE = TaskTypeName("data_overage")


@pytest.fixture(scope="module", params=LATER, ids=[f"{days} days later" for days in LATER])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fernline]:
    url = f"sqlite:///{tmp_path_factory.mktemp('usage') / 'fernline.db'}"
    clock = SetClock(OPENED)
    open_fernline(url, clock).dispose()
    clock.forward(days=request.param)
    engine = open_fernline(url, clock)
    yield Fernline(engine, clock)
    engine.dispose()


def read(office: Fernline, name: str, **arguments: str) -> tuple[BusinessRecord, ...]:
    return office.read(ActionName(name), arguments)


def charges(office: Fernline) -> list[tuple[BusinessRecord, BusinessRecord]]:
    """Each charge for data, and the contract of whom it is."""
    found = []
    for number in range(1, CUSTOMERS + 1):
        for charge in read(office, "overages", customer=f"C-{number}"):
            (contract,) = read(office, "contracts", customer=f"C-{number}")
            found.append((charge, contract))
    return found


def told(charge: BusinessRecord, contract: BusinessRecord, usage: tuple[BusinessRecord, ...]) -> tuple[str, str]:
    """The case and the words of a reply about a charge."""
    rows = (("overages", (charge,)), ("contract", (contract,)), ("usage", usage))
    lookups = tuple(Lookup(goal=0, name=name, records=records) for name, records in rows)
    customer = BusinessRecord(kind="customer", id=str(charge.customer), customer=charge.customer, fields={})
    goal = Goal(task_type=OVERAGE, probability=0.9, sure=True, quote="?", level=2)
    made = plan(Triage(goals=(goal,)), Evidence(customer=customer, lookups=lookups), KNOWLEDGE, date(2026, 11, 23))
    return made.parts[0].case, made.parts[0].text


def test_that_a_kept_log_bears_its_bill_out_or_has_a_gap_and_an_older_one_is_not_stated(office: Fernline) -> None:
    seen: dict[str, int] = {}
    for charge, contract in charges(office):
        usage = read(office, "billed_usage", contract=contract.id, invoice=str(charge.fields["invoice"]))
        case, text = told(charge, contract, usage)
        seen[case] = seen.get(case, 0) + 1
        if case == "log_is_complete":
            assert usage[0].fields["charge"] == charge.fields["amount"]
            assert str(usage[0].fields["period"]) in text
            assert f"{usage[0].fields['used']} used" in text
        elif not charge.fields["waived"]:
            assert " used, with " not in text
    assert seen.keys() == {"log_is_complete", "log_has_a_gap", "no_usage"}
    assert min(seen.values()) >= 1


def test_that_the_days_are_those_of_the_bill_and_not_the_last_thirty(office: Fernline) -> None:
    charge, contract = next((one, two) for one, two in charges(office) if two.id == "K-14")
    (usage,) = read(office, "billed_usage", contract="K-14", invoice=str(charge.fields["invoice"]))
    assert usage.fields["complete"] == "no"
    assert usage.fields["period"] != "the last 30 days"
    case, text = told(charge, contract, (usage,))
    assert case == "log_has_a_gap"
    assert str(usage.fields["gap"]) in text


def test_that_a_charge_that_the_log_does_not_bear_out_goes_to_a_person(office: Fernline) -> None:
    for charge, contract in charges(office):
        usage = read(office, "billed_usage", contract=contract.id, invoice=str(charge.fields["invoice"]))
        if usage and usage[0].fields["complete"] == "yes":
            dearer = charge.replace(fields={**charge.fields, "amount": Money(minor=99_00)})
            case, text = told(dearer, contract, usage)
            assert case == "log_says_otherwise"
            assert str(usage[0].fields["used"]) not in text
            return
    pytest.fail("no charge has a complete log")


def test_that_no_usage_is_told_of_anothers_invoice_or_of_goods(office: Fernline) -> None:
    charge = next(one for one, contract in charges(office) if contract.id == "K-14")
    assert read(office, "billed_usage", contract="K-8", invoice=str(charge.fields["invoice"])) == ()
    assert read(office, "billed_usage", contract="K-1", invoice="I-9") == ()
    assert read(office, "billed_usage", contract="K-14", invoice="I-99999") == ()


def test_that_a_gap_is_named_by_its_days(tmp_path: Path) -> None:
    engine = open_fernline(f"sqlite:///{tmp_path / 'fernline.db'}", SetClock(OPENED))
    (usage,) = read(Fernline(engine, SetClock(OPENED)), "billed_usage", contract="K-14", invoice="I-41")
    engine.dispose()
    assert usage.fields["period"] == "Thursday 1 October to Saturday 31 October"
    assert usage.fields["gap"] == f"{day_name(date(2026, 10, 14))} to {day_name(date(2026, 10, 16))}"
