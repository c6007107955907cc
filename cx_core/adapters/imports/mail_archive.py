"""Mails of an mbox, read as live mail is, each a message that joins its conversation by References and In-Reply-To."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from cx_core.adapters.imports.record_fields import RowError
from cx_core.adapters.mail.mail_reading import read_mail
from cx_core.errors import UnreadableMail
from cx_core.records import ReadMail, Trust
from cx_core.records.imports import LONGEST_BODY, ImportedMessage, ImportedTicket

MOST_MAIL = 40_000_000
_FROM = re.compile(rb"From \S+.*\d{4}\s*$|From - ")
"""The line before a mail: who and when. "From here on" in a text is none."""
_ESCAPED = re.compile(rb"^>(>*From )", re.M)


def mails(source: BinaryIO) -> Iterator[bytes | None]:
    """The bytes of each mail; None for one that is too long."""
    begun, size = list[bytes](), 0
    empty, started = True, False
    while raw := source.readline(1 << 20):
        if empty and _FROM.match(raw):
            if started:
                yield _whole(begun, size)
            begun, size, started = [], 0, True
        elif started:
            size += len(raw)
            begun += [raw] if size <= MOST_MAIL else []
        empty = raw in (b"\n", b"\r\n")
    if started:
        yield _whole(begun, size)


def _whole(lines: Sequence[bytes], size: int) -> bytes | None:
    return _ESCAPED.sub(rb"\1", b"".join(lines)) if size <= MOST_MAIL else None


def ticket(raw: bytes, ours: Sequence[str]) -> ImportedTicket:
    """`ours`: our own addresses and domains, whose mails are answers. Raises RowError."""
    trust = Trust(
        own_addresses=tuple(one for one in ours if "@" in one), own_domains=tuple(one for one in ours if "@" not in one)
    )
    try:
        mail = read_mail(raw, trust)
    except UnreadableMail as error:
        raise RowError(str(error)) from error
    return _ticket(mail, trust)


def _ticket(mail: ReadMail, trust: Trust) -> ImportedTicket:
    from_us = _is_ours(mail.sender.address, trust)
    if mail.bounce is not None:
        raise RowError("it is a report of a mail server")
    if mail.by_program and not from_us:
        raise RowError("a program sent it: nobody asks for anything")
    other = next((one for one in (*mail.to, *mail.cc) if not _is_ours(one.address, trust)), None)
    who = other if from_us else mail.sender
    if who is None or not who.address:
        raise RowError("it is from us to us, or names nobody")
    if mail.sent_at is None:
        raise RowError("it has no date")
    if not mail.text.strip():
        raise RowError("it has no words")
    left = [f"mail: {note}" for note in mail.notes]
    if len(mail.text) > LONGEST_BODY:
        left.append("it was cut, as it is very long")
    message = ImportedMessage(
        id=mail.message_id[:1_000],
        sender="advisor" if from_us else "customer",
        author=mail.sender.name[:120],
        text=mail.text[:LONGEST_BODY],
        at=mail.sent_at,
        files=tuple(one.name[:200] for one in mail.files)[:50],
    )
    return ImportedTicket(
        system="mbox",
        key=mail.message_id[:1_000],
        also=tuple(dict.fromkeys(one[:1_000] for one in mail.references))[-100:],
        subject=mail.subject[:500],
        status="closed",
        address=who.address[:320],
        name=who.name[:120],
        opened_at=mail.sent_at,
        updated_at=mail.sent_at,
        solved_at=mail.sent_at,
        messages=(message,),
        left_out=tuple(left),
    )


def _is_ours(address: str, trust: Trust) -> bool:
    small = address.lower()
    domain = small.rpartition("@")[2]
    return small in trust.own_addresses or any(
        domain == one or domain.endswith(f".{one}") for one in trust.own_domains if one
    )
