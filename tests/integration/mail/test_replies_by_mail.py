"""A reply leaves by SMTP from the mailbox that its ticket came by; what became of it is told on the ticket."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from cx_core.errors import SystemRefused
from cx_core.records import MessageId, OutgoingMail, TicketId
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import LENA, MARIA, SAM


@pytest.fixture
def ticket(hand: MailHand) -> TicketId:
    hand.deliver(mail(id="<a@example.com>", subject="My invoice"))
    hand.fetch()
    return hand.tickets()[0].id


def queued(hand: MailHand, ticket: TicketId) -> OutgoingMail:
    """The reply on its way."""
    with hand.works.store.look() as unit:
        (found,) = [one for one in unit.outgoing_mail.of_ticket(ticket) if ":reply:" in one.key]
    return found


def report(about: str, status: str, words: str) -> bytes:
    """What a mail server says of a mail that it took and could not deliver (RFC 3464)."""
    made = EmailMessage(policy=SMTP.clone(max_line_length=900))
    made["From"], made["To"], made["Subject"] = "MAILER-DAEMON@mx.example.com", "help@rung.example", "Undelivered"
    made["Message-ID"], made["Auto-Submitted"] = f"<{status}@mx.example.com>", "auto-replied"
    made["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="b"'
    action = {"5": "failed", "2": "delivered"}.get(status[0], "delayed")
    parts = (
        "Content-Type: text/plain\n\nYour mail could not be delivered.",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: rfc822; {LENA}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {words}",
        f"Content-Type: text/rfc822-headers\n\nFrom: help@rung.example\nTo: {LENA}\nMessage-ID: {about}",
    )
    body = "".join(f"--b\n{part}\n\n" for part in parts) + "--b--\n"
    head = made.as_bytes().partition(b"\r\n\r\n")[0]
    return head + b"\r\n\r\n" + body.replace("\n", "\r\n").encode()


def test_that_an_approved_reply_is_queued_and_leaves_from_its_mailbox(hand: MailHand, ticket: TicketId) -> None:
    hand.approve(ticket)
    assert (queued(hand, ticket).state, hand.box.letters) == ("queued", [])
    hand.send()
    (letter,) = [one for one in hand.box.letters if "Re: My invoice" in one["Subject"]]
    assert hand.mailbox.address in letter["From"]
    assert (letter["To"], letter["In-Reply-To"]) == (LENA, "<a@example.com>")
    assert queued(hand, ticket).state == "sent"
    before = len(hand.box.letters)
    hand.send()
    assert len(hand.box.letters) == before
    assert hand.sent() == []  # nothing of it went by the demonstration's way out


def test_that_an_answer_to_our_reply_goes_on_with_its_ticket_and_a_forged_one_does_not(
    hand: MailHand, ticket: TicketId
) -> None:
    hand.approve(ticket)
    ours = queued(hand, ticket).message_id
    hand.deliver(
        mail("Thanks, and another one?", id="<b@example.com>", References=ours),
        mail("Me too.", id="<c@example.com>", sender="eve@example.net", References=ours, In_Reply_To=ours),
        mail("Me too.", id="<d@example.com>", References="<a@example.com>"),
    )
    hand.fetch()
    assert [message.sender for message in hand.view(ticket).messages] == ["customer", "advisor", "customer"]
    assert len(hand.tickets()) == 3


def test_that_a_server_that_refuses_is_quoted_and_the_ticket_comes_back(hand: MailHand, ticket: TicketId) -> None:
    hand.approve(ticket)
    hand.box.refuse = "550 5.1.1 no such user here"
    hand.send()
    mail = queued(hand, ticket)
    assert (mail.state, "no such user here" in mail.words) == ("refused", True)
    after = hand.view(ticket).ticket
    assert (after.status, after.work) == ("open", "returned")
    hand.box.refuse = ""
    channel = hand.works.channels[0]
    assert channel.retry(mail.key)
    hand.send()
    assert queued(hand, ticket).state == "sent"


def test_that_a_server_that_puts_off_is_asked_again_later(hand: MailHand, ticket: TicketId, clock: SetClock) -> None:
    hand.approve(ticket)
    hand.box.refuse = "451 4.7.1 greylisted, come back later"
    hand.send()
    hand.send()
    waiting = queued(hand, ticket)
    assert (waiting.state, waiting.tries, "greylisted" in waiting.words) == ("queued", 1, True)
    hand.box.refuse = ""
    clock.forward(minutes=2)
    hand.send()
    assert (queued(hand, ticket).state, queued(hand, ticket).tries) == ("sent", 2)


def test_that_a_bounce_after_a_report_of_delivery_keeps_both(hand: MailHand, ticket: TicketId, clock: SetClock) -> None:
    hand.approve(ticket)
    hand.send()
    ours = queued(hand, ticket).message_id
    hand.deliver(report(ours, "2.0.0", "250 delivered"))
    hand.fetch()
    assert queued(hand, ticket).state == "delivered"
    delivered = clock()
    clock.forward(hours=2)
    hand.deliver(report(ours, "5.1.1", "550 no such user"))
    hand.fetch()
    mail = queued(hand, ticket)
    assert (mail.state, mail.settled_at, "no such user" in mail.words) == ("bounced", clock(), True)
    assert f"reported it as delivered on {delivered:%d %b %Y at %H:%M}" in mail.words


def test_that_a_bounce_ends_on_the_mail_that_bounced_and_opens_no_ticket(hand: MailHand, ticket: TicketId) -> None:
    hand.approve(ticket)
    hand.send()
    ours = queued(hand, ticket).message_id
    hand.deliver(report(ours, "4.4.1", "the mailbox is busy"), report(ours, "5.1.1", "550 no such user"))
    hand.fetch()
    mail = queued(hand, ticket)
    assert (mail.state, "no such user" in mail.words) == ("bounced", True)
    assert (hand.view(ticket).ticket.status, len(hand.tickets())) == ("open", 1)
    hand.deliver(report("<unknown@example.com>", "5.1.2", "550 never heard of it"))
    hand.fetch()
    assert len(hand.tickets()) == 1


def test_that_automatic_mails_to_an_address_come_to_an_end(hand: MailHand, ticket: TicketId, clock: SetClock) -> None:
    def automatic(n: int) -> str:
        return hand.works.outbox.deliver(
            key=f"{ticket}:told:{n}",
            channel="email",
            address=LENA,
            subject="Your request",
            text=f"Number {n}.",
            headers={"Auto-Submitted": "auto-generated"},
        )

    most = hand.works.settings.mail_automatic_hour
    assert len({automatic(n) for n in range(most)}) == most
    with pytest.raises(SystemRefused, match="within an hour"):
        automatic(most)
    clock.forward(minutes=61)
    assert automatic(most)


def test_that_a_paused_mailbox_keeps_its_mails_and_a_removed_one_takes_none(hand: MailHand, ticket: TicketId) -> None:
    with hand.works.store.begin() as unit:
        unit.mailboxes.put(hand.mailbox.replace(active=False))
    hand.approve(ticket)
    hand.send()
    assert (queued(hand, ticket).state, hand.box.letters) == ("queued", [])
    with hand.works.store.begin() as unit:
        unit.mailboxes.remove(hand.mailbox.id)
    with pytest.raises(SystemRefused, match="removed"):
        hand.works.outbox.deliver(key=f"{ticket}:x", channel="email", address=LENA, subject="x", text="x")


def test_that_the_conversation_tells_how_far_a_reply_has_come(hand: MailHand, ticket: TicketId) -> None:
    hand.approve(ticket)
    key = queued(hand, ticket).key
    assert hand.view(ticket).way_out.sendings[MessageId(key)].state == "queued"
    hand.box.refuse = "550 5.1.1 no such user here"
    hand.send()
    view = hand.view(ticket)
    assert (view.way_out.sendings[MessageId(key)].state, view.way_out.sendings[MessageId(key)].can_retry) == (
        "refused",
        True,
    )
    hand.box.refuse = ""
    assert hand.desk.mailbox_admin.send_again(SAM, key) is None
    hand.send()
    assert hand.view(ticket).way_out.sendings[MessageId(key)].state == "sent"
    assert isinstance(hand.desk.mailbox_admin.send_again(SAM, key), Refusal)


def test_that_where_a_mail_asks_for_answers_is_shown_and_never_chosen(hand: MailHand) -> None:
    form = "wordpress@shop.example"
    hand.deliver(mail(id="<w@example.com>", sender=form, Reply_To=f"Maria <{MARIA}>, {form.upper()}"))
    hand.fetch()
    (ticket,) = hand.tickets()
    assert hand.view(ticket.id).messages[0].reply_to == MARIA
    hand.approve(ticket.id)
    hand.send()
    assert {recipient for letter in hand.box.recipients for recipient in letter} == {form}


def test_that_whoever_else_got_a_mail_is_shown(hand: MailHand) -> None:
    hand.deliver(
        mail(id="<cc@example.com>", to=f"{hand.mailbox.address}, boss@example.com", Cc="Max <max@example.com>")
    )
    hand.fetch()
    (ticket,) = hand.tickets()
    assert hand.view(ticket.id).messages[0].also_to == "boss@example.com, max@example.com"
