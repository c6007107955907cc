"""Which of several things somebody's words name, turn down or take back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.decide.choosing import Candidate, Words
from cx_core.records import Message, MessageId, TicketId

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ORDERS = (
    Candidate(value="O-5", called="O-5", names=("lumen", "keyboard"), exact=("O-5",)),
    Candidate(value="O-9", called="O-9", names=("lumen", "headphones"), exact=("O-9",)),
    Candidate(value="O-31", called="O-31", names=("pebble", "phone", "case"), exact=("O-31",)),
)
PLANS = (
    Candidate(value="L-1", called="Fibre 75", names=("fibre", "75")),
    Candidate(value="L-2", called="Fibre 150", names=("fibre", "150")),
    Candidate(value="L-3", called="Fibre Saver", names=("fibre", "saver")),
)


def meant(
    *texts: str, among: tuple[Candidate, ...] = ORDERS, others: tuple[str, ...] = ()
) -> tuple[set[str], set[str]]:
    said = [
        Message(id=MessageId(f"m{n}"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
        for n, text in enumerate(texts)
    ]
    found = Words(said, others).meant(among, ("return", "cancel", "plan"))
    return set(found.strong), set(found.named)


@pytest.mark.parametrize(
    ("text", "those"),
    [
        ("Please return the keyboard.", {"O-5"}),
        ("please cancel o-9", {"O-9"}),
        ("The keyboard is fine, return the headphones.", {"O-5", "O-9"}),
        ("Not the keyboard, the headphones.", {"O-9"}),
        ("The headphones, not the keyboard!", {"O-9"}),
        ("Don't cancel the keyboard, only the headphones.", {"O-9"}),
        ("I don't want the keyboard any more.", {"O-5"}),
        ("Cancel the keyboard. No, the headphones.", {"O-9"}),
        ("Cancel the keyboard. Actually the headphones please.", {"O-9"}),
        ("Cancel the keyboard. Sorry, I meant O-9.", {"O-9"}),
        ("Cancel the keyboard. Make it the headphones instead.", {"O-9"}),
        ("The keyboard is broken. Actually the headphones are fine.", {"O-5", "O-9"}),
        ("They sent the headphones instead of the keyboard I ordered.", {"O-9"}),
        ("The headphones broke, and I actually ordered the keyboard with them.", {"O-5", "O-9"}),
        ("Not only the keyboard but the headphones too.", {"O-5", "O-9"}),
        ("Cancel the keyboard. No keyboard arrived.", {"O-5"}),
        ("Not the keyboard, the headphones. The keyboard is lovely.", {"O-9"}),
        ("My order never came, ring my phone.", set()),
        ("The lumen thing is broken.", set()),
    ],
)
def test_that_words_mean_what_they_name_last(text: str, those: set[str]) -> None:
    assert meant(text)[0] == those


def test_that_a_later_message_takes_back_an_earlier_one() -> None:
    assert meant("Cancel the keyboard please.", "Sorry, I meant the headphones.")[0] == {"O-9"}


def test_that_a_word_which_may_mean_something_else_only_defends() -> None:
    assert meant("The keyboard is broken, ring my phone.") == ({"O-5"}, {"O-5", "O-31"})


def test_that_words_of_another_goal_do_not_count() -> None:
    text = "Return the keyboard. Where are the headphones?"
    assert meant(text, others=("Where are the headphones?",))[0] == {"O-5"}


@pytest.mark.parametrize(
    ("text", "those"),
    [
        ("I would like Fibre 150. Actually make it the saver plan.", {"L-3"}),
        ("put me on the 150 one", {"L-2"}),
        ("I have 75 days left on it", set()),
        ("which fibre is best", set()),
    ],
)
def test_that_a_plan_is_known_by_its_name_or_a_long_number(text: str, those: set[str]) -> None:
    assert meant(text, among=PLANS)[0] == those
