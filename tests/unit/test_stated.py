"""A value that a record says otherwise is found; one that is of something else is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health.claims import names_of, read
from cx_core.knowledge_base.health.record_disagreements import disagreements
from cx_core.records import BusinessRecord, Money, Value

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def plan(name: str, pence: int, **more: Value) -> BusinessRecord:
    fields: dict[str, Value] = {"name": name, "monthly": Money(minor=pence, currency="GBP"), **more}
    return BusinessRecord(kind="plan", id=name, fields=fields)


PLANS = [
    plan("Reed 15", 2000, speed="15 Mbit/s"),
    plan("Reed 150", 3400, speed="150 Mbit/s"),
    plan("Reed 150 Plus", 4400, speed="150 Mbit/s"),
    plan("Pebble", 900, allowance="5 GB"),
    plan("Silver", 1500, term="2 years"),
    plan("Bronze", 1000, term="24 to 36 months"),
    plan("Gold", 2500, term="12 months", classes="8 classes a month"),
    plan("Gold Family", 4500, term="12 months"),
]


def found(text: str, title: str = "Offers", heading: str = "Now") -> list[HealthFinding]:
    one = Article(id="a", title=title, text=f"## {heading}\n{text}", version="1")
    return list(disagreements({"a": one}, [read(one, names_of([one]))], PLANS, {"plan": ["name"]}, NOW))


@pytest.mark.parametrize(
    ("text", "value", "name"),
    [
        ("Reed 150 costs £39.00 a month.", "£39.00", "Reed 150"),
        ("The standard price of Gold is £27.00 a month.", "£27.00", "Gold"),
        ("Gold is available for only £27.00 a month.", "£27.00", "Gold"),
        ("Members with Gold are billed £27.00 per month.", "£27.00", "Gold"),
        ("Gold has a contract of 18 months.", "18 months", "Gold"),
        ("Reed 150 delivers speeds of up to 200 Mbit/s.", "200 Mbit/s", "Reed 150"),
        ("Gold costs up to £20.00 a month.", "£20.00", "Gold"),
        ("Gold costs at least £27.00 a month.", "£27.00", "Gold"),
        ("Gold starts at £27.00 a month.", "£27.00", "Gold"),
        ("The monthly price of Reed 150 is £36.00.", "£36.00", "Reed 150"),
        ("You pay £26.00 a month for Gold.", "£26.00", "Gold"),
        ("Reed 150 Plus costs £34.00 a month.", "£34.00", "Reed 150 Plus"),
        ("Reed 15 costs £34.00 a month.", "£34.00", "Reed 15"),
        ("GOLD FAMİLY costs £34.00 a month.", "£34.00", "Gold Family"),
        ("Reed 150 comes with 200 Mbps.", "200 Mbps", "Reed 150"),
        ("Pebble has 6 GB of data each month.", "6 GB", "Pebble"),
        ("Gold runs for 6 months.", "6 months", "Gold"),
        ("The minimum term of Gold is 18 months.", "18 months", "Gold"),
        ("Gold includes 10 classes a month.", "says 10;", "Gold"),
        ("Gold costs £27.00 a month for 12 months.", "£27.00", "Gold"),
        ("Gold runs for 18 months from 1 May.", "18 months", "Gold"),
        ("Gold customers get £50.00.", "£50.00", "Gold"),
        ("In Gold the contract runs for 18 months.", "18 months", "Gold"),
        ("Silver runs for at least 30 months.", "30 months", "Silver"),
        ("Silver runs for up to 12 months.", "12 months", "Silver"),
        ("Bronze runs for at least 4 years.", "4 years", "Bronze"),
        ("Bronze runs for up to 1 year.", "1 year", "Bronze"),
        ("Choose Gold for £27.00 a month.", "£27.00", "Gold"),
        ("Gold (£26.00 a month) has no towels.", "£26.00", "Gold"),
        ("Gold: £25.00 a month. Gold Family: £46.00 a month.", "£46.00", "Gold Family"),
        ("Reed 150 and Reed 15 cost £34.00 and £21.00 a month.", "£21.00", "Reed 15"),
        ("| Plan | Price |\n|---|---|\n| Reed 150 | £39.00 |\n| Reed 15 | £20.00 |", "£39.00", "Reed 150"),
    ],
)
def test_that_a_value_that_the_record_says_otherwise_is_found(text: str, value: str, name: str) -> None:
    (one,) = found(text)
    assert value in one.says
    assert f"record of {name} says" in one.says


@pytest.mark.parametrize(
    "text",
    [
        "Reed 150 costs £34 a month.",
        "Gold costs up to £40.00 a month.",
        "Gold costs no more than £25.00 a month.",
        "Gold costs under £30.00 a month.",
        "Gold costs from £20.00 a month.",
        "Gold costs £20.00 or more a month.",
        "Gold runs for at least 6 months.",
        "Gold runs for up to 24 months.",
        "Silver runs for at least 12 months.",
        "Silver runs for up to 36 months.",
        "Bronze runs for at least 1 year.",
        "Bronze runs for up to 4 years.",
        "Signing up to Gold costs £20.00.",
        "It costs £20.00 to sign up for Gold.",
        "Choose Gold and get £50.00.",
        "Members get £50.00 for choosing Gold.",
        "You sign up for Gold in 10 minutes.",
        "Within 10 minutes you sign up for Gold.",
        "Gold contracts start in 3 days.",
        "Your Gold contract comes in 2 days.",
        "Reed 150 brings at least 100 Mbit/s.",
        "Gold costs £5.00 a month for students.",
        "You get £5.00 back with Gold.",
        "Reed 150 Plus costs £44.00 a month.",
        "Reed 1500 costs £70 a month.",
        "SuperReed 150 costs £70 a month.",
        "Setting up Reed 150 costs £25.00 once.",
        "A router for Reed 150 costs £60.00.",
        "If you leave Reed 150 early you pay £120.00.",
        "Reed 150 costs £408 a year.",
        "Reed 150 costs £34 instead of £39 until May.",
        "For £5.00 more than Reed 15 you get Reed 150.",
        "With Pebble an extra 1 GB costs £3.00.",
        "Freezing Gold costs £5.00 a month.",
        "Members with Gold pay £3.00 for a towel.",
        "Gold can be frozen for 3 months.",
        "You can cancel Gold with 30 days notice.",
        "Gold includes 2 guests.",
        "Gold used to cost £22 a month.",
        "Gold costs £25.00 a month, a locker £4.00.",
        "Gold does not cost £30 a month.",
        "Gold costs £15.00 a month for six months.",
        "Gold costs £60 for two months.",
        "Gold costs £20 on Mondays.",
        "Last year Gold cost £22 a month.",
        "The Gold total is £300.",
        "The golden rule: pay £5.00 in cash.",
        "| Plan | Set-up |\n|---|---|\n| Reed 150 | £10.00 |\n| Reed 15 | £10.00 |",
    ],
)
def test_that_a_value_of_something_else_is_not(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize(("title", "heading"), [("Reed 150", "Price"), ("Offers", "Reed 150")])
def test_that_the_heading_or_the_title_names_what_a_sentence_does_not(title: str, heading: str) -> None:
    assert len(found("It costs £39.00 a month.", title, heading)) == 1
    assert not found("It costs £34.00 a month.", title, heading)
    assert not found("A new router costs £60.00.", title, heading)
    assert not found("Pebble costs £9.00 a month.", title, heading)


def test_that_a_letter_that_is_no_names_but_looks_like_one_of_it_ends_nothing() -> None:
    micro = [plan("\u00b5 Line", 900)]
    one = Article(id="a", title="Offers", text="The \u03bc Line costs £12.00 a month.", version="1")
    assert not disagreements({"a": one}, [read(one, names_of([one]))], micro, {"plan": ["name"]}, NOW)
