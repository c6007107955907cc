"""Somebody who is no customer we know wants something done."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.conftest import SetClock
from tests.scripted import MARIA, Hand

WISH = "Please ring me."


def test_that_they_are_asked_who_they_are_and_told_of_nothing_done(hand: Hand) -> None:
    view = hand.view(hand.ticket(WISH, sender="stranger@example.net"))
    assert view.proposal is not None
    assert view.proposal.steps == ()
    assert view.proposal.reply is not None
    assert "the email address you use with us" in view.proposal.reply.text
    assert "call you" not in view.proposal.reply.text
    assert view.proposal.parts[0].asks


def test_that_a_customer_is_not(hand: Hand) -> None:
    view = hand.view(hand.ticket(WISH, sender=MARIA))
    assert [card.step.action for card in view.cards] == ["schedule_callback"]
    assert view.proposal is not None
    assert view.proposal.reply is not None
    assert "the email address you use with us" not in view.proposal.reply.text


def test_that_tomorrow_is_the_day_after_the_one_that_it_is_where_the_business_is(hand: Hand, clock: SetClock) -> None:
    clock.now = datetime(2027, 6, 29, 23, 30, tzinfo=UTC)  # half past midnight of Wednesday the 30th in London
    (card,) = hand.view(hand.ticket(WISH, sender=MARIA)).cards
    assert {one.name: one.value for one in card.step.arguments}["at"] == "2027-07-01"
