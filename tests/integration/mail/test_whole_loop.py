"""The whole way of a mail, through Postfix and Dovecot: in, out, bounced, delivered, and how much is claimed of it."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest

from cx_core.records import Mailbox, MailServer, OutgoingMail, TicketId
from tests.integration.mail.mail_hand import MailHand, mail
from tests.mail_servers import ELSEWHERE, HERE, Dovecot, Postfix, postfix
from tests.receivers import await_until
from tests.scripted import LENA


@pytest.fixture(scope="module")
def relay(dovecot_running: Dovecot) -> Iterator[Postfix]:
    with postfix(dovecot_running) as running:
        yield running


@pytest.fixture
def box_at_postfix(hand: MailHand, relay: Postfix) -> Mailbox:
    """A mailbox that is read at Dovecot and sends by Postfix."""
    return hand.connect(smtp=MailServer(host="127.0.0.1", port=relay.port, security="none"))


def came(hand: MailHand, box: Mailbox) -> None:
    """Fetch until something has come."""
    await_until(lambda: hand.fetch(box) > 0)


def written(hand: MailHand, box: Mailbox, relay: Postfix, sender: str = LENA) -> TicketId:
    """A customer's mail by SMTP, as its ticket."""
    relay.hand_in(mail(id=f"<{box.id}@example.com>", sender=sender, to=box.address), box.address, sender)
    came(hand, box)
    (ticket,) = hand.tickets()
    return ticket.id


def on_its_way(hand: MailHand, ticket: TicketId, address: str) -> str:
    key = f"{ticket}:reply:9"
    hand.works.outbox.deliver(key=key, channel="email", address=address, subject="Re: Hello", text="Here it is.")
    hand.send()
    return key


def outgoing(hand: MailHand, key: str) -> OutgoingMail:
    with hand.works.store.look() as unit:
        found = unit.outgoing_mail.get(key)
    assert found is not None
    return found


def answers(server: Dovecot, user: str, to: str) -> list[EmailMessage]:
    """What lies in somebody's mailbox and answers the mail of this Message-ID; other tests deliver there as well."""
    with server.signed_in(user) as client:
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
    parser = BytesParser(policy=default)
    letters = [parser.parsebytes(one[b"BODY[]"]) for one in found.values()]
    return [one for one in letters if one["In-Reply-To"] == to]


def test_that_a_mail_comes_in_is_answered_and_the_answer_lies_in_the_customers_mailbox(
    hand: MailHand, box_at_postfix: Mailbox, relay: Postfix, server: Dovecot
) -> None:
    box = box_at_postfix
    ticket = written(hand, box, relay)
    hand.approve(ticket)
    hand.send()
    await_until(lambda: len(answers(server, LENA, to=f"<{box.id}@example.com>")) > 0)
    (letter,) = answers(server, LENA, to=f"<{box.id}@example.com>")
    assert box.address in letter["From"]
    came(hand, box)  # Postfix's report that it passed the mail on by LMTP
    (sent,) = [one for one in _all(hand, ticket) if ":reply:" in one.key]
    assert (sent.state, sent.message_id) == ("sent", letter["Message-ID"])  # which is not delivered
    answer = mail("Thank you!", id="<thanks@example.com>", to=box.address, References=letter["Message-ID"])
    relay.hand_in(answer, box.address, LENA)
    came(hand, box)
    assert [message.sender for message in hand.view(ticket).messages] == ["customer", "advisor", "customer"]
    assert len(hand.tickets()) == 1
    assert {one.state for one in hand.arrived(box)} == {"taken", "ended"}


def test_that_a_bounce_of_postfix_ends_on_the_mail_that_bounced(
    hand: MailHand, box_at_postfix: Mailbox, relay: Postfix
) -> None:
    nobody = f"nobody.here@{ELSEWHERE}"
    ticket = written(hand, box_at_postfix, relay, sender=nobody)
    key = on_its_way(hand, ticket, nobody)
    assert outgoing(hand, key).state == "sent"
    came(hand, box_at_postfix)
    mail = outgoing(hand, key)
    assert (mail.state, mail.words) == ("bounced", '5.1.1 unknown user: "nobody.here"')
    assert len(hand.tickets()) == 1
    assert [one.state for one in hand.arrived(box_at_postfix)] == ["taken", "ended"]


def test_that_only_a_report_of_delivery_makes_a_mail_delivered(
    hand: MailHand, box_at_postfix: Mailbox, relay: Postfix
) -> None:
    customer = f"jo@{HERE}"
    ticket = written(hand, box_at_postfix, relay, sender=customer)
    key = on_its_way(hand, ticket, customer)
    assert outgoing(hand, key).state == "sent"
    came(hand, box_at_postfix)
    assert (outgoing(hand, key).state, "2.0.0" in outgoing(hand, key).words) == ("delivered", True)


def test_that_where_the_server_reports_nothing_no_more_is_claimed_than_that_it_took_the_mail(
    hand: MailHand, server: Dovecot
) -> None:
    with postfix(server, reports=False) as silent:
        box = hand.connect(smtp=MailServer(host="127.0.0.1", port=silent.port, security="none"))
        customer = f"ann@{HERE}"
        key = on_its_way(hand, written(hand, box, silent, sender=customer), customer)
        await_until(lambda: "status=sent (delivered to" in silent.log())
    assert (outgoing(hand, key).state, "does not report" in outgoing(hand, key).words) == ("sent", True)
    assert hand.fetch(box) == 0


def _all(hand: MailHand, ticket: TicketId) -> tuple[OutgoingMail, ...]:
    with hand.works.store.look() as unit:
        return unit.outgoing_mail.of_ticket(ticket)
