"""Which ticket a mail belongs to: by Message-IDs and reply addresses of ours, which nobody else can make.

Both carry a mark over the ticket and the address that our mail went to, so they count only for a mail from there. What
is known by less is never joined: a person is told which ticket it may belong to.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cx_core.ports.sealing import Sealer
from cx_core.records import Bounce, ReadMail, TicketId

ID_MARK, ADDRESS_MARK = 32, 24
"""Hexadecimal digits of a mark that are kept: 128 and 96 bits. Before an address's @ are at most 64 characters."""
LONGEST_LOCAL = 64
MOST_LOOKED_AT = 100
_TICKET = r"[A-Za-z0-9][A-Za-z0-9-]{0,30}"
OUR_ID = re.compile(rf"<({_TICKET})\.([a-z0-9]{{8,40}})\.([0-9a-f]{{{ID_MARK}}})@[^<>\s@]{{1,253}}>", re.I)
_OUR_ADDRESS = re.compile(rf"[^@\s]{{1,64}}\+({_TICKET})\.([0-9a-f]{{{ADDRESS_MARK}}})@[^\s@]{{1,253}}", re.I)
_NUMBER = re.compile(r"(?<![\w-])T-\d{6,12}(?![\w-])", re.I)
_DELIVERED = frozenset(("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to"))

AddressOf = Callable[[TicketId], str | None]
"""The customer's address of a ticket; None where there is no such ticket."""


class MailThread(NamedTuple):
    """Where a mail belongs."""

    ticket: TicketId | None = None
    """That it joins."""
    maybe: TicketId | None = None
    """That it may belong to, where it joins none."""
    held: str = ""
    """Why it does not join that one, for a person."""


class MailThreads:
    """Makes and recognises the marks, with the key that seals are made with."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def message_id(self, ticket: TicketId, recipient: str, domain: str, nonce: str = "") -> str:
        """A Message-ID for a mail of this ticket to this address. The same nonce, of 8 to 40 letters and digits, gives
        the same id: a mail that is sent again keeps its own. Raises AuditUnavailable."""
        nonce = nonce or secrets.token_hex(6)
        made = f"<{ticket}.{nonce}.{self._id_mark(ticket, recipient, nonce)}@{domain}>"
        if not OUR_ID.fullmatch(made):
            raise ValueError("a Message-ID of ours has a ticket, a nonce of 8 to 40 letters and digits, and a domain")
        return made

    def reply_address(self, mailbox: str, ticket: TicketId, recipient: str) -> str:
        """The mailbox's address and the ticket behind a plus; empty where too long. Raises AuditUnavailable."""
        local, _, domain = mailbox.rpartition("@")
        extended = f"{local}+{ticket}.{self._address_mark(ticket, recipient)}"
        return f"{extended}@{domain}" if local and len(extended) <= LONGEST_LOCAL else ""

    def ticket_of(self, references: Sequence[str], recipients: Sequence[str], sender: str) -> TicketId | None:
        """The ticket that a mail from this sender answers, by a mark of ours for exactly this sender; the id that is
        answered last counts first. Raises AuditUnavailable."""
        if not _comparable(sender):
            return None
        for ticket, nonce, mark in _marked_ids(references):
            if _same(self._id_mark(ticket, sender, nonce), mark):
                return ticket
        for ticket, mark in _marked_addresses(recipients):
            if _same(self._address_mark(ticket, sender), mark):
                return ticket
        return None

    def ticket_of_bounce(self, bounce: Bounce) -> TicketId | None:
        """The ticket of our mail that did not arrive; None where the report does not name a Message-ID that we made
        for this recipient, and so proves nothing. Raises AuditUnavailable."""
        for address in (bounce.sent_to, bounce.recipient):
            if found := self.ticket_of([bounce.message_id], [], address):
                return found
        return None

    def thread_of(self, mail: ReadMail, address_of: AddressOf, *, forwarded: bool) -> MailThread:
        """Where a mail belongs. `forwarded`: its subject says so (`mail_headers.handed_on`), and a number there was
        written by somebody else. Raises AuditUnavailable."""
        sender, recipients = mail.sender.address, _recipients(mail)
        found = self.ticket_of(mail.references, recipients, sender)
        if found and (address := address_of(found)) is not None:
            if _bare(address) == _bare(sender):
                return MailThread(found)
            return MailThread(None, found, f"It answers a mail of {found} that went to another address than its own.")
        named = [ticket for ticket, _, _ in _marked_ids(mail.references)]
        named += [ticket for ticket, _ in _marked_addresses(recipients)]
        if maybe := next((ticket for ticket in named if address_of(ticket) is not None), None):
            return MailThread(None, maybe, f"It refers to {maybe}, but not as an answer from the address we wrote to.")
        return _by_number(mail, address_of, forwarded)

    def _id_mark(self, ticket: str, address: str, nonce: str) -> str:
        return self._sealer.mark(f"mail id\n{ticket}\n{_bare(address)}\n{nonce.lower()}")[:ID_MARK]

    def _address_mark(self, ticket: str, address: str) -> str:
        return self._sealer.mark(f"mail address\n{ticket}\n{_bare(address)}")[:ADDRESS_MARK]


def looks_ours(message_id: str) -> bool:
    """Whether an id has the form of ours. Anybody can write one: it makes a mail a program's, and never joins it."""
    return OUR_ID.fullmatch(message_id.strip()) is not None and _NUMBER.match(message_id.strip()[1:]) is not None


def _by_number(mail: ReadMail, address_of: AddressOf, forwarded: bool) -> MailThread:
    numbers = list(dict.fromkeys(TicketId(found.upper()) for found in _NUMBER.findall(mail.subject)[:5]))
    known = {number: address for number in numbers if (address := address_of(number)) is not None}
    if not known:
        return MailThread()
    ticket, address = next(iter(known.items()))
    if len(known) > 1:
        return MailThread(None, ticket, f"Its subject names {len(known)} tickets.")
    if forwarded:
        return MailThread(None, ticket, f"Its subject names {ticket}, but it is a forwarded mail.")
    if not _comparable(mail.sender.address) or _bare(mail.sender.address) != _bare(address):
        return MailThread(None, ticket, f"Its subject names {ticket}, but it comes from another address.")
    if mail.identity < 1:
        return MailThread(None, ticket, f"Its subject names {ticket}, but nothing vouches for the sender.")
    return MailThread(ticket)


def _recipients(mail: ReadMail) -> list[str]:
    delivered = [value.strip(" <>") for name, value in mail.headers if name.strip().casefold() in _DELIVERED]
    return [*(party.address for party in (*mail.to, *mail.cc)), *delivered][:MOST_LOOKED_AT]


def _marked_ids(references: Sequence[str]) -> Iterator[tuple[TicketId, str, str]]:
    """Ticket, nonce and mark of each id that looks like ours, the last first."""
    for id in list(references)[::-1][:MOST_LOOKED_AT]:
        if found := OUR_ID.fullmatch(id.strip()):
            yield _ticket(found[1]), found[2].lower(), found[3].lower()


def _marked_addresses(recipients: Sequence[str]) -> Iterator[tuple[TicketId, str]]:
    for address in list(recipients)[:MOST_LOOKED_AT]:
        if found := _OUR_ADDRESS.fullmatch(address.strip()):
            yield _ticket(found[1]), found[2].lower()


def _ticket(written: str) -> TicketId:
    """Some mail programs write addresses in small letters."""
    return TicketId(written.upper() if _NUMBER.fullmatch(written) else written)


def _comparable(address: str) -> bool:
    """Whether an address is one that looks like no other: plain letters, one @."""
    return address.isascii() and address.isprintable() and address.count("@") == 1 and " " not in address.strip()


def _bare(address: str) -> str:
    return address.strip().lower()


def _same(made: str, given: str) -> bool:
    return hmac.compare_digest(made.encode(), given.encode())
