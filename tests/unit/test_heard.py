"""What a conversation says, and what of it a rule may ask."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.catalogue import ActionSpec, RecordSpec
from cx_core.decide.policy.conversation_facts import Heard, Turn, alike, amounts, mentions, names, words
from cx_core.decide.policy.declared_facts import Business, KnownRecords


def heard(*said: str) -> Heard:
    """Turns in order; those that begin with "us:" are ours."""
    return Heard([Turn(ours=text.startswith("us:"), text=text.removeprefix("us:").strip()) for text in said])


def test_that_the_last_answer_and_what_it_answers_are_told_apart() -> None:
    talk = heard("hello", "us: It costs £40. Shall I?", "Yes.", "And hurry.")
    assert (talk.put, talk.answer) == ("It costs £40. Shall I?", "Yes. And hurry.")


def test_that_only_the_last_words_answer_and_only_what_they_answer_was_told() -> None:
    talk = heard("yes, cancel it", "us: The lamp?", "what lamp", "us: The desk lamp. Shall I?", "go ahead", "us: Now.")
    assert talk.answered(["go ahead"])
    assert talk.told(["desk lamp"])
    assert not talk.answered(["yes"])
    assert not talk.told(["now"])
    assert not heard("yes").told(["yes"])


def test_that_nothing_was_put_to_a_customer_who_wrote_first() -> None:
    assert (heard("hello").put, heard("hello").answer) == ("", "hello")
    assert (heard().put, heard().answer) == ("", "")


def test_that_our_own_words_are_not_what_the_customer_asked() -> None:
    talk = heard("My broadband is slow", "us: Shall I cancel it?", "What would that do?")
    assert not talk.asked(["cancel"])
    assert talk.spoken(["cancel"])


@pytest.mark.parametrize(
    ("word", "name", "same"),
    [
        ("bags", "bag", True),
        ("cancelled", "cancel", True),
        ("cancellation", "cancel", True),
        ("moving", "move", True),
        ("bagel", "bag", False),
        ("cancer", "cancel", False),
        ("12", "1", False),
        ("12", "12", True),
        ("is", "i", False),
    ],
)
def test_that_a_word_is_known_in_its_other_forms(word: str, name: str, same: bool) -> None:
    assert alike(word, name) is same


def test_that_a_name_of_several_words_needs_all_of_them_in_order_and_near() -> None:
    assert mentions(words("use the gift or the debit card"), ["gift card"]) is False
    assert mentions(words("use my gift cards"), ["gift card"])
    assert mentions(words("a card for the gift"), ["gift card"]) is False


def test_that_a_date_is_named_in_words_too() -> None:
    for text in ("on 19 May please", "May 19th", "on 2026-05-19", "05/19/2026"):
        assert names(words(text), "2026-05-19"), text
    assert not names(words("May 18, or 19 April"), "2026-05-19")


def test_that_part_of_an_id_is_not_the_id() -> None:
    assert names(words("it is order AB-12."), "AB-12")
    assert not names(words("it is order AB-123."), "AB-12")


def test_that_amounts_are_money_only() -> None:
    assert amounts("2 bags, $1,023.50 or 40 pounds on flight 77") == [1023.5, 40.0]


def test_that_more_than_told_needs_a_total_that_was_told() -> None:
    told = heard("upgrade me", "us: That costs $600 for one of you, $1,100 in total.", "yes")
    assert told.more_than_told(1200)
    assert not told.more_than_told(1100)
    assert not heard("upgrade me", "us: I will.", "yes").more_than_told(1200)


def test_that_a_price_for_each_of_several_is_no_total() -> None:
    assert not heard("book it", "us: The cost is $600 per passenger.", "yes").more_than_told(1200)
    assert not heard("book it", "us: First leg: $142\nSecond leg: $170", "yes").more_than_told(312)


def test_that_a_customers_limit_holds_until_they_accept_more() -> None:
    talk = heard("I can pay up to $600", "us: One costs $600. Shall I?", "yes")
    assert talk.over_limit(1200)
    assert not talk.over_limit(600)
    more = heard("I can pay up to $600", "us: Both cost $1,200 in total. Shall I?", "yes, then")
    assert not more.over_limit(1200)
    assert not heard("upgrade me", "us: That costs $600.", "yes").over_limit(1200)


def test_that_a_price_many_times_the_amount_is_no_answer_to_the_limit() -> None:
    talk = heard("Exchange it if that costs less than $3 more", "us: It costs $146.98. Shall I?", "Yes")
    assert talk.over_limit(3.26)
    told = heard("Exchange it if that costs less than $3 more", "us: It costs $3.50 more. Shall I?", "Yes")
    assert not told.over_limit(3.26)


def described(said: str, id: str) -> bool:
    parcels = [
        {
            "id": "X1",
            "owner": "ann",
            "holds": [{"name": "Desk Lamp"}],
            "to": "Leeds",
            "due": "2026-03-19",
            "price": 40.5,
        },
        {
            "id": "X2",
            "owner": "ann",
            "holds": [{"name": "Desk Chair"}],
            "to": "Leeds",
            "due": "2026-03-20",
            "price": 99,
        },
    ]
    kinds = {
        "person": RecordSpec(name="person", key="owner", customer="owner"),
        "parcel": RecordSpec(name="parcel", key="id", customer="owner"),
    }
    spec = ActionSpec.model_validate(
        {"name": "send", "kind": "write", "system": "post", "title": "Send"}
        | {"arguments": {"parcel": {"type": "record", "of": "parcel"}}}
    )
    find = {parcel["id"]: parcel for parcel in parcels}
    known = KnownRecords(
        spec,
        {"parcel": id},
        {"owner": "ann"},
        lambda _, one: find.get(one),
        heard(said),
        datetime.now(UTC),
        lambda _: parcels,
        Business(kinds=kinds),
    )
    assert known.named(id) or not known.said(id)
    return known.said(id)


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ("send X1", ["X1"]),
        ("send the one with the lamp", ["X1"]),
        ("send the chairs", ["X2"]),
        ("the one due on March 20", ["X2"]),
        ("the $40.50 one", ["X1"]),
        ("the one to Leeds", []),
        ("the desk one", []),
        ("the lamp and the chair", []),
        ("send it", []),
    ],
)
def test_that_a_description_names_a_record_where_it_fits_no_other(said: str, fits: list[str]) -> None:
    assert [id for id in ("X1", "X2") if described(said, id)] == fits
