"""Somebody who is no customer we know wants something done."""

from __future__ import annotations

from tests.scripted import MARIA, Hand

WISH = "Please ring me."


def test_that_they_are_asked_who_they_are_and_told_of_nothing_done(hand: Hand) -> None:
    view = hand.view(hand.ticket(WISH, sender="stranger@example.net"))
    assert view.proposal is not None
    assert view.proposal.steps == ()
    assert view.proposal.reply is not None
    assert "which account" in view.proposal.reply.text
    assert "call you" not in view.proposal.reply.text
    assert view.proposal.parts[0].asks


def test_that_a_customer_is_not(hand: Hand) -> None:
    view = hand.view(hand.ticket(WISH, sender=MARIA))
    assert [card.step.action for card in view.cards] == ["schedule_callback"]
    assert view.proposal is not None
    assert view.proposal.reply is not None
    assert "which account" not in view.proposal.reply.text
