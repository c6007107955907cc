"""A mailbox that is changed, removed or connected again loses neither mails nor secrets."""

from __future__ import annotations

import json

import pytest

from cx_core.adapters.mailbox.imap_folder import ImapFolder
from cx_core.desk.channels.mailbox_form import form_of
from cx_core.errors import MailboxRefused
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import Mailbox, Role
from cx_core.views import Refusal
from cx_core.views.channels.mailboxes import MailboxTried, SecretForm
from tests.integration.mail.mail_hand import MailHand, mail
from tests.mail_servers import PASSWORD
from tests.scripted import MARIA, person

ADMIN = person(Role.ADMINISTRATOR, "Ina Root")


def changed(hand: MailHand, box: Mailbox, **new: object) -> Mailbox:
    """As an administrator changes it; the secret stays."""
    made = hand.desk.mailbox_admin.change(ADMIN, box.id, form_of(box).model_copy(update=new), SecretForm())
    assert not isinstance(made, Refusal)
    with hand.works.store.look() as unit:
        found = unit.mailboxes.get(box.id)
    assert found is not None
    return found


@pytest.mark.parametrize("with_earlier", [False, True])
def test_that_a_mailbox_of_another_user_begins_anew(
    hand: MailHand, monkeypatch: pytest.MonkeyPatch, *, with_earlier: bool
) -> None:
    monkeypatch.setattr(ImapFolder, "validity", property(lambda _: 1))  # as many servers number every folder
    hand.deliver(*(mail(id=f"<a{n}@example.com>") for n in range(3)))
    hand.fetch()
    other = hand.connect()
    hand.server.deliver([mail(id="<old@example.com>", sender=MARIA)], other.address)
    hand.desk.mailbox_admin.remove(ADMIN, other.id)
    now = changed(hand, hand.mailbox, user=other.user, with_earlier=with_earlier)
    hand.fetch(now)
    hand.server.deliver([mail(id="<new@example.com>", sender=MARIA)], other.address)
    hand.fetch(now)
    assert [one.state for one in hand.arrived()[3:]] == ["taken" if with_earlier else "earlier", "taken"]


def test_that_another_signature_leaves_a_mailbox_as_far_as_it_was_fetched(hand: MailHand) -> None:
    hand.deliver(mail(id="<a@example.com>"))
    hand.fetch()
    assert hand.fetch(changed(hand, hand.mailbox, signature="Bye", with_earlier=False)) == 0
    hand.deliver(mail(id="<b@example.com>"))
    assert hand.fetch() == 1


def test_that_tickets_of_a_mailbox_that_is_connected_again_can_be_answered(hand: MailHand) -> None:
    hand.deliver(mail(id="<a@example.com>"))
    hand.fetch()
    (ticket,) = hand.tickets()
    channel = hand.works.channels[0]
    hand.desk.mailbox_admin.remove(ADMIN, hand.mailbox.id)
    assert channel.may_send(ticket).what == "nothing"
    again = hand.connect(address=hand.mailbox.address, user=hand.mailbox.user)
    assert channel.may_send(ticket).what == "text"
    hand.approve(ticket.id)
    hand.send()
    (letter,) = [one for one in hand.box.letters if one["To"] == ticket.address]
    assert hand.mailbox.address in letter["From"]
    hand.server.deliver([mail("Thanks!", id="<b@example.com>", References=str(letter["Message-ID"]))], again.address)
    hand.fetch(again)
    assert [one.mailbox for one in hand.tickets()] == [again.id]


def test_that_a_new_secret_leaves_the_other_one_as_it_is_kept(hand: MailHand) -> None:
    service, works = hand.desk.mailbox_admin, hand.works
    box = hand.connect(sign_in="xoauth2", token_url="http://127.0.0.1:1/", client_id="c")

    def kept() -> dict[str, str]:
        with works.store.look() as unit:
            sealed = unit.mailboxes.secret(box.id) or b""
        return dict(json.loads(works.vault.unseal(sealed, f"mailbox:{box.id}") or b"{}"))

    with works.store.begin() as unit:
        old = MailboxSecret(refresh_token="old", client_secret="cs")
        unit.mailboxes.put_secret(box.id, works.mail_servers.keep_secret(box, old))
    service.change(ADMIN, box.id, form_of(box), SecretForm(refresh_token="new"))
    assert kept() == {"refresh_token": "new", "client_secret": "cs"}
    service.change(ADMIN, box.id, form_of(box), SecretForm(client_secret="cs2"))
    assert kept() == {"refresh_token": "new", "client_secret": "cs2"}
    elsewhere = form_of(box).model_copy(update={"token_url": "http://127.0.0.1:2/"})
    assert isinstance(service.change(ADMIN, box.id, elsewhere, SecretForm(client_secret="x")), Refusal)


def test_that_a_password_with_other_letters_is_told_and_named_nowhere(hand: MailHand) -> None:
    tried = hand.desk.mailbox_admin.change(ADMIN, hand.mailbox.id, form_of(hand.mailbox), SecretForm("pässwört"))
    assert not isinstance(tried, Refusal)
    assert (tried.good, "letters" in tried.lines[0]) == (False, True)
    with pytest.raises(MailboxRefused, match="letters") as refused:
        hand.fetch()
    shown = refused.value
    assert (shown.__cause__, "pässwört" in f"{shown!r}") == (None, False)


def test_that_a_mailbox_that_could_not_be_tried_does_not_stay(hand: MailHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand.works.mail_servers, "try_out", lambda _: 1 / 0)
    form = form_of(hand.mailbox).model_copy(update={"address": "new@rung.example", "user": "new@rung.example"})
    with pytest.raises(ZeroDivisionError):
        hand.desk.mailbox_admin.connect(ADMIN, form, SecretForm(password=PASSWORD))
    shown = hand.desk.mailbox_admin.connections(ADMIN).mailboxes
    assert [one.mailbox.id for one in shown] == [hand.mailbox.id]


def test_that_a_mailbox_that_waited_for_a_good_test_begins_by_itself(hand: MailHand) -> None:
    service, box = hand.desk.mailbox_admin, hand.mailbox
    right = form_of(box)
    service.remove(ADMIN, box.id)
    wrong = right.model_copy(update={"smtp_port": 1})
    tried = service.connect(ADMIN, wrong, SecretForm(password=PASSWORD))
    assert isinstance(tried, MailboxTried)
    assert not tried.good
    (made,) = [one.mailbox for one in service.connections(ADMIN).mailboxes]
    assert not made.active
    assert changed(hand, made, smtp_port=right.smtp_port).active


def test_that_a_mailbox_that_a_person_paused_stays_so_whatever_a_test_says(hand: MailHand) -> None:
    hand.fetch()
    hand.desk.mailbox_admin.pause(ADMIN, hand.mailbox.id)
    tried = hand.desk.mailbox_admin.try_out(ADMIN, hand.mailbox.id)
    assert isinstance(tried, MailboxTried)
    assert tried.good
    (shown,) = hand.desk.mailbox_admin.connections(ADMIN).mailboxes
    assert not shown.mailbox.active
