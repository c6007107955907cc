"""A mail that cannot be taken is set apart with its reason, the next goes on, and a person can have it tried again."""

from __future__ import annotations

from collections.abc import Collection

import pytest
import sqlalchemy as sa

from cx_core.adapters.mailbox.imap_folder import ImapFolder
from cx_core.adapters.sql import tables as t
from cx_core.desk.channels import mail_fetching
from cx_core.desk.channels.mail_intake import TRIES
from cx_core.errors import NotAllowed, SystemUnreachable
from cx_core.records import Mailbox, ReadMail, Role
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import LENA, MARIA, SAM, erased, person

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
    assert hand.desk.mails_set_apart.retry(ADMIN, shown.id) is None
    hand.desk.receive_waiting()
    assert (len(hand.tickets()), hand.desk.mailbox_admin.connections(ADMIN).apart) == (1, ())
    assert isinstance(hand.desk.mails_set_apart.retry(ADMIN, shown.id), Refusal)


def test_that_a_huge_mail_is_not_fetched_until_a_person_asks_and_it_may_be(hand: MailHand) -> None:
    hand.desk.mail_fetching._most = 2_000
    hand.deliver(mail("x " * 3_000, id="<big@example.com>"), mail(id="<b@example.com>", sender=MARIA))
    hand.fetch()
    big, _ = hand.arrived()
    assert (big.state, "at most" in big.why, [ticket.address for ticket in hand.tickets()]) == ("apart", True, [MARIA])
    hand.desk.mail_fetching._most = 2_000_000
    hand.desk.mails_set_apart.retry(ADMIN, big.id)
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


def test_that_processes_that_are_killed_do_not_count_against_one_mail_again_and_again(
    hand: MailHand, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever goes on takes up another mail first, so that no mail is at hand whenever somebody restarts the server."""
    monkeypatch.setattr(hand.works.mail_format, "read", killed)
    count = TRIES + 2
    hand.deliver(*(mail(id=f"<{n}@example.com>", sender=f"c{n}@example.com") for n in range(count)))
    with pytest.raises(KeyboardInterrupt):
        hand.fetch()
    for _ in range(count - 1):
        clock.forward(minutes=10)
        with pytest.raises(KeyboardInterrupt):
            hand.desk.receive_waiting()
    monkeypatch.undo()
    clock.forward(minutes=10)
    hand.desk.receive_waiting()
    assert [one.state for one in hand.arrived()] == ["taken"] * count


def killed(_raw: bytes, _mailbox: Mailbox, _ours: Collection[str]) -> ReadMail:
    raise KeyboardInterrupt


def test_that_only_administrators_see_and_change_mailboxes(hand: MailHand) -> None:
    service = hand.desk.mailbox_admin
    for act in (
        lambda: service.connections(SAM),
        lambda: service.try_out(SAM, hand.mailbox.id),
        lambda: service.pause(SAM, hand.mailbox.id),
        lambda: service.remove(SAM, hand.mailbox.id),
        lambda: hand.desk.mails_set_apart.retry(SAM, 1),
        lambda: hand.desk.mails_set_apart.download(SAM, 1),
        lambda: hand.desk.mails_set_apart.discard(SAM, 1, "why"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_that_a_mail_set_apart_is_downloaded_as_it_came_and_discarded_with_a_reason_on_record(hand: MailHand) -> None:
    raw = b"Subject: nobody\r\nMessage-ID: <n@x>\r\nTo: <>\r\n\r\nhello\r\n"
    hand.deliver(raw)
    hand.fetch()
    service = hand.desk.mails_set_apart
    (shown,) = hand.desk.mailbox_admin.connections(ADMIN).apart
    downloaded = service.download(ADMIN, shown.id)
    assert isinstance(downloaded, bytes)
    assert downloaded.endswith(raw)
    assert isinstance(service.discard(ADMIN, shown.id, "  "), Refusal)
    assert service.discard(ADMIN, shown.id, "an advertisement") is None
    assert hand.desk.mailbox_admin.connections(ADMIN).apart == ()
    told = {event.kind: event.payload or {} for event in hand.works.audit.events(most=1000)}
    assert (told["mail_discarded"]["reason"], "mail_downloaded" in told) == ("an advertisement", True)
    for decide in (lambda: service.download(ADMIN, shown.id), lambda: service.retry(ADMIN, shown.id)):
        assert isinstance(decide(), Refusal)
    hand.fetch()
    hand.server.build_anew(hand.mailbox.address)
    hand.fetch()
    assert [one.state for one in hand.arrived()] == ["discarded"]


@pytest.mark.parametrize(
    "header",
    [
        f"From: Maria <{MARIA.upper()}>",
        f"From: x\r\nReply-To: <eve@evil.example>,\r\n {MARIA}",
        f"To: undisclosed, {MARIA}, x",
    ],
)
def test_that_erasure_finds_a_mail_set_apart_by_any_address_in_its_header(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    monkeypatch.setattr(hand.works.mail_format, "read", lambda *_: 1 / 0)
    theirs = f"{header}\r\nSubject: quibble\r\nMessage-ID: <q@x>\r\n\r\nquibble\r\n".encode()
    other = f"From: {LENA}\r\nSubject: about {MARIA}\r\nMessage-ID: <o@x>\r\n\r\n{MARIA}\r\n".encode()
    hand.deliver(theirs, other)
    hand.fetch()
    found = hand.desk.customer_erasure.find_to_erase(ADMIN, MARIA)
    assert not isinstance(found, Refusal)
    (scope,) = found
    assert (scope.goes.get("set-apart mail"), len(scope.mails)) == (1, 1)
    opened: list[str] = []
    unseal = hand.works.vault.unseal

    def watched(sealed: bytes, about: str) -> bytes | None:
        opened.append(about)
        return unseal(sealed, about)

    monkeypatch.setattr(hand.works.vault, "unseal", watched)
    erased(hand.desk, scope.customer)
    assert opened == []  # what it says of itself was noted once
    gone, kept = hand.arrived()
    assert (gone.state, kept.state) == ("discarded", "apart")
    with hand.works.store.look() as unit:
        assert (unit.arrived_mail.sealed(gone.id), unit.arrived_mail.sealed(kept.id) is None) == (None, False)
    again = hand.desk.customer_erasure.find_to_erase(ADMIN, MARIA)
    assert isinstance(again, Refusal) or [one.mails for one in again] == [()]


def test_that_somebody_who_only_wrote_mails_set_apart_can_be_erased(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = hand.works.mail_format.read
    monkeypatch.setattr(hand.works.mail_format, "read", lambda *_: 1 / 0)
    hand.deliver(mail(id="<s@x>", sender="Stranger@example.net"))
    hand.fetch()
    found = hand.desk.customer_erasure.find_to_erase(ADMIN, "stranger@example.net")
    assert not isinstance(found, Refusal)
    assert [(one.customer, one.known_as, one.tickets) for one in found] == [
        ("address:stranger@example.net", ("stranger@example.net",), ())
    ]
    erased(hand.desk, found[0].customer)
    assert [one.state for one in hand.arrived()] == ["discarded"]
    monkeypatch.setattr(hand.works.mail_format, "read", read)
    hand.fetch()
    assert hand.tickets() == []


def test_that_a_mail_taken_in_at_last_leaves_no_address_behind(hand: MailHand, monkeypatch: pytest.MonkeyPatch) -> None:
    read = hand.works.mail_format.read
    monkeypatch.setattr(hand.works.mail_format, "read", lambda *_: 1 / 0)
    hand.deliver(mail(id="<b@example.com>"))
    hand.fetch()
    monkeypatch.setattr(hand.works.mail_format, "read", read)
    (shown,) = hand.desk.mailbox_admin.connections(ADMIN).apart
    hand.desk.mails_set_apart.retry(ADMIN, shown.id)
    hand.desk.receive_waiting()
    with hand.works.engine.connect() as connection:
        assert connection.execute(sa.select(t.set_apart_address.c.address)).all() == []
