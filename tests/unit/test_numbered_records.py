"""Which record a customer of any business means by its number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.catalogue import LookupSpec
from cx_core.records import (
    ActionName,
    BusinessRecord,
    CustomerId,
    Goal,
    Message,
    MessageId,
    TaskTypeName,
    TicketId,
    Triage,
    Value,
)
from cx_core.search.record_choice import MeantRecord
from cx_core.text.record_numbers import RecordNumbers
from cx_core.understand.entities import entities
from tests.unit.clauses import FERNLINE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def record(kind: str, id: str, **fields: Value) -> BusinessRecord:
    return BusinessRecord(kind=kind, id=id, customer=CustomerId("C-1"), fields=fields)


PLAIN = (record("order", "1043", status="placed"), record("order", "1051", status="placed"), record("order", "12"))
LETTERS = (record("order", "GL-2026-0043"), record("order", "GL-2026-0044"))
SHOWN = (record("order", "order_01HX4", number=12), record("order", "order_01HX7", number=13))
BOOKINGS = (record("booking", "XK12B7"), record("booking", "XK99C1"))
SUBSCRIPTIONS = (record("subscription", "11"), record("subscription", "12"))
PLACED = (record("order", "1043", status="delivered"), record("order", "1051", status="placed"))


def meant(text: str, read: tuple[BusinessRecord, ...], **spec: object) -> list[str]:
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    goal = Goal(task_type=TaskTypeName("cancel"), probability=0.9, quote=text)
    found = entities(message, country="GB", zone="Europe/London", currency="GBP", numbers=RecordNumbers({}))
    own = ("order",) if read[0].kind == "order" else ()
    lookup = LookupSpec.model_validate(
        {"name": "record", "read": ActionName("list"), "choose": ("number", *own, "date"), **spec}
    )
    chosen = MeantRecord(Triage(goals=(goal,), entities=found), 0, [message], NOW.date()).choose(lookup, read)
    return [record.id for record in chosen.records]


@pytest.mark.parametrize(
    ("text", "read", "ids"),
    [
        ("Please cancel order 1043.", PLAIN, ["1043"]),
        ("Please cancel order no. 12.", PLAIN, ["12"]),
        ("Cancel #1051 for me", PLAIN, ["1051"]),
        ("It is 1051", PLAIN, ["1051"]),
        ("Cancel it. My number is 1077.", PLAIN, ["1043", "1051", "12"]),
        ("Please cancel order 1077.", PLAIN, []),
        ("Please cancel order 1043 and order 1051.", PLAIN, ["1043", "1051"]),
        ("Order 1043, as I said: 1043", PLAIN, ["1043"]),
        ("Please cancel order 1043 and order 1077.", PLAIN, ["1043"]),
        ("gl-2026/43 please: cancel my order GL-2026-43", LETTERS, ["GL-2026-0043"]),
        ("Please stop GL-2026-0044", LETTERS, ["GL-2026-0044"]),
        ("Please cancel order 13", SHOWN, ["order_01HX7"]),
        ("Cancel booking XK99C1", BOOKINGS, ["XK99C1"]),
        ("Cancel my subscription, and where is order 12?", SUBSCRIPTIONS, ["11", "12"]),
        ("Refund order 1043. My pin is 1051", PLAIN, ["1043"]),
        ("My card ending 1051 was charged, zip 1043", PLAIN, ["1043", "1051", "12"]),
        ("I have 1051 points", PLAIN, ["1043", "1051", "12"]),
        ("delivery 12 pm please, or 9am/48h", PLAIN, ["1043", "1051", "12"]),
    ],
)
def test_that_a_number_means_the_record_that_bears_it(
    text: str, read: tuple[BusinessRecord, ...], ids: list[str]
) -> None:
    assert meant(text, read) == ids


def test_that_a_numbered_record_is_found_although_it_could_not_be_meant() -> None:
    assert meant("Please cancel order 1043", PLACED, among={"status": ("placed",)}) == ["1043"]
    assert meant("Please cancel #1043", PLACED, among={"status": ("placed",)}) == ["1043"]
    assert meant("Please cancel my order", PLACED, among={"status": ("placed",)}) == ["1051"]


PLANS = (
    record("plan", "1", name="Mobile 5"),
    record("plan", "2", name="Mobile 50"),
    record("plan", "3", name="Mobile 500"),
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Put me from the Mobile 20 on the Mobile 50 please", ["2"]),
        ("mobile 5, from the first, ta", ["1"]),
        ("I'd like the Mobile-500.", ["3"]),
        ("Mobile 5 or Mobile 50, whichever is cheaper", ["1", "2", "3"]),
        ("a smaller mobile plan", ["1", "2", "3"]),
    ],
)
def test_that_a_plan_is_told_by_its_whole_name(text: str, ids: list[str]) -> None:
    assert meant(text, PLANS, choose=("product",)) == ids


@pytest.mark.parametrize(
    "behind", ["pls", "plz", "thanks, the lamps can come", "as I have one now", "please", "plus nothing else"]
)
def test_that_a_bare_number_behind_the_word_order_is_its_number(behind: str) -> None:
    found = list(FERNLINE.find(f"scrap order 40 {behind}"))
    assert [(one.kind, one.value) for one in found] == [("order", "O-40")]


@pytest.mark.parametrize("goods", ["tablets", "lamps", "cables please"])
def test_that_a_number_of_goods_is_none(goods: str) -> None:
    assert not list(FERNLINE.find(f"I want to order 40 {goods}"))
