"""The floor bench's customers write to a real mailbox, and what is lost or twice in the end is counted."""

from __future__ import annotations

import asyncio

import pytest

from bench.floor.sources import Arrival, Customers, kept_of, sources_of
from cx_core.errors import BadInput
from cx_core.records import TicketId
from tests.integration.mail.mail_hand import MailHand, mail


def test_that_every_mail_becomes_its_ticket_and_a_lost_or_doubled_one_is_counted(hand: MailHand) -> None:
    customers = Customers(("mail",), ("My line is slow.",), hand.server, hand.box)
    customers.furnish(hand.works, 0)
    asyncio.run(customers.write("http://127.0.0.1:1", 0.05, 4))
    with hand.works.store.look() as unit:
        mailbox = next(each for each in unit.mailboxes.all() if each.id == "box-bench")
    hand.fetch(mailbox)

    assert not customers.errors
    assert len(customers.arrivals) == 4
    assert {ticket.id for ticket in hand.tickets()} == {arrival.ticket for arrival in customers.arrivals}
    assert kept_of(hand.works, customers.arrivals) == (0, 0)

    never = Arrival("mail", TicketId("T-1"), "zsnever", 0.0)
    again = mail(f"My line is slow.\n\n(sent as {customers.arrivals[0].token})", id="<again@customers.example>")
    hand.server.deliver([again], mailbox.address)
    hand.fetch(mailbox)
    assert kept_of(hand.works, [*customers.arrivals, never]) == (1, 1)


def test_that_a_source_that_is_not_there_is_refused() -> None:
    assert sources_of("mail, chat,mail") == ("mail", "chat")
    assert sources_of("") == ()
    with pytest.raises(BadInput, match="fax"):
        sources_of("mail,fax")
