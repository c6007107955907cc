"""What an open ticket says of a stop: which of its steps are held, and which are not."""

from __future__ import annotations

from cx_core.records import EVERYTHING, Choices
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


def test_that_an_undo_says_what_it_takes_back_and_is_off_while_everything_is_stopped(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    hand.approve(ticket)
    session = token(hand.desk, "Ines")
    at = shown("inbox", session, ticket=ticket)
    at.button(key="undo-open-s1").click().run()
    assert hand.outcome(ticket).status == "done", "one press opens the question, and undoes nothing"
    said = papers(at)
    assert "This takes back at once: Refunded" in said
    assert "The customer has been written to since." in said
    at.button(key="undo-not-s1").click().run()
    assert not [one for one in at.button if one.key == "undo-s1"]
    assert hand.desk.kill_switches.stop(SAM, EVERYTHING, WHY) is None
    at = shown("inbox", session, ticket=ticket)
    assert at.button(key="undo-open-s1").disabled
    assert "nothing is undone until it is resumed" in papers(at)
