"""What an open ticket says of a stop: which of its steps are held, and which are not."""

from __future__ import annotations

from cx_core.records import Choices
from tests.pages.pressing import papers, shown
from tests.scripted import MARIA, SAM, Hand
from tests.signed_in import token

WHY = "A drill"


def test_that_a_stop_names_the_steps_it_holds_and_those_it_does_not(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice. Please call the visit off.", MARIA)
    view = hand.view(ticket)
    assert view.proposal is not None
    refund = next(step for step in view.proposal.steps if step.action == "refund_payment")
    hand.desk.kill_switches.stop(SAM, "duplicate_charge", WHY)
    session = token(hand.desk, "Ines")
    said = papers(shown("inbox", session, ticket=ticket))
    assert "Not carried out until it is resumed: Refund a payment. Leave that out to send the rest." in said
    assert "Not stopped: Cancel an appointment." in said
    skipped = Choices(skipped={refund.id: "stopped"})
    hand.desk.inbox.save_draft(SAM, ticket, view.ticket.version, "Your visit is off.", skipped)
    said = papers(shown("inbox", session, ticket=ticket))
    assert "Not stopped: Cancel an appointment." in said
    assert "Not carried out" not in said
