"""No mail stops the next for ever, and none is taken for another: what the server cannot give is set apart."""

from __future__ import annotations

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from cx_core.adapters.mailbox.imap_folder import ImapFolder
from cx_core.adapters.sql.unit import SqlUnit
from cx_core.desk.channels import mail_fetching, mail_intake
from cx_core.errors import AuditUnavailable, SystemTrouble, SystemUnreachable
from cx_core.records import Role
from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import LENA, MARIA, person

ADMIN = person(Role.ADMINISTRATOR, "Ina Root")


def said(hand: MailHand) -> list[tuple[str, str]]:
    """Who wrote what, as it came to the tickets."""
    with hand.works.store.look() as unit:
        return [
            (ticket.address, message.text.strip())
            for ticket in hand.tickets()
            for message in unit.tickets.messages(ticket.id)
            if message.sender == "customer"
        ]


def fetched_with_trouble(hand: MailHand, most: int) -> None:
    """Look at the mailbox so often, whatever fails."""
    for _ in range(most):
        try:
            hand.fetch()
        except SystemTrouble:
            continue


def test_that_a_retried_mail_that_ends_the_connection_is_set_apart_again_and_stops_nothing(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.deliver(mail(id="<poison@example.com>"))
    whole = ImapFolder.whole

    def ends(folder: ImapFolder, uid: int) -> bytes | None:
        if uid == 1:
            raise SystemUnreachable("the connection ended")
        return whole(folder, uid)

    monkeypatch.setattr(ImapFolder, "whole", ends)
    fetched_with_trouble(hand, mail_fetching.STUCK + 1)
    (apart,) = hand.desk.mailbox_admin.connections(ADMIN).apart
    assert hand.desk.mails_set_apart.retry(ADMIN, apart.id) is None
    hand.deliver(mail(id="<c@example.com>", sender=MARIA))
    hand.fetch()
    assert [one.state for one in hand.arrived()] == ["apart", "taken"]
    assert "the connection ended" in hand.arrived()[0].why


def test_that_a_mail_without_bytes_is_found_again_in_a_mailbox_built_anew(hand: MailHand) -> None:
    hand.desk.mail_fetching._most = 2_000
    hand.deliver(mail(id="<gone@example.com>"), mail("x " * 3_000, id="<big@example.com>", sender=MARIA))
    hand.fetch()
    _, big = hand.arrived()
    with hand.server.signed_in(hand.mailbox.user) as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
        client.expunge()
    hand.server.build_anew(hand.mailbox.user)
    hand.desk.mail_fetching._most = 2_000_000
    hand.desk.mails_set_apart.retry(ADMIN, big.id)
    hand.fetch()
    now = hand.arrived()[1]
    assert (now.id, now.state, now.uid) == (big.id, "taken", 1)
    assert now.validity != big.validity


@pytest.mark.parametrize("trouble", [IMAPClientError, IMAPClientAbortError])
def test_that_a_mail_whose_header_cannot_be_had_is_set_apart_and_the_others_are_taken(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]
) -> None:
    hand.deliver(*(mail(id=f"<{n}@example.com>", sender=f"c{n}@example.com") for n in range(1, 6)))
    fetch, header = IMAPClient.fetch, "BODY.PEEK[HEADER]"

    def corrupt(client: IMAPClient, uids: list[int], what: list[str]) -> object:
        if 3 in uids and any(one.startswith(header) for one in what):
            raise trouble("message 3 is corrupt")
        return fetch(client, uids, what)

    monkeypatch.setattr(IMAPClient, "fetch", corrupt)
    fetched_with_trouble(hand, 30)
    assert [(one.uid, one.state) for one in hand.arrived() if one.uid != 3] == [(n, "taken") for n in (1, 2, 4, 5)]
    (apart,) = hand.desk.mailbox_admin.connections(ADMIN).apart
    assert "header" in apart.why
    hand.desk.mails_set_apart.retry(ADMIN, apart.id)
    hand.fetch()
    assert len(hand.tickets()) == 5  # its whole can be had, though its header alone cannot


def test_that_another_mail_of_a_known_message_id_and_the_same_size_is_not_taken_for_it(hand: MailHand) -> None:
    for order in ("O-77", "O-78"):
        hand.deliver(mail(f"Please cancel order {order}.", id="<form@shop.example>"))
        hand.fetch()
    assert [(one.state, bool(one.why)) for one in hand.arrived()] == [("taken", False), ("apart", True)]
    (apart,) = hand.desk.mailbox_admin.connections(ADMIN).apart
    hand.desk.mails_set_apart.retry(ADMIN, apart.id)
    hand.desk.receive_waiting()
    assert {text for _, text in said(hand)} == {"Please cancel order O-77.", "Please cancel order O-78."}


def test_that_a_message_id_known_from_another_mailbox_loses_no_mail_and_a_copy_is_one(hand: MailHand) -> None:
    other = hand.connect()
    hand.deliver(mail("Please cancel order O-77.", id="<form@shop.example>"), mail("Hello, both.", id="<both@x.org>"))
    hand.fetch()
    hand.server.deliver(
        [
            mail("I want my money back.", id="<form@shop.example>", sender=MARIA),
            mail("Hello, both.", id="<both@x.org>"),
        ],
        other.address,
    )
    hand.fetch(other)
    assert sorted(said(hand)) == sorted(
        [(LENA, "Please cancel order O-77."), (LENA, "Hello, both."), (MARIA, "I want my money back.")]
    )


def test_that_a_person_who_quotes_a_report_is_not_taken_for_one(hand: MailHand) -> None:
    text = (
        "Hi. This is the qmail-send program at mx.acme.example.\nI'm afraid I wasn't able to deliver your message.\n"
        "This is a permanent error; I've given up.\n\n<sales@rung.example>:\nno mailbox here (#5.1.1)\n"
        "Please help: we want to order 500 pieces.\n"
    )
    hand.deliver(mail(text, id="<p@x.org>", sender="postmaster@acme.example"))
    hand.fetch()
    (one,) = hand.arrived()
    assert (one.state, "not on file" in one.why) == ("apart", True)
    with hand.works.store.look() as unit:
        assert unit.arrived_mail.sealed(one.id) is not None


def test_that_a_mail_whose_message_is_stored_is_taken_though_what_came_after_it_failed(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the workers cannot be told")

    hand.deliver(mail(id="<a@example.com>"), mail(id="<b@example.com>", sender=MARIA))
    with monkeypatch.context() as broken:
        broken.setattr(hand.works.durable, "prepare", fails)
        hand.fetch()
    assert [one.state for one in hand.arrived()] == ["taken", "taken"]
    assert sorted(address for address, _ in said(hand)) == [LENA, MARIA]


def test_that_a_mail_is_settled_only_with_its_message(hand: MailHand, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise AuditUnavailable("the log is away")

    hand.deliver(mail(id="<a@example.com>"))
    with monkeypatch.context() as broken:
        broken.setattr(SqlUnit, "record", fails)
        hand.fetch()
    (waiting,) = hand.arrived()
    assert (waiting.state, waiting.tries, said(hand)) == ("waiting", 0, [])
    hand.works.clock.forward(minutes=1)  # type: ignore[attr-defined]
    hand.fetch()
    assert [one.state for one in hand.arrived()] == ["taken"]
    assert len(said(hand)) == 1


def test_that_a_round_ends_without_a_mail_in_hand(hand: MailHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_intake, "MOST", 2)
    hand.deliver(*[mail(id=f"<{n}@example.com>", sender=f"c{n}@example.com") for n in range(3)])
    hand.fetch()
    assert [(one.state, one.tries) for one in hand.arrived()] == [("taken", 1), ("taken", 1), ("waiting", 0)]
