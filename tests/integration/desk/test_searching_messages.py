"""Search finds a ticket by every message of it, until its customer is erased."""

from __future__ import annotations

import pytest

from cx_core.records import CustomerId, TicketId
from cx_core.views import QueueFilter
from tests.scripted import COPY, LENA, MARIA, SAM, Hand


def queued(hand: Hand, text: str) -> list[TicketId]:
    return [row.id for row in hand.desk.inbox.queue(SAM, QueueFilter(statuses=(), text=text)).rows]


def looked_up(hand: Hand, text: str) -> list[str]:
    return [hit.ref for hit in hand.desk.lookup.find(SAM, text).hits if hit.kind == "ticket"]


@pytest.fixture
def ticket(hand: Hand) -> TicketId:
    """Of Maria's, with several messages: the last says nothing of what the first and the answer said."""
    ticket = hand.ticket(f"{COPY} The Quibblefish is broken, 100%_sure, says my Ömer.", MARIA, thread="t")
    answered = hand.desk.approvals.approve(SAM, ticket, 1, reply="Have you tried a Zorkmid cable?")
    assert answered
    hand.ticket("Thanks, that was all.", MARIA, thread="t")
    hand.ticket(COPY, LENA)
    return ticket


@pytest.mark.parametrize(
    "text", ["quibblefish", "QUIBBLE", "zorkmid", "quibblefish zorkmid maria", "ömer", "100%_sure"]
)
def test_that_a_ticket_is_found_by_words_of_any_message(hand: Hand, ticket: TicketId, text: str) -> None:
    assert queued(hand, text) == [ticket]
    assert looked_up(hand, text) == [f"ticket/{ticket}"]


def test_that_all_words_must_be_somewhere_in_the_ticket_and_signs_stand_for_themselves(
    hand: Hand, ticket: TicketId
) -> None:
    assert queued(hand, "quibblefish lena") == []
    assert queued(hand, "100%sure") == []
    assert queued(hand, "1___sure") == []


def test_that_nothing_of_an_erased_customer_is_found(hand: Hand, ticket: TicketId) -> None:
    with hand.works.store.begin() as unit:
        unit.forget(unit.tickets.of(CustomerId("C-1"), ("new", "open", "pending", "solved")))
    for text in ("quibblefish", "zorkmid", "keller", "thanks"):
        assert queued(hand, text) == []
        assert looked_up(hand, text) == []
