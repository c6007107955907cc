"""Money that stands nowhere, worked out from what does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cx_core.decide.sums import Amount, Count, counts, told, worked_out
from cx_core.records import Money, Source

WORDS = Source(kind="words", ref="m1")
BILL = Source(kind="record", ref="invoice/I-3", field="amount")
ARTICLE = Source(kind="article", ref="outages")


def of(minor: int, source: Source = BILL, each: str = "", *, named: bool = False) -> Amount:
    return Amount(minor=minor, source=source, each=each, named=named)


def shown(minor: int, amounts: Sequence[Amount], text: str = "", article: str = "") -> str:
    numbers: list[Count] = [*counts(text, WORDS), *counts(article, ARTICLE)]
    found = worked_out(Money(minor=minor), amounts, numbers)
    return found.quote if found else ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was down for 3 of 30 days.", [(30, "day"), (3, "day")]),
        ("three days, and 10 % off", [(3, "day"), (10, "%")]),
        ("a 3-day outage, 12 GB too much", [(3, "day"), (12, "GB")]),
        ("order 3 came at 10 for 24.00", []),
        ("ring me before 5 or on 07700 900188", []),
        ("£3 days", []),
    ],
)
def test_that_a_number_counts_only_beside_its_unit(text: str, found: list[tuple[int, str]]) -> None:
    assert [(one.number, one.unit) for one in counts(text, WORDS)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A late fee of £5.00 is added.", [(500, "")]),
        ("£9.00 for each further day comes off.", [(900, "day")]),
        ("Fibre 75 for £29.00, Fibre 150 for £34.00 a month.", [(3400, "month")]),
        ("Two cost £10.00. One is £6.00, or £7.00 then.", [(1000, "")]),
        ("It costs $5.00.", []),
    ],
)
def test_that_an_article_tells_prices_and_amounts_that_stand_alone(text: str, found: list[tuple[int, str]]) -> None:
    assert [(one.minor, one.each) for one in told(text, "GBP", ARTICLE)] == found


@pytest.mark.parametrize(
    ("minor", "amounts", "text", "calculation"),
    [
        (240, [of(2400)], "no internet on 3 of 30 days", "3 of 30 days of 24.00 = 2.40"),
        (240, [of(2400)], "you promised 10 % off", "10 % of 24.00 = 2.40"),
        (1800, [of(2400), of(600, WORDS)], "", "24.00 - 6.00 = 18.00"),
        (3000, [of(2400), of(600, WORDS)], "", "24.00 + 6.00 = 30.00"),
        (2700, [of(900, ARTICLE, "day")], "it was down for three days", "3 days at 9.00 = 27.00"),
        (5050, [of(5400, named=True), of(350, ARTICLE)], "", "54.00 - 3.50 = 50.50"),
        (113, [of(3400)], "1 of 30 days", "1 of 30 days of 34.00 = 1.13"),
    ],
)
def test_that_a_calculation_is_shown(minor: int, amounts: list[Amount], text: str, calculation: str) -> None:
    assert shown(minor, amounts, text) == calculation


@pytest.mark.parametrize(
    ("minor", "amounts", "text", "article"),
    [
        (240, [of(2400)], "order 3 of 30", ""),
        (240, [of(2400)], "3 days in 30 hours", ""),
        (240, [of(2400)], "no internet", "3 working days. Within 30 days."),
        (241, [of(2400)], "3 of 30 days", ""),
        (900, [of(900, ARTICLE, "day"), of(1800, ARTICLE)], "", ""),
        (2700, [of(900, ARTICLE, "day")], "three hours", ""),
        (5050, [of(5400), of(350, ARTICLE)], "", ""),
        (500, [of(1000), of(500, WORDS), of(1500)], "", ""),
        (1800, [of(1800 + 100 * n, BILL) for n in range(1, 40)], "", ""),
    ],
)
def test_that_a_chance_match_backs_nothing(minor: int, amounts: list[Amount], text: str, article: str) -> None:
    assert shown(minor, amounts, text, article) == ""


def test_that_every_term_is_cited() -> None:
    found = worked_out(Money(minor=240), [of(2400)], list(counts("3 of 30 days", WORDS)))
    assert found is not None
    assert [term.ref for term in found.operands] == ["m1", "m1", "invoice/I-3"]
    assert found.operands[2].field == "amount"
