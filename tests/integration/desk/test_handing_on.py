"""A reply that says somebody will look into it: a person goes on with the ticket, and nobody waits for the customer."""

from __future__ import annotations

import re

import pytest

from cx_core.act.status_after_reply import PROMISED
from cx_core.records import Approval, Leaves, TaskTypeName, TicketId
from cx_core.views import QueueFilter
from tests import scripted
from tests.scripted import MARIA, SAM, Hand

QUESTION = "Do you insure drones?"


@pytest.fixture
def ticket(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> TicketId:
    """A question that no article answers."""
    monkeypatch.setattr(scripted, "SAID", {"drones": TaskTypeName("general_question")})
    return hand.ticket(QUESTION, MARIA)


def test_that_a_promise_to_find_out_stays_with_who_sent_it(hand: Hand, ticket: TicketId) -> None:
    assert isinstance(hand.approve(ticket), Approval)
    view = hand.view(ticket)
    assert (view.ticket.status, view.ticket.route, view.ticket.assignee) == ("open", "person", SAM.id)
    assert view.ticket.wake_at is None
    assert view.proposal is not None
    assert view.proposal.version == 2
    assert view.proposal.why == PROMISED.format(what="No published article answers this; a person should.")
    assert view.proposal.steps == ()
    queue = hand.desk.inbox.queue(SAM, QueueFilter())
    assert ticket in [row.id for row in queue.rows]


def test_that_the_answer_itself_solves_it(hand: Hand, ticket: TicketId) -> None:
    hand.approve(ticket)
    answer = hand.desk.approvals.approve(SAM, ticket, 2, reply="We do not insure drones.")
    assert isinstance(answer, Approval)
    assert hand.view(ticket).ticket.status == "solved"


def test_that_who_answers_at_once_promises_nothing(hand: Hand, ticket: TicketId) -> None:
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply="We do not insure drones.")
    assert isinstance(answer, Approval)
    assert (hand.view(ticket).ticket.status, hand.view(ticket).ticket.version) == ("solved", 1)


def test_that_a_promise_in_other_words_is_still_one(hand: Hand, ticket: TicketId) -> None:
    drafted = hand.view(ticket).proposal
    assert drafted is not None
    assert drafted.reply is not None
    promise = next(part.text for part in drafted.parts if part.hands_on)
    edited = drafted.reply.text.replace(promise, promise.rstrip(".") + ", I hope within the day.")
    assert promise not in edited
    hand.desk.approvals.approve(SAM, ticket, 1, reply=edited)
    assert (hand.view(ticket).ticket.status, hand.view(ticket).ticket.assignee) == ("open", SAM.id)


@pytest.mark.parametrize(
    ("reply", "status"),
    [("Hello, whose account is it, please?", "pending"), ("We cannot help you with this.", "solved")],
)
def test_that_a_question_in_other_words_is_still_asked(hand: Hand, reply: str, status: str) -> None:
    ticket = hand.ticket("Please ring me.", sender="stranger@example.net")
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 1, reply=reply), Approval)
    assert hand.view(ticket).ticket.status == status


@pytest.mark.parametrize(("macro", "status"), [("order_late", "open"), ("photo_of_the_damage", "pending")])
def test_that_ready_words_that_promise_or_ask_do_so_too(hand: Hand, ticket: TicketId, macro: str, status: str) -> None:
    words = hand.desk.ticket_macros.filled(SAM, ticket, macro)
    assert isinstance(words, str)
    reply = re.sub(r"\[[^\]]+\]", "O-21", words)
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 1, reply=reply), Approval)
    view = hand.view(ticket)
    assert (view.ticket.status, view.ticket.assignee) == (status, SAM.id)


@pytest.mark.parametrize("leaves", ["solved", "pending", "open"])
def test_that_whoever_answers_says_what_the_ticket_is_afterwards(hand: Hand, ticket: TicketId, leaves: Leaves) -> None:
    """A promise in one's own words is known to its writer alone."""
    reply = "I will look into this and write to you by tomorrow noon."
    assert hand.desk.inbox.after_sending(SAM, ticket, {}) == "open", "as the draft says, whatever is made of it"
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 1, reply=reply, leaves=leaves), Approval)
    assert (hand.view(ticket).ticket.status, hand.view(ticket).ticket.assignee) == (leaves, SAM.id)
    assert hand.view(ticket).can_act == (leaves == "open")


def test_that_a_promise_can_be_called_the_end_of_it(hand: Hand, ticket: TicketId) -> None:
    proposal = hand.view(ticket).proposal
    assert proposal
    assert proposal.reply
    assert hand.desk.inbox.after_sending(SAM, ticket, {}) == "open"
    hand.desk.approvals.approve(SAM, ticket, 1, reply=proposal.reply.text, leaves="solved")
    assert hand.view(ticket).ticket.status == "solved"


def test_that_what_was_done_without_a_word_is_still_to_be_told_where_it_stays_open(hand: Hand) -> None:
    id = hand.ticket("I was charged twice.", MARIA)
    assert isinstance(hand.desk.approvals.approve(SAM, id, 1, reply="", leaves="open"), Approval)
    proposal = hand.view(id).proposal
    assert proposal
    assert (proposal.why, [step.action for step in proposal.done]) == ("Sam Lead keeps it open.", ["refund_payment"])
