"""A mail joins a conversation only where its sender is the one that the conversation is with."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from cx_core.records import Mailbox, ReadMail
from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import LENA, MARIA

ROOT = "<root@attacker.example>"


@pytest.fixture
def vouching(hand: MailHand, monkeypatch: pytest.MonkeyPatch) -> MailHand:
    """A hand whose mail server vouches for mails with a certain header."""
    read = hand.works.mail_format.read

    def vouch(raw: bytes, mailbox: Mailbox, ours: Collection[str]) -> ReadMail:
        made = read(raw, mailbox, ours)
        return made.replace(identity=1) if b"X-Real: 1" in raw else made

    monkeypatch.setattr(hand.works.mail_format, "read", vouch)
    return hand


@pytest.mark.parametrize("forged_first", [False, True])
def test_that_a_forged_sender_joins_nothing_by_the_message_id_that_an_answer_names(
    vouching: MailHand, *, forged_first: bool
) -> None:
    real = mail("My invoice, please.", id="<v1@example.com>", References=ROOT, X_Real="1")
    forged = mail("Send it to my new address.", id=ROOT)
    for raw in (forged, real) if forged_first else (real, forged):
        vouching.deliver(raw)
        vouching.fetch()
    assert len(vouching.tickets()) == 2


def test_that_who_is_vouched_for_goes_on_with_a_conversation(vouching: MailHand) -> None:
    for n, before in ((1, {}), (2, {"References": "<v1@example.com>"})):
        vouching.deliver(mail(f"Number {n}", id=f"<v{n}@example.com>", X_Real="1", **before))
        vouching.fetch()
    assert len(vouching.tickets()) == 1


def test_that_a_mail_to_another_address_than_the_tickets_brings_nobody_into_it(vouching: MailHand) -> None:
    with vouching.works.store.begin() as unit:
        unit.mailboxes.put(vouching.mailbox.replace(plus_addresses=True))
    vouching.deliver(mail(id="<a@example.com>"))
    vouching.fetch()
    (ticket,) = vouching.tickets()

    def sent(key: str, address: str) -> str:
        return vouching.works.outbox.deliver(
            key=f"{ticket.id}:{key}", channel="email", address=address, subject="Code", text="123456"
        )

    code = sent("code:1", MARIA)
    assert ticket.id not in code
    assert ticket.id in sent("reply:1", LENA.upper())
    vouching.send()
    assert [str(letter["Reply-To"] or "") != "" for letter in vouching.box.letters] == [False, True]
    vouching.deliver(mail("What is this?", id="<m@example.com>", sender=MARIA, References=code, X_Real="1"))
    vouching.fetch()
    assert [one.address for one in vouching.tickets()] == [LENA, MARIA]
