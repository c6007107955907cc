"""A message that reads as two wishes of which only one can be met."""

from __future__ import annotations

from cx_core.desk.desk import Desk
from cx_core.records import TaskTypeName
from tests.scripted import MARIA, SAM, Hand

BOTH = "I must call the visit off, I can't be home. Is Friday possible?"


def test_that_only_one_of_them_is_planned_and_the_other_is_named(hand: Hand) -> None:
    view = hand.view(hand.ticket(BOTH, sender=MARIA))
    assert view.proposal is not None
    assert [card.step.action for card in view.cards] == ["reschedule_appointment"]
    assert [part.goal for part in view.proposal.parts] == [1]
    assert view.proposal.reply is not None
    assert "cancelled" not in view.proposal.reply.text
    told = [finding.text for finding in view.proposal.findings]
    assert any("Cancel an installation" in text and "A-2" in text for text in told), told


def test_that_a_person_may_say_which_was_meant(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    version = hand.view(ticket).ticket.version
    assert desk.goal_correction.correct_goals(SAM, ticket, version, [TaskTypeName("cancel_installation")]) is None
    view = hand.view(ticket)
    assert [card.step.action for card in view.cards] == ["cancel_appointment"]
    assert view.proposal is not None
    assert not view.proposal.findings
