"""Which of several bills a customer means. "Now" is Monday 23 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import (
    BusinessRecord,
    CustomerId,
    Goal,
    Message,
    MessageId,
    Money,
    TaskTypeName,
    TicketId,
    Triage,
    Value,
)
from cx_core.search.record_choice import MeantRecord
from cx_core.settings import ROOT
from cx_core.understand.entities import entities
from tests.unit.clauses import FERNLINE

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
COPY = load(ROOT / "knowledge").task_types[TaskTypeName("invoice_copy")].lookups[0]


def bill(number: int, made: str, period: str, lines: dict[str, int], kind: str) -> BusinessRecord:
    fields: dict[str, Value] = {
        "date": made,
        "due": "2026-12-08",
        "amount": Money(minor=sum(lines.values())),
        "period": period,
        "kind": kind,
        "lines": tuple(f"{text}: {Money(minor=pence)}" for text, pence in lines.items()),
    }
    return BusinessRecord(kind="invoice", id=f"I-{number}", customer=CustomerId("C-1"), fields=fields)


def monthly(number: int, month: int, **more: int) -> BusinessRecord:
    """The broadband bill for a month of 2026, made on the first of the next; each a little dearer than the last."""
    lines = {"Fibre 150, monthly": 3400 + number, **{name.replace("_", " "): pence for name, pence in more.items()}}
    made, period = date(2026, month + 1, 1), f"{date(2026, month, 1):%B %Y}"
    return bill(number, made.isoformat(), period, lines, "broadband internet bill")


TABLET = bill(21, "2026-10-20", "October 2026", {"Fern tablet 10": 32900, "Tablet sleeve": 2500}, "goods")
LAMP = bill(22, "2026-11-08", "November 2026", {"Aurora desk lamp": 4500}, "goods")
MONTHLY = {
    month: monthly(month, month, **({"Late_payment_fee": 500, "Installation": 1000} if month == 8 else {}))
    for month in range(6, 11)
}
BILLS = tuple(sorted((TABLET, LAMP, *MONTHLY.values()), key=lambda one: str(one.fields["date"]), reverse=True))


def meant(text: str, bills: tuple[BusinessRecord, ...] = BILLS, beside: tuple[BusinessRecord, ...] = ()) -> list[str]:
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    goal = Goal(task_type=TaskTypeName("invoice_copy"), probability=0.9, quote=text)
    found = entities(message, country="GB", zone="Europe/London", currency="GBP", numbers=FERNLINE)
    chosen = MeantRecord(Triage(goals=(goal,), entities=found), 0, [message], NOW.date(), beside).choose(COPY, bills)
    return [record.id for record in chosen.records]


@pytest.mark.parametrize("month", MONTHLY)
@pytest.mark.parametrize(
    "said",
    [
        "Could you send me my {month} bill?",
        "I need the bill for {month} please",
        "please send the {month} invoice again, the broadband one",
        "What is on the bill of {month} {year}?",
        "the bill you sent me for {month} was too high",
    ],
)
def test_that_a_month_is_the_one_that_the_bill_is_for(month: int, said: str) -> None:
    assert meant(said.format(month=f"{date(2026, month, 1):%B}", year=2026)) == [f"I-{month}"]


@pytest.mark.parametrize("month", MONTHLY)
@pytest.mark.parametrize(
    "said",
    [
        "the one from the 1st of {month}",
        "I mean the bill that came on 1 {month}",
        "can you see what was taken on 1 {month}",
        "send me the invoice dated 1/{number}",
    ],
)
def test_that_a_day_is_the_one_on_which_it_was_made(month: int, said: str) -> None:
    after = date(2026, month + 1, 1)
    assert meant(said.format(month=f"{after:%B}", number=after.month)) == [f"I-{month}"]


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("Send me the one from the 8th please", LAMP),
        ("I would like the bill that you sent me on the 8th", LAMP),
        ("the one from the 20th, please", TABLET),
        ("I need the bill for the tablet", TABLET),
        ("an invoice for my tablet, my insurer wants it", TABLET),
        ("I need the October bill for the tablet", TABLET),
        ("send me the receipt of the desk lamp", LAMP),
        ("send me my broadband bill", MONTHLY[10]),
        ("I need the internet bill again", MONTHLY[10]),
        ("my November bill please", LAMP),
        ("Can I have my latest bill?", MONTHLY[10]),
        ("what is the £10.00 on my bill?", MONTHLY[8]),
        ("you took £15.00 for a late fee and the installation", MONTHLY[8]),
        ("what did I pay £45.00 for", LAMP),
        ("the bill of £25.00", TABLET),
        ("the bill of £329.00", TABLET),
        ("the bill of £354.00", TABLET),
    ],
)
def test_that_a_bill_is_known_by_its_day_its_lines_and_what_it_is_for(text: str, one: BusinessRecord) -> None:
    assert meant(text) == [one.id]


def test_that_the_bill_made_in_a_month_is_meant_where_none_is_for_it() -> None:
    assert meant("my November bill please", tuple(MONTHLY.values())) == ["I-10"]


@pytest.mark.parametrize("one", BILLS, ids=lambda one: one.id)
def test_that_a_sum_is_the_whole_before_it_is_a_line_or_two(one: BusinessRecord) -> None:
    amount = one.fields["amount"]
    assert isinstance(amount, Money)
    line = bill(50, "2026-09-15", "September 2026", {"Pebble phone case": amount.minor, "Sleeve": 1}, "goods")
    two = bill(51, "2026-09-16", "September 2026", {"A": amount.minor - 100, "B": 100, "C": 7}, "goods")
    assert meant(f"why did you take {amount}?", (*BILLS, line, two)) == [one.id]


@pytest.mark.parametrize("amount", ["£12.34", "£9.99", "$45.00"])
def test_that_a_sum_that_is_on_no_bill_finds_none(amount: str) -> None:
    assert meant(f"you charged me {amount}") == []


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("can you see that £54 was taken on the 8th", "2026-11-08"),
        ("I need to know why you charged me on the 8th", "2026-11-08"),
        ("could you tell me what happened on Tuesday", "2026-11-17"),
        ("I want it delivered on Friday", "2026-11-27"),
        ("it was late, so please come on Friday", "2026-11-27"),
        ("it would be good if it was on Friday", "2026-11-27"),
        ("please move it to the 8th", "2026-12-08"),
    ],
)
def test_that_a_day_lies_behind_where_the_verb_says_so(said: str, day: str) -> None:
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=said, at=NOW)
    found = entities(message, country="GB", zone="Europe/London", currency="GBP", numbers=FERNLINE)
    assert [one.value for one in found if one.kind == "date"] == [day]


@pytest.mark.parametrize("bill", BILLS)
def test_that_words_which_lean_on_another_goal_mean_its_bill(bill: BusinessRecord) -> None:
    payment = BusinessRecord(kind="payment", id="P-1", customer=CustomerId("C-1"), fields={"invoice": bill.id})
    for said in ("I need the bill that belongs to it", "send me the bill for that, please", "and the bill for it."):
        assert meant(said, beside=(payment,)) == [bill.id]
    for other in (
        "I need my newest bill",
        "the bill for the lamp, thanks for that",
        "my internet bill, I need to pay for it",
    ):
        assert meant(other, beside=(payment,)) == meant(other)


def test_that_orders_are_not_taken_over_from_another_goal() -> None:
    orders = tuple(
        BusinessRecord(
            kind="order", id=f"O-{n}", customer=CustomerId("C-1"), fields={"items": (name,), "status": "shipped"}
        )
        for n, name in ((1, "Fern phone 8"), (2, "Aurora desk lamp"))
    )
    text = "The lamp I do want, but I'm away all week, so Monday for that."
    goal = Goal(task_type=TaskTypeName("change_delivery_date"), probability=0.9, quote=text)
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    spec = load(ROOT / "knowledge").task_types[TaskTypeName("change_delivery_date")].lookups[0]
    triage = Triage(goals=(goal,))
    alone, beside = (
        MeantRecord(triage, 0, [message], NOW.date(), one).choose(spec, orders) for one in ((), orders[:1])
    )
    assert beside == alone
