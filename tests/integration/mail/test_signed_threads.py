"""A mail of ours and the answer to it, with the keys that Rung keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cx_core.adapters.keys.hmac_seals import KeyedSealer
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.mail.mail_reading import read_mail
from cx_core.adapters.mail.mail_writing import MailToSend, written
from cx_core.records import TicketId, Trust
from cx_core.service_rules.mail_threads import MailThreads
from tests.mail_samples import mail

TICKET = TicketId("T-123456789")


def test_that_an_answer_to_what_was_written_joins_also_after_a_restart(tmp_path: Path) -> None:
    keys = f"sqlite:///{tmp_path / 'keys.db'}"
    before = MailThreads(KeyedSealer(KeyStore(keys)))
    sent = read_mail(
        written(
            MailToSend(
                mailbox="care@desk.example",
                recipient="jo@shop.example",
                subject="Your order",
                text="Dear Jo",
                message_id=before.message_id(TICKET, "jo@shop.example", "desk.example"),
                reply_to=before.reply_address("care@desk.example", TICKET, "jo@shop.example"),
                at=datetime(2026, 11, 2, tzinfo=UTC),
            )
        ),
        Trust(),
    )
    by_id = f"From: Jo <jo@shop.example>\nTo: care@desk.example\nIn-Reply-To: {sent.message_id}\n\nThanks\n"
    by_address = f"From: Jo <jo@shop.example>\nTo: {sent.reply_to[0].address}\n\nThanks\n"
    bounced = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@far.example\nX-Failed-Recipients: jo@shop.example\n\n"
        f"550 5.1.1 unknown\n\nMessage-ID: {sent.message_id}\n"
    )
    after = MailThreads(KeyedSealer(KeyStore(keys)))
    for answer in (by_id, by_address):
        found = read_mail(mail(answer), Trust())
        assert after.thread_of(found, {TICKET: "jo@shop.example"}.get, forwarded=False).ticket == TICKET
    bounce = read_mail(mail(bounced), Trust()).bounce
    assert bounce is not None
    assert after.ticket_of_bounce(bounce) == TICKET
