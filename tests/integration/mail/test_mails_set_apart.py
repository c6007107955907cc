"""A mail that cannot be taken is set apart with its reason, the next goes on, and a person can have it tried again."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from cx_core.adapters.mailbox.imap_folder import ImapFolder
from cx_core.desk.channels import mail_fetching
from cx_core.desk.channels.mail_intake import TRIES
from cx_core.errors import NotAllowed, SystemUnreachable
from cx_core.records import Mailbox, ReadMail, Role
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import MARIA, SAM, person

ADMIN = person(Role.ADMINISTRATOR, "Ina Root")


def test_that_a_mail_without_a_sender_is_set_apart_and_the_next_is_taken(hand: MailHand) -> None:
    hand.deliver(b"Subject: nobody\r\nMessage-ID: <n@x>\r\nTo: <>\r\n\r\nhello\r\n", mail(id="<b@example.com>"))
    hand.fetch()
    assert [one.state for one in hand.arrived()] == ["apart", "taken"]
    (shown,) = hand.desk.mailbox_admin.connections(ADMIN).apart
    assert (shown.subject, bool(shown.why)) == ("nobody", True)


def test_that_what_was_set_apart_is_tried_again_when_a_person_says_so(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = hand.works.mail_format.read
    monkeypatch.setattr(hand.works.mail_format, "read", lambda *_: 1 / 0)
    hand.deliver(mail(id="<b@example.com>"))
    hand.fetch()
    (shown,) = hand.desk.mailbox_admin.connections(ADMIN).apart
    assert "ZeroDivisionError" in shown.why
    monkeypatch.setattr(hand.works.mail_format, "read", read)
    assert hand.desk.mailbox_admin.retry_apart(ADMIN, shown.id) is None
    hand.desk.receive_waiting()
    assert (len(hand.tickets()), hand.desk.mailbox_admin.connections(ADMIN).apart) == (1, ())
    assert isinstance(hand.desk.mailbox_admin.retry_apart(ADMIN, shown.id), Refusal)


def test_that_a_huge_mail_is_not_fetched_until_a_person_asks_and_it_may_be(hand: MailHand) -> None:
    hand.desk.mail_fetching._most = 2_000
    hand.deliver(mail("x " * 3_000, id="<big@example.com>"), mail(id="<b@example.com>", sender=MARIA))
    hand.fetch()
    big, _ = hand.arrived()
    assert (big.state, "at most" in big.why, [ticket.address for ticket in hand.tickets()]) == ("apart", True, [MARIA])
    hand.desk.mail_fetching._most = 2_000_000
    hand.desk.mailbox_admin.retry_apart(ADMIN, big.id)
    hand.fetch()
    assert len(hand.tickets()) == 2


def test_that_a_mail_over_which_the_connection_ends_does_not_stop_the_next(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.deliver(mail(id="<poison@example.com>"), mail(id="<b@example.com>", sender=MARIA))
    whole = ImapFolder.whole

    def ends(folder: ImapFolder, uid: int) -> bytes | None:
        if uid == 1:
            raise SystemUnreachable("the connection ended")
        return whole(folder, uid)

    monkeypatch.setattr(ImapFolder, "whole", ends)
    for _ in range(mail_fetching.STUCK):
        with pytest.raises(SystemUnreachable):
            hand.fetch()
    hand.fetch()
    assert [one.state for one in hand.arrived()] == ["apart", "taken"]


def test_that_a_mail_that_ends_the_program_is_set_apart_at_last(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    read = hand.works.mail_format.read

    def ends(raw: bytes, mailbox: Mailbox, ours: Collection[str]) -> ReadMail:
        if b"<poison@" in raw:
            raise KeyboardInterrupt  # as SIGKILL, nothing catches it
        return read(raw, mailbox, ours)

    monkeypatch.setattr(hand.works.mail_format, "read", ends)
    hand.deliver(mail(id="<poison@example.com>"), mail(id="<b@example.com>", sender=MARIA))
    with pytest.raises(KeyboardInterrupt):
        hand.fetch()
    hand.desk.receive_waiting()
    assert [one.state for one in hand.arrived()] == ["waiting", "taken"]
    for _ in range(TRIES - 1):
        clock.forward(minutes=10)
        with pytest.raises(KeyboardInterrupt):
            hand.desk.receive_waiting()
    clock.forward(minutes=10)
    hand.desk.receive_waiting()
    assert [one.state for one in hand.arrived()] == ["apart", "taken"]


def test_that_only_administrators_see_and_change_mailboxes(hand: MailHand) -> None:
    service = hand.desk.mailbox_admin
    for act in (
        lambda: service.connections(SAM),
        lambda: service.try_out(SAM, hand.mailbox.id),
        lambda: service.pause(SAM, hand.mailbox.id),
        lambda: service.remove(SAM, hand.mailbox.id),
        lambda: service.retry_apart(SAM, 1),
    ):
        with pytest.raises(NotAllowed):
            act()
