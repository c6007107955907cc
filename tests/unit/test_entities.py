"""What customers name. "Now" is Monday 23 November 2026."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.records import NUMBERED, Entity, Message, MessageId, TicketId
from cx_core.text.record_numbers import RecordNumbers, same_number
from cx_core.text.segments import MOST_READ
from cx_core.understand.entities import MOST_ENTITIES, entities
from tests.unit.clauses import FERNLINE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def read(text: str, at: datetime = NOW, numbers: RecordNumbers = FERNLINE) -> tuple[Entity, ...]:
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=at)
    return entities(message, country="GB", zone="Europe/London", currency="GBP", numbers=numbers)


def named(text: str) -> list[tuple[str, str]]:
    return [(entity.kind, entity.value) for entity in read(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("order 12 is late", [("order", "O-12")]),
        ("Order no. o-12 and O 15", [("order", "O-12"), ("order", "O-15")]),
        ("order #7, parcel O7", [("order", "O-7"), ("order", "O-7")]),
        ("i-3 was paid by P-7 and p 8", [("invoice", "I-3"), ("payment", "P-7")]),
        ("visit A-2 for contract K4", [("appointment", "A-2"), ("contract", "K-4")]),
        ("I want to order 2 tablets", []),
        ("I waited 3 days and I 2 times called", []),
        ("payment 2 weeks ago", []),
    ],
)
def test_that_ids_are_read_however_they_are_written(text: str, found: list[tuple[str, str]]) -> None:
    assert [pair for pair in named(text) if pair[0] not in ("date", "amount")] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Please cancel order 1043", [("order", "1043")]),
        ("order no. gl-2026/0043 and invoice R77", [("order", "GL-2026/0043"), ("invoice", "R77")]),
        ("it is #1043, thanks", [("number", "1043")]),
        ("GL-1043 has not come", [("number", "GL-1043")]),
        ("my booking ref: XK12B7", [("appointment", "XK12B7")]),
        ("I want to order 2 tablets in 2026, for 1,043.00", []),
        ("see https://shop.test/o/1043, or call 0117 496 0043", []),
        ("Bring order 2 days later than the 1500 ml bottle", []),
    ],
)
def test_that_a_business_without_a_form_of_its_own_has_numbers_read_as_they_are_written(
    text: str, found: list[tuple[str, str]]
) -> None:
    named = read(text, numbers=RecordNumbers({}))
    assert [(e.kind, e.value) for e in named if e.kind in (*NUMBERED, "number")] == found


@pytest.mark.parametrize("numbers", [FERNLINE, RecordNumbers({})], ids=["by form", "as written"])
@pytest.mark.parametrize("text", ["İnvoice 12", "ınvoice 12", "viſit 12", "\u212a-12", "order ١٢", "O\u2013١٢"])
def test_that_letters_that_only_look_alike_break_nothing(text: str, numbers: RecordNumbers) -> None:
    read(text, numbers=numbers)


@pytest.mark.parametrize(
    ("written", "held", "same"),
    [
        ("12", "O-12", True),
        ("o 12", "O-12", True),
        ("0012", "12", True),
        ("GL-2026/43", "gl 2026-0043", True),
        ("43", "GL-2026/0043", False),
        ("12", "O-112", False),
        ("O-12", "12", False),
        ("I-12", "O-12", False),
        ("", "O-12", False),
        ("01H8Z", "order_01H8Z", True),
    ],
)
def test_that_a_number_is_the_same_however_it_is_written(written: str, held: str, same: bool) -> None:
    assert same_number(written, held) is same


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("on 2026-12-05", "2026-12-05"),
        ("on 5/12", "2026-12-05"),
        ("on 5.12.2026", "2026-12-05"),
        ("on 12 March", "2027-03-12"),
        ("December 3rd", "2026-12-03"),
        ("the 3rd of December", "2026-12-03"),
        ("by the 5th", "2026-12-05"),
        ("can't do Thursday", "2026-11-26"),
        ("by Sunday please", "2026-11-29"),
        ("this thursday", "2026-11-26"),
        ("next Friday", "2026-12-04"),
        ("last Monday", "2026-11-16"),
        ("it came on Tuesday", "2026-11-17"),
        ("charged me on 3 November", "2026-11-03"),
        ("tomorow morning", "2026-11-24"),
        ("the day after tomorrow", "2026-11-25"),
        ("yesterday", "2026-11-22"),
        ("this weekend", "2026-11-28"),
        ("two weeks ago", "2026-11-09"),
        ("in 3 days", "2026-11-26"),
        ("the October bill", "2026-10"),
        ("last month's invoice", "2026-10"),
        ("in January", "2027-01"),
        ("end of the month", "2026-11-30"),
        ("by wed", "2026-11-25"),
    ],
)
def test_that_dates_are_read_as_a_british_customer_means_them(words: str, value: str) -> None:
    assert [entity.value for entity in read(words) if entity.kind == "date"] == [value]


@pytest.mark.parametrize(
    "text", ["may I ask", "march on", "24/7", "the third time", "the 2nd floor", "I sat there", "30/2"]
)
def test_that_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert named(text) == []


def test_that_a_day_is_the_companys_not_utcs() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert [entity.value for entity in read("today", late)] == ["2026-07-02"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("£54 twice", "5400 GBP"),
        ("54.00 was taken", "5400 GBP"),
        ("54 pounds", "5400 GBP"),
        ("30 quid", "3000 GBP"),
        ("$5", "500 USD"),
        ("5,50 no", ""),
        ("1,234.50 in all", "123450 GBP"),
        ("50p", "50 GBP"),
        ("12 euros", "1200 EUR"),
        ("10.30am", ""),
        ("3.50gb used", ""),
    ],
)
def test_that_amounts_are_minor_units_with_a_currency(text: str, value: str) -> None:
    assert [entity.value for entity in read(text) if entity.kind == "amount"] == ([value] if value else [])


def test_that_ways_to_reach_somebody_are_normalised() -> None:
    text = "Use Jo.B@Example.com or 07700 900123, not +44 20 7946 0958. Card 4111 1111 1111 1111."
    assert named(text) == [("email", "jo.b@example.com"), ("phone", "+447700900123"), ("phone", "+442079460958")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my new address is 12 Oak Lane, Fernbridge FN2 6PD. Thanks", "12 Oak Lane, Fernbridge FN2 6PD"),
        (
            "We moved to Flat 3, Rose House\n18 Weaver Row\nFernbridge FN2 6PD",
            "Flat 3, Rose House, 18 Weaver Row, Fernbridge FN2 6PD",
        ),
        ("send it to 4 Mill Road please", "4 Mill Road"),
        ("deliver it to my neighbour", ""),
        ("my email address is wrong", ""),
        ("please send it to my shop, the house is empty all day", ""),
        (
            "send it to my office, nobody is in:\nLee Marsh, c/o Hill & Son, Unit 9, Dock Yard, Bridgeport BP1 9QE",
            "Lee Marsh, c/o Hill & Son, Unit 9, Dock Yard, Bridgeport BP1 9QE",
        ),
        ("send it to Rose Cottage, Mill Lane", "Rose Cottage, Mill Lane"),
    ],
)
def test_that_postal_addresses_end_where_they_end(text: str, value: str) -> None:
    assert [entity.value for entity in read(text) if entity.kind == "address"] == ([value] if value else [])


def test_that_quoted_mail_names_nothing() -> None:
    assert named("Still nothing.\n\nOn Mon, 2 Nov 2026, Care wrote:\n> Order O-12 for £54 is on its way") == []


@given(st.text(alphabet=st.sampled_from("O-12 £5.0/3thursdaymay@x.uk\n+(07) address is"), max_size=200))
def test_that_every_entity_is_where_it_says_and_none_overlap(text: str) -> None:
    found = read(text)
    assert all(text[entity.start : entity.end] == entity.text for entity in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@pytest.mark.parametrize(
    "unit", ["£1,", "07700 900123 ", "Thursday ", "12 Oak Lane ", "a@a.", "order 1 ", "1", " ", "live at ", "\x00ÿ"]
)
def test_that_of_a_megabyte_only_so_much_is_named(unit: str) -> None:
    found = read(unit * (1_000_000 // len(unit)))
    assert len(found) <= MOST_ENTITIES
    assert all(entity.end <= MOST_READ for entity in found)
