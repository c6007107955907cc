"""An invoice that is described by what was bought, over many purchases and ways of naming one of them.

"Now" is Wednesday 20 January 2027.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import (
    BusinessRecord,
    CustomerId,
    Goal,
    Message,
    MessageId,
    Money,
    SpeechAct,
    TaskTypeName,
    TicketId,
    Triage,
)
from cx_core.search.meant_items import mentioned
from cx_core.search.record_choice import MeantRecord
from cx_core.settings import ROOT
from cx_core.understand.entities import entities
from cx_core.understand.time_wishes import time_wishes
from tests.unit.clauses import FERNLINE, spoken

NOW = datetime(2027, 1, 20, 9, tzinfo=UTC)
ZONE = "Europe/London"
COPY = load(ROOT / "knowledge").task_types[TaskTypeName("invoice_copy")].lookups[0]
PRICES = {
    "Fern tablet 10": 32900,
    "Fern phone 8": 42900,
    "Aurora desk lamp": 4500,
    "Pebble phone case": 1900,
    "Tablet sleeve": 2500,
}
CALLED = {
    "Fern tablet 10": ("tablet", "Fern tablet"),
    "Fern phone 8": ("phone", "telephone", "smartphone"),
    "Aurora desk lamp": ("lamp", "desk lamp"),
    "Pebble phone case": ("phone case", "case"),
    "Tablet sleeve": ("tablet sleeve", "sleeve"),
}
DAYS = {"2026-11-12": "in November", "2026-12-24": "on Christmas Eve", "2027-01-08": "on 8 January"}
WAYS = (
    "please send me the bill for the {}",
    "the bill for the {} itself",
    "the bill for the {} only",
    "can I have the invoice of the {} again",
    "I need the receipt for my {}",
)
PAIRS = list(permutations(PRICES, 2))


def goods(number: int, day: str, *names: str) -> BusinessRecord:
    return bill(number, day, "goods", {name: PRICES[name] for name in names}, names)


def bill(number: int, day: str, kind: str, lines: dict[str, int], items: tuple[str, ...] = ()) -> BusinessRecord:
    return BusinessRecord(
        kind="invoice",
        id=f"I-{number}",
        customer=CustomerId("C-1"),
        fields={
            "date": day,
            "amount": Money(minor=sum(lines.values())),
            "period": f"{datetime.fromisoformat(day):%B %Y}",
            "kind": kind,
            "lines": tuple(f"{text}: {Money(minor=pence)}" for text, pence in lines.items()),
            "items": items,
        },
    )


MOBILE = bill(9, "2027-01-15", "mobile phone bill", {"Mobile 10, monthly": 1200})


def meant(bills: list[BusinessRecord], *clauses: tuple[str, SpeechAct]) -> list[str]:
    text, said = spoken((words, does, "invoice_copy" if does == "wants" else "") for words, does in clauses)
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    goal = Goal(task_type=TaskTypeName("invoice_copy"), probability=0.9, quote=text)
    triage = Triage(
        goals=(goal,),
        entities=entities(message, country="GB", zone=ZONE, currency="GBP", numbers=FERNLINE),
        times=time_wishes([message], ZONE),
        said=said,
    )
    newest = sorted(bills, key=lambda one: str(one.fields["date"]), reverse=True)
    return [one.id for one in MeantRecord(triage, 0, [message], NOW.date()).choose(COPY, tuple(newest)).records]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("days", list(permutations(DAYS, 2)))
def test_that_the_thing_that_is_named_says_which_bill(way: str, days: tuple[str, str]) -> None:
    for one, other in PAIRS:
        bills = [goods(1, days[0], one), goods(2, days[1], other), MOBILE]
        for name in CALLED[one]:
            assert meant(bills, (way.format(name), "wants")) == ["I-1"], (name, other)


@pytest.mark.parametrize("month", ["November", "December"])
def test_that_a_bill_that_is_ruled_out_gives_no_month(month: str) -> None:
    for one, other in PAIRS:
        bills = [goods(1, "2026-12-24", one), goods(2, "2026-11-12", other), MOBILE]
        said: tuple[tuple[str, SpeechAct], ...] = (
            (f"the bill for the {CALLED[one][0]}", "wants"),
            (f"not the first one from {month}", "tells"),
        )
        assert meant(bills, *said) == ["I-1"]


@pytest.mark.parametrize("day", DAYS)
def test_that_the_day_it_was_bought_tells_two_bills_for_the_same_apart(day: str) -> None:
    for name in PRICES:
        bills = [goods(n, made, name) for n, made in enumerate(DAYS)]
        said = f"the invoice of the {CALLED[name][0]} that I bought {DAYS[day]}"
        assert meant(bills, (said, "wants")) == [f"I-{list(DAYS).index(day)}"]


def test_that_a_bill_for_two_things_is_the_one_that_has_both() -> None:
    for one, other, third in permutations(PRICES, 3):
        bills = [goods(1, "2026-12-24", one, other), goods(2, "2027-01-08", one), goods(3, "2026-11-12", third)]
        said = f"the invoice of the {CALLED[one][0]} together with the {CALLED[other][0]}"
        assert meant(bills, (said, "wants")) == ["I-1"], (one, other, third)


@pytest.mark.parametrize(("rank", "which"), [("the big one", "I-1"), ("the smaller one", "I-2")])
def test_that_the_big_one_is_that_of_the_things_that_are_named(rank: str, which: str) -> None:
    for one, other in PAIRS:
        bills = [goods(1, "2026-11-12", one, other), goods(2, "2026-12-24", one), MOBILE]
        assert meant(bills, (f"the bill for the {CALLED[one][0]}", "wants"), (rank, "tells")) == [which]


@pytest.mark.parametrize("said", ["my phone bill please", "send the telephone bill", "the latest mobile phone bill"])
def test_that_a_phone_bill_is_of_no_phone(said: str) -> None:
    assert meant([goods(1, "2026-12-24", "Fern phone 8"), MOBILE], (said, "wants")) == ["I-9"]


def test_that_a_word_that_begins_a_longer_name_names_nothing_itself() -> None:
    text, said = spoken([("the phone case is cracked", "reports", "")])
    assert mentioned(("Fern phone 8", "Pebble phone case"), said, {MessageId("m"): text}) == {1: True}
