"""A mail that may belong to a ticket is offered to a person, with why: merged or kept apart, and on record."""

from __future__ import annotations

import pytest

from cx_core.errors import NotAllowed
from cx_core.records import Role, Ticket, TicketId
from cx_core.views import Refusal
from cx_core.views.tickets import MergeOffer
from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import LENA, SAM, person

EVE = "eve@evil.example"


@pytest.fixture
def first(hand: MailHand) -> TicketId:
    hand.deliver(mail(id="<a@example.com>", subject="My invoice"))
    hand.fetch()
    return hand.tickets()[0].id


def newest(hand: MailHand, raw: bytes) -> Ticket:
    before = {ticket.id for ticket in hand.tickets()}
    hand.deliver(raw)
    hand.fetch()
    (ticket,) = [ticket for ticket in hand.tickets() if ticket.id not in before]
    return ticket


def offered(hand: MailHand, ticket: TicketId) -> MergeOffer:
    offer = hand.desk.customer_tickets.merge_offer(SAM, ticket)
    assert offer is not None
    return offer


def kinds(hand: MailHand, ticket: TicketId) -> list[str]:
    return [event.kind for event in hand.works.audit.events(ticket=ticket, most=1000)]


def test_that_a_number_without_proof_is_offered_and_merged_by_a_person(hand: MailHand, first: TicketId) -> None:
    second = newest(hand, mail("One more thing.", id="<b@example.com>", subject=f"About {first}"))
    offer = offered(hand, second.id)
    assert (offer.into, offer.subject, offer.cannot) == (first, "My invoice", "")
    assert "nothing vouches for the sender" in offer.why
    assert hand.desk.ticket_lifecycle.merge(SAM, second.id, offer.into) is None
    assert [message.id for message in hand.view(first).messages] == ["email:<a@example.com>", "email:<b@example.com>"]
    assert hand.desk.customer_tickets.merge_offer(SAM, second.id) is None
    assert isinstance(hand.desk.customer_tickets.keep_apart(SAM, second.id), Refusal)
    assert "merged" in kinds(hand, second.id)


def test_that_a_broken_thread_is_offered_and_kept_apart_on_record(hand: MailHand, first: TicketId) -> None:
    second = newest(hand, mail("One more thing.", id="<b@example.com>", References="<x@y> <a@example.com>"))
    assert (offered(hand, second.id).into, "refers to a mail" in offered(hand, second.id).why) == (first, True)
    assert hand.desk.customer_tickets.keep_apart(SAM, second.id) is None
    assert hand.desk.customer_tickets.merge_offer(SAM, second.id) is None
    (event,) = [one for one in hand.works.audit.events(ticket=second.id, most=1000) if one.kind == "kept_apart"]
    assert event.payload is not None
    assert (event.actor, event.payload["from"]) == (SAM.id, first)
    assert isinstance(hand.desk.customer_tickets.keep_apart(SAM, second.id), Refusal)


@pytest.mark.parametrize("headers", [{"subject": "Re: {0}"}, {"References": "<a@example.com>"}])
def test_that_another_customers_mail_names_the_ticket_and_cannot_be_merged(
    hand: MailHand, first: TicketId, headers: dict[str, str]
) -> None:
    given = {name: value.format(first) for name, value in headers.items()}
    second = newest(hand, mail("Send it to me.", id="<e@evil.example>", sender=EVE, **given))
    offer = offered(hand, second.id)
    assert (offer.into, "another address" in offer.why) == (first, True)
    refusal = hand.desk.ticket_lifecycle.merge(SAM, second.id, offer.into)
    assert isinstance(refusal, Refusal)
    assert "same customer" in refusal.text
    assert "same customer" in offer.cannot
    assert len(hand.view(first).messages) == 1


def test_that_the_offer_follows_a_merge_and_ends_with_the_ticket(hand: MailHand, first: TicketId) -> None:
    second = newest(hand, mail("Another matter.", id="<b@example.com>"))
    third = newest(hand, mail("One more thing.", id="<c@example.com>", subject=f"About {first}"))
    assert hand.desk.ticket_lifecycle.merge(SAM, first, second.id) is None
    assert offered(hand, third.id).into == second.id
    assert hand.desk.ticket_lifecycle.merge(SAM, second.id, third.id) is None
    assert hand.desk.customer_tickets.merge_offer(SAM, third.id) is None  # it is all here already


def test_that_a_ticket_that_somebody_has_is_theirs_to_decide(hand: MailHand, first: TicketId) -> None:
    second = newest(hand, mail("One more thing.", id="<b@example.com>", subject=f"About {first}", sender=LENA))
    assert hand.desk.inbox.take(person(Role.ADVISOR, "Ada Lind"), second.id) is None
    refusal = hand.desk.customer_tickets.keep_apart(SAM, second.id)
    assert isinstance(refusal, Refusal)
    assert "Ada Lind" in refusal.text
    editor = person(Role.EDITOR, "Eddie Tor")
    with pytest.raises(NotAllowed):
        hand.desk.customer_tickets.merge_offer(editor, second.id)
    with pytest.raises(NotAllowed):
        hand.desk.customer_tickets.keep_apart(editor, second.id)
