"""Mailboxes as the Connections page shows them, and what is asked to connect one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import Field

from cx_core.records import Mailbox, MailboxState, MessageId, Record, SendingState, TicketId
from cx_core.records.channels.messengers import ReplyTemplate
from cx_core.records.mail import MailSecurity, MailSignIn


class MailboxForm(Record):
    """What an administrator says of a mailbox. The secret is apart, see `ports.mailboxes.MailboxSecret`."""

    address: str
    name: str = ""
    team: str = ""
    signature: str = ""
    imap_host: str
    imap_port: int = 993
    imap_security: MailSecurity = "tls"
    smtp_host: str
    smtp_port: int = 465
    smtp_security: MailSecurity = "tls"
    user: str = Field(default="", description="empty: the address")
    folder: str = "INBOX"
    sign_in: MailSignIn = "password"
    token_url: str = ""
    client_id: str = ""
    authserv_id: str = ""
    removes_forged: bool = False
    at_microsoft: bool = False
    plus_addresses: bool = False
    with_earlier: bool = False


class SecretForm(NamedTuple):
    """What signs in; empty: as it is kept."""

    password: str = ""
    refresh_token: str = ""
    client_secret: str = ""

    def __repr__(self) -> str:
        return "SecretForm()"


class MailboxView(Record):
    """A mailbox with how it is doing."""

    mailbox: Mailbox
    state: MailboxState
    waiting: int = Field(description="mails that are stored and not read yet")
    queued: int = Field(description="mails that wait to be sent")
    apart: int
    token_ended: bool = Field(default=False, description="the access token has ended, and there is no other yet")


class SetApart(Record):
    """A mail that could not be taken. What it says of itself is whoever sent it's word."""

    id: int
    mailbox: str = Field(description="its address")
    sender: str
    subject: str
    size: int
    why: str
    at: datetime
    on_file: bool = Field(default=False, description="its bytes are here; else it was never fetched whole")


class FailedMail(Record):
    """A mail of ours that did not arrive."""

    key: str
    ticket: TicketId
    address: str
    state: SendingState
    words: str
    at: datetime
    can_retry: bool


class MailConnections(Record):
    """All mailboxes and what needs a person."""

    mailboxes: tuple[MailboxView, ...] = ()
    apart: tuple[SetApart, ...] = ()
    failed: tuple[FailedMail, ...] = ()
    teams: tuple[str, ...] = ()


class MailboxTried(Record):
    """What came of trying a mailbox out."""

    good: bool
    lines: tuple[str, ...]


class SendingShown(Record):
    """How far a reply has come, as the conversation tells it."""

    state: SendingState
    words: str = ""
    at: datetime | None = Field(default=None, description="since when; None: it is on its way")
    next_try: datetime | None = None
    key: str
    can_retry: bool = False


class WayOut(Record):
    """What is known of a ticket's channel, before and after something is sent by it."""

    sends: Literal["text", "template", "nothing"] = Field(default="text", description="what may be sent now")
    why: str = Field(default="", description="what to know before sending; empty: nothing")
    templates: tuple[ReplyTemplate, ...] = Field(default=(), description="that may be sent where free text may not")
    until: datetime | None = Field(default=None, description="when free text ends; None: it does not")
    files: bool = Field(default=True, description="whether it carries files")
    sendings: dict[MessageId, SendingShown] = Field(
        default_factory=dict, description="of what went out by a queue, how far each has come"
    )
