"""Marks that only say which one are left out of what is read for goals; words and amounts stay."""

import pytest

from cx_core.understand.references import unreferenced


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Please ring me on 07700 900188 today", "Please ring me on today"),
        ("Ring +44 (0)7700 900188, please", "Ring , please"),
        ("Order FL-882140 goes to the wrong place", "Order goes to the wrong place"),
        ("I was charged twice for invoice I-3.", "I was charged twice for invoice ."),
        ("Copies of invoices 30077 to 30079", "Copies of invoices to "),
        ("My new address is ann@example.org now", "My new address is now"),
        ("See https://fernline.example/orders?id=7 there", "See there"),
        ("Send it to 14 Marlow Court, RG1 4ZZ instead", "Send it to 14 Marlow Court, instead"),
    ],
)
def test_that_numbers_codes_and_addresses_are_left_out(text: str, left: str) -> None:
    assert unreferenced(text) == left


@pytest.mark.parametrize(
    "text", ["You took £1200.50 and £1,200 from me", "Two of 3 came on 12 May", "My 5G is at 1.5 Mb", "Wifi 6 router"]
)
def test_that_amounts_days_and_counts_stay(text: str) -> None:
    assert unreferenced(text) == text


@pytest.mark.parametrize("text", ["O-1042", "07700 900188", "", "  12345 "])
def test_that_a_text_of_nothing_else_stays_as_it_is(text: str) -> None:
    assert unreferenced(text) == text
