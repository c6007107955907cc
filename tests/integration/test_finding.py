"""Finding customers and records of the sandbox by what an advisor has at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from cx_core.adapters.fernline import Fernline, open_fernline
from cx_core.adapters.fernline import tables as t

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    made = open_fernline(f"sqlite:///{tmp_path_factory.mktemp('finding') / 'fernline.db'}", lambda: NOW)
    yield made
    made.dispose()


@pytest.fixture
def fernline(engine: sa.Engine) -> Fernline:
    return Fernline(engine, lambda: NOW)


def refs(fernline: Fernline, text: str, most: int = 8) -> list[str]:
    return [record.ref for record in fernline.search(text, most)]


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("Okafor", "customer/C-2"),
        ("  tom   OKAFOR ", "customer/C-2"),
        ("maria.keller@example.com", "customer/C-1"),
        ("KELLER@EXAMPLE", "customer/C-1"),
        ("maria.keller", "customer/C-1"),
        ("C-2", "customer/C-2"),
        ("O-15", "order/O-15"),
        ("o15", "order/O-15"),
        ("P 8", "payment/P-8"),
        ("I-22", "invoice/I-22"),
        ("A-2", "appointment/A-2"),
        ("K-1", "contract/K-1"),
        ("FN1 4QT", "customer/C-2"),
        ("fn14qt", "customer/C-2"),
        ("17 Quarry Lane", "customer/C-2"),
        ("+44 7700 900120", "customer/C-120"),
        ("07700 900120", "customer/C-120"),
        ("0044 7700900120", "customer/C-120"),
    ],
)
def test_that_each_way_of_naming_leads_to_the_record_first(fernline: Fernline, text: str, ref: str) -> None:
    assert refs(fernline, text)[0] == ref


@pytest.mark.parametrize("text", ["okaofr", "Okafro", "Tom Okaffor", "Ökafor"])
def test_that_a_name_with_a_slip_is_found(fernline: Fernline, text: str) -> None:
    assert refs(fernline, text) == ["customer/C-2"]


def test_that_a_tracking_number_leads_to_its_order(fernline: Fernline, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        number, tracking = connection.execute(sa.select(t.order.c.number, t.order.c.tracking).limit(1)).one()
    assert refs(fernline, tracking.lower()) == [f"order/O-{number}"]


def test_that_people_of_one_name_are_all_found(fernline: Fernline) -> None:
    assert refs(fernline, "james smith")[:2] == ["customer/C-5", "customer/C-6"]


def test_that_a_bare_number_is_tried_as_each_kind(fernline: Fernline) -> None:
    assert {"order/O-15", "invoice/I-15", "customer/C-15"} <= set(refs(fernline, "15"))


@pytest.mark.parametrize(
    "text", ["", " ", "a", "%", "%%", "__", "_%", "' OR 1=1 --", '"; DROP TABLE customer; --', "\\", "zzzz", "x" * 5000]
)
def test_that_wildcards_and_code_are_only_letters(fernline: Fernline, text: str) -> None:
    assert refs(fernline, text) == []
    assert refs(fernline, "Okafor") == ["customer/C-2"]


def test_that_what_is_found_is_bounded(fernline: Fernline) -> None:
    assert len(refs(fernline, "example", 300)) == 0
    assert len(refs(fernline, "@example", 5)) == 5
    assert len(refs(fernline, "Street", 7)) == 7
