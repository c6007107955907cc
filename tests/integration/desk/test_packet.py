"""What a person is handed with a ticket: who, what, what was tried, why it stopped, what next."""

from __future__ import annotations

from cx_core.desk.desk import Desk
from cx_core.errors import SystemRefused
from cx_core.records import TicketId
from cx_core.views import Packet
from tests.scripted import MARIA, SAM, Hand, InlineWorks

TWICE = "I was charged twice."


def packet(hand: Hand, ticket: TicketId) -> Packet:
    found = hand.view(ticket).packet
    assert found is not None
    return found


def test_that_an_ordinary_proposal_has_none(hand: Hand) -> None:
    assert hand.view(hand.ticket(TWICE, sender=MARIA)).packet is None


def test_that_a_matter_for_people_says_what_to_do_first(hand: Hand) -> None:
    found = packet(hand, hand.ticket("I am leaving you!! And I was charged twice.", sender=MARIA))
    assert found.who.startswith("Maria Keller")
    assert "vouched" in found.who
    assert any("leaving you" in want for want in found.wants)
    assert "matter for people" in found.stopped
    assert "end the contract" in found.next_step
    assert "unhappy" in found.mood


def test_that_a_failed_step_is_named_with_why_and_what_is_done(desk: Desk, hand: Hand, works: InlineWorks) -> None:
    ticket = hand.ticket("I was charged twice and can't be home.", sender=MARIA)

    def trouble(name: str) -> None:
        if name == "reschedule_appointment":
            raise SystemRefused("That slot has just gone.")

    works.trouble = trouble
    hand.approve(ticket)
    works.trouble = lambda _name: None
    assert hand.view(ticket).ticket.work == "returned"
    found = packet(hand, ticket)
    assert any("gone" in line for line in found.tried)
    assert any("Refund" in line and "done" in line for line in found.tried)
    assert "try again" in found.next_step


def test_that_an_unknown_sender_is_called_that(hand: Hand) -> None:
    found = packet(hand, hand.ticket("Is anybody there? PERSON", sender="who.knows@example.net"))
    assert "not in our records" in found.who
    assert found.next_step


def test_that_who_is_handed_a_ticket_reads_why(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket("PERSON please. I was charged twice.", sender=MARIA)
    assert desk.ticket_lifecycle.transfer(SAM, ticket, team="billing", note="She has the bank statement") is None
    found = packet(hand, ticket)
    assert any("bank statement" in line for line in found.tried)


def test_that_an_answer_given_before_is_quoted(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket("PERSON please.", sender=MARIA, thread="t")
    desk.approvals.approve(SAM, ticket, hand.view(ticket).ticket.version, reply="I will call you tomorrow at nine.")
    hand.ticket("PERSON again, nobody called.", sender=MARIA, thread="t")
    found = packet(hand, ticket)
    assert any("tomorrow at nine" in line and SAM.name in line for line in found.tried)


def test_that_it_says_where_they_only_ask(hand: Hand) -> None:
    found = packet(hand, hand.ticket("ASKS PERSON please. I was charged twice.", sender=MARIA))
    assert [want.partition(": ")[0].endswith("(only asks)") for want in found.wants] == [True]
