"""What mail servers answer, as some do and a test's ordinary server does not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

import pytest

from cx_core.adapters.mailbox.access import MailboxSignIn
from cx_core.adapters.mailbox.imap_folder import opened
from cx_core.records import Mailbox, MailServer, OutgoingMail
from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import LENA

MANY = 250_000


@contextmanager
def speaking(speak: Callable[[BinaryIO], None]) -> Iterator[int]:
    """A server that speaks so to everybody; its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                speak(cast(BinaryIO, connection.makefile("rwb", 0)))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def smtp(mail_from: bytes, goodbye: bytes) -> Callable[[BinaryIO], None]:
    """An SMTP server that takes a mail if it takes its sender."""

    def speak(stream: BinaryIO) -> None:
        stream.write(b"220 hello\r\n")
        for line in stream:
            word = line[:4].upper()
            answers = {b"EHLO": b"250-here\r\n250 8BITMIME", b"MAIL": mail_from, b"DATA": b"354 go", b"QUIT": goodbye}
            stream.write(answers.get(word, b"250 ok") + b"\r\n")
            if word == b"DATA":
                while stream.readline() not in (b".\r\n", b""):
                    continue
                stream.write(b"250 queued\r\n")
            elif word == b"QUIT":
                return

    return speak


def sent_by(hand: MailHand, port: int) -> tuple[Mailbox, OutgoingMail]:
    """What became of a reply that left by this server."""
    box = hand.connect(smtp=MailServer(host="127.0.0.1", port=port, security="none"))
    hand.server.deliver([mail(id="<a@example.com>")], box.address)
    hand.fetch(box)
    (ticket,) = hand.tickets()
    hand.works.outbox.deliver(key=f"{ticket.id}:reply:1", channel="email", address=LENA, subject="s", text="t")
    hand.send()
    with hand.works.store.look() as unit:
        found = unit.outgoing_mail.get(f"{ticket.id}:reply:1")
    assert found is not None
    return box, found


@pytest.mark.parametrize("goodbye", [b"421 4.4.2 closing", b"500 what?", b"", b"nonsense"])
def test_that_a_mail_that_a_server_took_is_sent_whatever_it_says_at_the_end(hand: MailHand, goodbye: bytes) -> None:
    with speaking(smtp(b"250 ok", goodbye)) as port:
        _, found = sent_by(hand, port)
    assert (found.state, found.tries) == ("sent", 1)


@pytest.mark.parametrize("answer", [b"552 5.3.4 Message size exceeds fixed limit", b"554 5.3.4 too big", b"552 no"])
def test_that_a_mail_that_is_too_large_is_not_the_mailboxs_fault(hand: MailHand, answer: bytes) -> None:
    with speaking(smtp(answer, b"221 bye")) as port:
        box, found = sent_by(hand, port)
    assert (found.state, found.words) == ("refused", answer.decode())
    with hand.works.store.look() as unit:
        assert (unit.mailboxes.state(box.id).trouble, unit.mailboxes.state(box.id).refused) == ("", False)


def imap(stream: BinaryIO) -> None:
    """An IMAP server with a large folder."""
    stream.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
    for line in stream:
        tag, command, *more = line.split()
        if command.upper() in (b"SELECT", b"EXAMINE"):
            stream.write(b"* %d EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT %d] x\r\n" % (MANY, MANY + 1))
        elif command.upper() == b"CAPABILITY":
            stream.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif command.upper() == b"UID":
            low, _, high = more[-1].replace(b"*", b"%d" % MANY).partition(b":")
            stream.write(b"* SEARCH " + b" ".join(b"%d" % n for n in range(int(low), int(high or low) + 1)) + b"\r\n")
        stream.write(tag + b" OK done\r\n")


def test_that_a_folder_of_very_many_mails_is_gone_through(hand: MailHand) -> None:
    with speaking(imap) as port:
        box = hand.mailbox.replace(imap=MailServer(host="127.0.0.1", port=port, security="none"))
        terms = hand.works.mail_servers._terms  # type: ignore[attr-defined]
        with opened(box, MailboxSignIn("u", "p", token=False), terms, 1_000) as folder:
            assert (folder.count_after(0), folder.count_after(MANY - 2)) == (MANY, 2)
            assert (folder.next_after(0), folder.next_after(120_000), folder.next_after(MANY)) == (1, 120_001, None)
