"""Mails come from a real IMAP server to tickets: each once, none lost, whatever the server does meanwhile."""

from __future__ import annotations

import threading

from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import LENA, MARIA


def test_that_a_mail_becomes_a_ticket_and_stays_unseen_in_the_mailbox(hand: MailHand) -> None:
    hand.deliver(mail(id="<a@example.com>", subject="My invoice"))
    assert hand.fetch() == 1
    (ticket,) = hand.tickets()
    assert (ticket.subject, ticket.address, ticket.mailbox) == ("My invoice", LENA, hand.mailbox.id)
    assert hand.view(ticket.id).messages[0].text.strip() == "Please send me a copy of my invoice I-21."
    with hand.server.signed_in(hand.mailbox.user) as client:
        client.select_folder("INBOX")
        assert all(b"\\Seen" not in flags for flags in client.get_flags(client.search()).values())


def test_that_a_mail_is_taken_once_however_often_it_is_fetched(hand: MailHand) -> None:
    hand.deliver(mail(id="<a@example.com>"), mail(id="<b@example.com>", sender=MARIA), mail(id="<a@example.com>"))
    assert hand.fetch() == 2
    assert hand.fetch() == 0
    assert {ticket.address for ticket in hand.tickets()} == {LENA, MARIA}
    assert len(hand.tickets()) == 2


def test_that_what_a_mailbox_held_before_it_was_connected_is_not_taken(hand: MailHand) -> None:
    later = hand.connect(with_earlier=False)
    hand.server.deliver([mail(id="<old@example.com>"), mail(id="")], later.address)
    assert hand.fetch(later) == 2
    hand.server.deliver([mail(id="<new@example.com>")], later.address)
    hand.fetch(later)
    assert [one.state for one in hand.arrived(later)] == ["earlier", "earlier", "taken"]
    hand.server.build_anew(later.user)
    hand.fetch(later)
    assert len(hand.tickets()) == 1


def test_that_a_mailbox_built_anew_doubles_nothing_and_loses_nothing(hand: MailHand) -> None:
    hand.deliver(*(mail(id=f"<{n}@example.com>", sender=f"c{n}@example.com") for n in range(5)), mail(id=""))
    assert hand.fetch() == 6
    hand.server.build_anew(hand.mailbox.user)
    hand.deliver(mail(id="<new@example.com>"))
    assert hand.fetch() == 1
    assert len(hand.tickets()) == 7


def test_that_another_mail_under_the_same_message_id_is_set_apart_and_not_lost(hand: MailHand) -> None:
    hand.deliver(mail(id="<a@example.com>"), mail("Something else.", id="<a@example.com>", sender=MARIA))
    hand.fetch()
    first, second = hand.arrived()
    assert (first.state, second.state) == ("taken", "apart")
    assert "same Message-ID" in second.why


def test_that_mail_that_comes_to_an_empty_folder_while_it_is_waited_for_is_fetched(hand: MailHand) -> None:
    with hand.works.mail_servers.folder(hand.mailbox) as folder:
        assert hand.desk.mail_fetching.catch_up(hand.mailbox, folder) == 0
        threading.Timer(0.3, lambda: hand.deliver(mail(id="<a@example.com>"))).start()
        folder.wait(10, threading.Event())
        assert hand.desk.mail_fetching.catch_up(hand.mailbox, folder) == 1
