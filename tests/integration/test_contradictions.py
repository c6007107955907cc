"""Contradictions between articles, found by the shipped encoder."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health.claims import names_of, read
from cx_core.knowledge_base.health.passage_findings import contradictions
from cx_core.knowledge_base.health.record_disagreements import disagreements
from cx_core.knowledge_base.health.yes_no_contradictions import denials
from cx_core.records import BusinessRecord, Money

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
RETURNS = "## Sending it back\nYou may send back a kettle within {} of delivery. Keep the box. A courier collects it."


def article(id: str, title: str, text: str) -> Article:
    return Article(id=id, title=title, text=text, version=text)


def found(encoder: MiniLM, *articles: Article, changed: Collection[str] | None = None) -> tuple[HealthFinding, ...]:
    names = names_of(articles)
    known = {one.id: one for one in articles}
    return contradictions(known, [read(one, names) for one in articles], encoder.encode, NOW, changed)


OTHER = "## Our promise\nUnlike others we wait. Kettles can be sent back within {} of delivery, whatever the reason."


def test_that_two_periods_for_one_thing_are_shown_side_by_side(encoder: MiniLM) -> None:
    texts = RETURNS.format("30 days"), OTHER.format("14 days")
    (one,) = found(encoder, article("returns", "Returns", texts[0]), article("promise", "Why us", texts[1]))
    assert one.articles == ("returns", "promise")
    marked = [quote.text[start:end] for quote in one.quotes for start, end in quote.marks]
    assert marked == ["30 days", "14 days"]
    for quote, text in zip(one.quotes, texts, strict=True):
        assert text[slice(*quote.span)] == quote.text


@pytest.mark.parametrize("same", ["30 days", "thirty days", "one month", "720 hours"])
def test_that_the_same_in_another_unit_is_none(encoder: MiniLM, same: str) -> None:
    returns = article("returns", "Returns", RETURNS.format("30 days"))
    assert not found(encoder, returns, article("promise", "Why us", OTHER.format(same)))


@pytest.mark.parametrize(("said", "findings"), [("two minutes", 1), ("10 seconds", 0)])
def test_that_the_same_number_of_another_unit_is_a_slip(encoder: MiniLM, said: str, findings: int) -> None:
    one = article(
        "boxes", "The kettle", "## No steam\nIf it makes no steam, unplug it, wait two days, then plug it in."
    )
    other = article("lids", "The lid", f"## Drops\nWhere the lid is wet, unplug it, wait {said}, then start again.")
    assert len(found(encoder, one, other)) == findings


def test_that_products_with_names_of_their_own_may_differ(encoder: MiniLM) -> None:
    text = "## Price\nOur Kettle 100 costs £20.00. Our Kettle 200 costs £35.00. The Kettle 100 is in every shop."
    other = "## Kettles\nYou pay £35.00 for the Kettle 200 and £20.00 for the Kettle 100."
    assert not found(encoder, article("prices", "Prices", text), article("kettles", "Kettles", other))


def test_that_a_price_of_a_named_product_clashes_with_another_price_of_it(encoder: MiniLM) -> None:
    text = "## Price\nThe Kettle 100 costs £20.00. The Kettle 200 costs £35.00."
    other = "## Kettles\nWe sell the Kettle 100 for £25.00 and the Kettle 200 for £35.00."
    (one,) = found(encoder, article("prices", "Prices", text), article("kettles", "Kettles", other))
    assert {quote.text[a:b] for quote in one.quotes for a, b in quote.marks} == {"£20.00", "£25.00"}


def test_that_a_special_case_is_none(encoder: MiniLM) -> None:
    special = "## Shops\nFor wholesale buyers, kettles can be sent back within 7 days of delivery, whatever the reason."
    returns = article("promise", "Why us", OTHER.format("30 days"))
    assert not found(encoder, returns, article("trade", "Trade", special))


@pytest.mark.parametrize(
    "told",
    [
        "During the holidays, kettles can be sent back within 14 days of delivery, whatever the reason.",
        "At our shop in Oldham, kettles can be sent back within 14 days of delivery, whatever the reason.",
        "Our promise: For wholesale buyers, kettles can be sent back within 14 days of delivery, whatever the reason.",
        "| What | Within |\n|---|---|\n| Promise | For kettles from Oldham, 14 days of delivery, whatever the cause |",
        "Kettles can be sent back within 14 days of delivery by wholesale buyers, whatever the reason.",
        "During the holidays, we wait; kettles can be sent back within 45 days of delivery, whatever the reason.",
    ],
)
def test_that_what_holds_in_one_case_alone_contradicts_nothing(encoder: MiniLM, told: str) -> None:
    pair = article("promise", "Why us", OTHER.format("30 days")), article("news", "News", f"## Our promise\n{told}")
    assert not found(encoder, *pair)


def test_that_two_matters_of_which_the_titles_tell_are_two(encoder: MiniLM) -> None:
    """Each sentence speaks of what its own title names, and the other article never does."""
    broken = "## What to do\nTell us within 30 days of delivery that the kettle is broken, and what you would like."
    lost = "## What to do\nTell us within 14 days of delivery which lid is missing, and we send it again."
    assert not found(encoder, article("one", "A broken kettle", broken), article("two", "A missing lid", lost))


def test_that_the_places_of_a_list_are_no_family(encoder: MiniLM) -> None:
    """Three articles state three hours each: none of them has a value of its own."""
    visits = "## Visits\nVisits are between {} and 12:00, between 12:00 and 16:00, or between 16:00 and 20:00."
    names = {"visits": "Visits", "moving": "Moving", "repairs": "Repairs"}
    texts = [article(id, title, visits.format("10:00" if id == "repairs" else "08:00")) for id, title in names.items()]
    assert {frozenset(one.articles) for one in found(encoder, *texts)} == {
        frozenset({"visits", "repairs"}),
        frozenset({"moving", "repairs"}),
    }


@pytest.mark.parametrize(("said", "findings"), [("GBP 36.00", 1), ("GBP 348 a year", 0), ("£408 per annum", 1)])
def test_that_prices_are_compared_however_they_are_written(encoder: MiniLM, said: str, findings: int) -> None:
    one = article("prices", "Prices", "## Prices\nRenting a large kettle costs £29.00 a month in every shop.")
    other = article(
        "renting", "Renting", f"## Renting\nIt is so that renting a large kettle costs {said} in every shop."
    )
    assert len(found(encoder, one, other)) == findings


@pytest.mark.parametrize(
    "opening", ["As our terms say, ", "At any time, ", "As a reminder, ", "In short, ", "For your information: "]
)
def test_that_words_which_only_connect_are_no_special_case(encoder: MiniLM, opening: str) -> None:
    told = f"## Good to know\n{opening}kettles can be sent back within 14 days of delivery, whatever the reason."
    returns = article("promise", "Why us", OTHER.format("30 days"))
    assert len(found(encoder, returns, article("news", "News", told))) == 1


@pytest.mark.parametrize(("day", "findings"), [("20th", 1), ("10th", 0)])
def test_that_a_list_with_one_other_value_is_found(encoder: MiniLM, day: str, findings: int) -> None:
    one = article("due", "Due dates", "## Dates\nInvoices can be due on the 1st, the 10th or the 20th.")
    other = article("fees", "Fees", f"## Dates\nThe due date of invoices can be the 1st, the {day} or the 20th.")
    assert [{q.text[a:b] for q in each.quotes for a, b in q.marks} for each in found(encoder, one, other)] == (
        [{"10th", "20th"}] * findings
    )


def test_that_when_something_begins_says_nothing_of_when_it_ends(encoder: MiniLM) -> None:
    one = article("arrival", "Your room", "## Your room\nYour room is ready for you from 3 pm.")
    assert not found(encoder, one, article("departure", "Leaving", "## Your room\nYour room is yours until 11 am."))
    late = article("guests", "Guests", "## Your room\nYour room is ready for you from 5 pm.")
    assert len(found(encoder, one, late)) == 1


def test_that_what_a_pronoun_speaks_of_counts(encoder: MiniLM) -> None:
    forms = article("forms", "Joining", "## Joining\nFill in the form on our site. It takes about ten minutes.")
    paint = article("paint", "Young teeth", "## Varnish\nWe paint teeth with fluoride. It takes five minutes.")
    assert not found(encoder, forms, paint)
    other = article("site", "Our site", "## Joining\nThe form for joining is on our site. It takes thirty minutes.")
    assert len(found(encoder, forms, other)) == 1


def test_that_only_pairs_with_a_changed_article_are_looked_at(encoder: MiniLM) -> None:
    pair = (
        article("returns", "Returns", RETURNS.format("30 days")),
        article("promise", "Why us", OTHER.format("14 days")),
    )
    third = article("hours", "Hours", "## Hours\nThe shop is open from 08:00 to 18:00.")
    assert not found(encoder, *pair, third, changed={"hours"})
    assert len(found(encoder, *pair, third, changed={"promise"})) == 1


@pytest.mark.parametrize(
    "rows",
    [
        "## Good to know\n| what | within |\n|---|---|\n| Sending back a kettle | 14 days of delivery |",
        "## How long can I send a kettle back?\n14 days from delivery.",
        "## Questions\n**Within how many days of delivery can a kettle be sent back?**\n\n14 days.",
    ],
)
def test_that_rows_and_answers_are_read_with_what_they_are_about(encoder: MiniLM, rows: str) -> None:
    pair = article("returns", "Returns", RETURNS.format("30 days")), article("short", "In short", rows)
    (one,) = found(encoder, *pair)
    assert {quote.text[a:b] for quote in one.quotes for a, b in quote.marks} == {"30 days", "14 days"}
    assert not found(encoder, pair[0], article("short", "In short", rows.replace("14", "30")))


SOLD = "The fee of the {0} is {1} a month. People with the {0} like it. Ask about the {0} in any shop."


def test_that_members_of_a_family_of_names_may_differ(encoder: MiniLM) -> None:
    """Named in the text alone: the titles say nothing of it."""
    fees = {"Amber Card": "£2.00", "Copper Card": "£5.00", "Bold Copper Card": "£9.00"}
    texts = {name: SOLD.format(name, fee) for name, fee in fees.items()}
    articles = [article(name, f"Fees ({n})", f"## Fees\n{text}") for n, (name, text) in enumerate(texts.items())]
    assert not found(encoder, *articles)
    wrong = article("wrong", "What it costs", "## Cost\nIt is said that the fee of the Amber Card is £4.00 a month.")
    (one,) = found(encoder, *articles, wrong)
    assert one.articles == ("Amber Card", "wrong")


@pytest.mark.parametrize("before", ["Until 2021 kettles", "For example, kettles"])
def test_that_the_past_and_examples_contradict_nothing(encoder: MiniLM, before: str) -> None:
    other = OTHER.format("14 days").replace("Kettles", before)
    pair = article("returns", "Returns", RETURNS.format("30 days")), article("promise", "Why us", other)
    assert not found(encoder, *pair)


def test_that_what_stands_together_is_no_contradiction(encoder: MiniLM) -> None:
    text = (
        "## Sending it back\nKettles can be sent back within 30 days. Kettles can be sent back within 14 days in May."
    )
    assert not found(encoder, article("returns", "Returns", text))


def test_that_a_price_is_held_against_the_record_of_that_name() -> None:
    record = BusinessRecord(
        kind="kettle", id="K-1", fields={"name": "Kettle 100", "price": Money(minor=2000), "label": "Kettle 100 (£20)"}
    )
    wrong = article("prices", "Prices", "## Price\nThe Kettle 100 costs £25.00. Its lid costs £3.00 less with a card.")
    right = article("kettles", "Kettles", "## Price\nThe Kettle 100 costs £20.00.")
    names = names_of([wrong, right])
    readings = [read(one, names) for one in (wrong, right)]
    (one,) = disagreements({one.id: one for one in (wrong, right)}, readings, [record], {"kettle": ["name"]}, NOW)
    assert one.articles == ("prices",)
    assert "£25.00" in one.says
    assert "20.00" in one.says


@pytest.mark.parametrize(("said", "wrong"), [("500", ""), ("400", "400 megabits a second")])
def test_that_values_in_a_list_belong_to_the_names_before_it_in_their_order(said: str, wrong: str) -> None:
    records = [
        BusinessRecord(kind="plan", id=f"P-{n}", fields={"name": f"Fibre {n}", "speed": f"{n} Mbit/s"})
        for n in (75, 150, 500)
    ]
    one = article(
        "speeds", "Speeds", f"## At home\nFibre 75, Fibre 150 and Fibre 500 bring 75, 150 and {said} megabits a second."
    )
    named = article("plans", "Plans", "## All\nFibre 75 is slow. Fibre 150 is fast. Fibre 500 is faster.")
    held = {each.id: each for each in (one, named)}
    readings = [read(each, names_of([one, named])) for each in (one, named)]
    found = disagreements(held, readings, records, {"plan": ["name"]}, NOW)
    assert [each.says for each in found] == (
        [f"The article says {wrong}; the record of Fibre 500 says speed 500 Mbit/s."] if wrong else []
    )


@pytest.mark.parametrize(
    ("other", "opposed"),
    [
        ("Gift cards can not be used to buy a kettle or a teapot.", True),
        ("Gift cards cannot be used to buy a kettle or teapot.", True),
        ("Gift cards can be used to buy kettles and teapots.", False),
        ("Gift cards cannot be used to buy a kettle or teapot if the shop is closed.", False),
        ("Gift cards cannot be sent to another country or given back.", False),
    ],
)
def test_that_a_denial_of_the_same_is_found(encoder: MiniLM, other: str, opposed: bool) -> None:
    one = article("gifts", "Gift cards", "## Use\nGift cards can be used to buy a kettle or teapot.")
    two = article("paying", "Paying", f"## Cards\n{other}")
    found = denials({"gifts": one, "paying": two}, encoder.encode, NOW)
    assert [finding.articles for finding in found] == ([("gifts", "paying")] if opposed else [])
    assert not denials({"gifts": one, "paying": two}, encoder.encode, NOW, changed=())
