"""What a sentence of an article is restricted to, and how alike what two of them state is."""

from __future__ import annotations

import pytest

from cx_core.catalogue import Article
from cx_core.knowledge_base.health.claim_similarity import Weights, features
from cx_core.knowledge_base.health.claims import ArticleClaim, ArticleReading, names_of, read
from cx_core.knowledge_base.health.corpus_statistics import Surroundings
from cx_core.knowledge_base.health.quantities import quantities
from cx_core.knowledge_base.health.restrictions import case, whom


def article(text: str, id: str = "a") -> Article:
    return Article(id=id, title="Delivery", text=text, version="1")


def readings(*texts: str) -> list[ArticleReading]:
    articles = [article(text, str(n)) for n, text in enumerate(texts)]
    names = names_of(articles)
    return [read(one, names) for one in articles]


def claims(text: str) -> tuple[ArticleClaim, ...]:
    return readings(text)[0].claims


@pytest.mark.parametrize(
    "text",
    [
        "- For business customers: delivery in 3 days;\n- standard delivery takes 5 days.",
        "For business customers: delivery in 3 days;\n\nStandard delivery takes 5 days.",
        "For business customers: delivery in 3 days;\n## Standard\nStandard delivery takes 5 days.",
    ],
)
def test_that_a_case_ends_with_its_item_of_a_list_its_paragraph_and_its_part(text: str) -> None:
    first, second = claims(text)
    assert "busines" in first.case
    assert not second.case


@pytest.mark.parametrize("between", ["; ", ";\n", ";\n  ", "; 7.5 per cent of it costs £2; "])
def test_that_a_case_goes_on_after_a_semicolon_in_its_sentence(between: str) -> None:
    *_, last = claims(f"For business customers, delivery takes 3 days{between}express delivery takes 1 day.")
    assert "busines" in last.case


@pytest.mark.parametrize(
    "line",
    [
        "Hand the parcel to our staff within 14 days.",
        "Hand the parcel to our friendly staff within 14 days.",
        "Bags are checked by staff every 30 minutes.",
        "Talk with any of the employees for 30 minutes.",
        "A letter of our colleagues comes within 3 days.",
        "Delivery for account holders takes 3 days.",
        "Delivery to the owners takes 3 days.",
        "Delivery for all customers takes 3 days.",
    ],
)
def test_that_those_who_serve_and_whoever_is_served_are_nobody_in_particular(line: str) -> None:
    assert not whom(line, quantities(line))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Delivery for card holders takes 3 days.", "card"),
        ("Delivery for pet owners takes 3 days.", "pet"),
        ("Delivery is free for our staff within 3 days.", "staf"),
        ("Returns by school staff take 3 days.", "school"),
        ("Delivery to students takes 3 days.", "student"),
    ],
)
def test_that_others_are(line: str, word: str) -> None:
    assert word in whom(line, quantities(line))


@pytest.mark.parametrize(
    "opening",
    [
        "At a minimum",
        "At a maximum",
        "At a glance",
        "By contrast",
        "By comparison",
        "By and large",
        "Under normal circumstances",
        "Under our policy",
        "Under the terms",
        "Since we value your time",
        "Since it is heavy",
    ],
)
def test_that_an_opening_that_restricts_nothing_is_no_case(opening: str) -> None:
    line = f"{opening}, delivery takes 3 days."
    assert not case(line, quantities(line))


@pytest.mark.parametrize("opening", ["Under our student plan", "Under the Gold contract", "Since 2024", "At Leeds"])
def test_that_one_that_restricts_it_is(opening: str) -> None:
    line = f"{opening}, delivery takes 3 days."
    assert case(line, quantities(line))


def test_that_the_name_of_the_company_is_no_case_but_another_is() -> None:
    """Three of four articles speak of Fernline, one of Oldham."""
    fernline = "Call us at Fernline today."
    told = [
        "At Fernline, delivery takes 3 days.",
        "At Oldham, delivery takes 3 days. " + fernline,
        fernline,
        "Delivery takes 5 days.",
    ]
    ours, theirs, third, anyone = readings(f"{told[0]} {fernline}", *told[1:])
    around = Surroundings([ours, theirs, third, anyone])
    assert not around.special(ours.claims[0], anyone.claims[0])
    assert around.special(theirs.claims[0], anyone.claims[0])


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("2 days", "2 months", True),
        ("2 minutes", "2 days", True),
        ("3 months", "3 years", True),
        ("2 days", "3 months", False),
    ],
)
def test_that_the_same_number_of_another_unit_is_near_however_far_apart(one: str, other: str, slip: bool) -> None:
    a, b = (claims(f"Delivery takes {value}.")[0] for value in (one, other))
    assert (features(a, b, 1.0, 1.0, Weights([a, b]))["scale"] == 0.0) is slip
