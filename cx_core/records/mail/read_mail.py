"""A mail as it was read: who wrote, what was said, what it answers, and what the mailbox vouches for."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records.messages import File, Identity
from cx_core.records.values import Record


class MailParty(Record):
    """A sender or recipient."""

    address: str = Field(description="bare: name@example.com; empty where the header names nobody")
    name: str = ""


class Bounce(Record):
    """What a mail server reports of a mail of ours (RFC 3464): mostly that it did not arrive."""

    message_id: str = Field(description="of the mail that it is about, in angle brackets; empty: not said")
    recipient: str = ""
    permanent: bool = Field(description="False: the server still tries, or it may work later; or nothing failed")
    delivered: bool = Field(default=False, description="the recipient's own server took it; passed on is not delivered")
    status: str = Field(default="", description="enhanced status code, as 5.1.1 (RFC 3463)")
    words: str = Field(description="the server's own words, one line")
    sent_to: str = Field(
        default="",
        description="to whom the returned headers say our mail went; the recipient's server may name another",
    )


class ReadMail(Record):
    """One mail, read once. Everything in it is data of whoever sent it."""

    message_id: str = Field(description="in angle brackets; one made from the digest where the mail has none")
    digest: str = Field(description="SHA-256 of the mail as it came, in hexadecimal")
    sender: MailParty
    reply_to: tuple[MailParty, ...] = ()
    to: tuple[MailParty, ...] = ()
    cc: tuple[MailParty, ...] = ()
    subject: str = ""
    sent_at: datetime | None = Field(default=None, description="as the sender says; None: not said, or no date")
    text: str = Field(description="the words as plain text; of HTML the text, with the address of each link named")
    html: str = Field(default="", description="sanitised; empty where the mail has none")
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = Field(default=(), description="ids that it refers to, the one it answers last")
    identity: Identity = 0
    vouched: str = Field(default="", description="in a few words, why the identity is what it is")
    by_program: str = Field(default="", description="what shows that a program sent it; empty: nothing does")
    bounce: Bounce | None = None
    notes: tuple[str, ...] = Field(default=(), description="what was left out or assumed when it was read, for people")


class Trust(Record):
    """What is known of the server that receives our mail, and which addresses are our own."""

    authserv_id: str = Field(
        default="", description="how it names itself in Authentication-Results (RFC 8601); empty: nobody is vouched for"
    )
    removes_forged: bool = Field(
        default=False,
        description="it removes results that mails bring along under its name (RFC 8601, 5), as mx.google.com does; "
        "else only results above the Received header of its own count",
    )
    at_microsoft: bool = Field(
        default=False, description="it is Exchange Online, which does not name itself in its results; no other counts"
    )
    own_addresses: tuple[str, ...] = Field(default=(), description="of our mailboxes, bare")
    own_domains: tuple[str, ...] = Field(default=(), description="from which no customer writes")
