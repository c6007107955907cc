"""An address that was written as one, divided as systems keep it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.text.postal_address import address_parts


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("12 High Street, Bristol BS1 4ST", ("12 High Street", "Bristol", "BS1 4ST")),
        ("12 High Street, Bristol, BS1 4ST", ("12 High Street", "Bristol", "BS1 4ST")),
        ("Flat 2\n12 High Street\nBristol\nbs14st", ("Flat 2, 12 High Street", "Bristol", "bs14st")),
        ("Flat 2, 12 High Street, Clifton, Bristol BS1 4ST", ("Flat 2, 12 High Street, Clifton", "Bristol", "BS1 4ST")),
        ("12 High Street Bristol BS1 4ST", ("12 High Street", "Bristol", "BS1 4ST")),
        ("12 High Street, Newcastle upon Tyne NE1 4ST", ("12 High Street", "Newcastle upon Tyne", "NE1 4ST")),
        ("12 High Street, Bristol BS1 4ST, gate code 4512", ("12 High Street", "Bristol", "BS1 4ST")),
        ("12 high street, bristol bs1 4st", ("12 high street", "bristol", "bs1 4st")),
        ("Flat 2, 1200 High Street, Springfield, IL 62704", ("Flat 2, 1200 High Street", "Springfield", "62704", "IL")),
        ("Hauptstraße 12, 10115 Berlin", ("Hauptstraße 12", "Berlin", "10115")),
        ("Hauptstraße 12 10115 Berlin", ("Hauptstraße 12", "Berlin", "10115")),
        ("Hauptstraße 12, 10115, Berlin", ("Hauptstraße 12", "Berlin", "10115")),
        ("Keizersgracht 5, 1015 CJ Amsterdam", ("Keizersgracht 5", "Amsterdam", "1015 CJ")),
        ("ul. Prosta 7/3, 00-838 Warszawa, Poland", ("ul. Prosta 7/3", "Warszawa", "00-838")),
        ("1200 Main Street, Springfield, IL 62704", ("1200 Main Street", "Springfield", "62704", "IL")),
        ("1200 Main Street, Springfield, IL 62704-1234", ("1200 Main Street", "Springfield", "62704-1234", "IL")),
        ("Rose Cottage, Church Lane, Wells BA5 2UR, UK", ("Rose Cottage, Church Lane", "Wells", "BA5 2UR")),
    ],
)
def test_that_street_town_and_postcode_are_told_apart(address: str, parts: tuple[str, ...]) -> None:
    assert address_parts(address) == (*parts, "")[:4]


@pytest.mark.parametrize(
    "address",
    ["", "12 High Street, Bristol", "BS1 4ST", "12 High Street BS1 4ST", "8 Park Lane Green Park BS1 4ST", "7"],
)
def test_that_what_cannot_be_told_is_not_guessed(address: str) -> None:
    assert address_parts(address) is None


@given(st.text(alphabet="aB1 2,.\n-é9Z", max_size=60))
def test_that_parts_stand_in_the_address(address: str) -> None:
    parts = address_parts(address)
    assert parts is None or all(piece in address for part in parts for piece in part.split(", ") if piece)
