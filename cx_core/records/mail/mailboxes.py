"""A mailbox that Rung fetches from and sends by, how far it was fetched, and each mail that was found in it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import PersonId
from cx_core.records.values import Record

MailSecurity = Literal["tls", "starttls", "none"]
"""tls: from the first byte; starttls: turned to before anything is said; none: only to a server on this machine."""
MailSignIn = Literal["password", "xoauth2"]

ArrivalState = Literal["waiting", "wanted", "taken", "ended", "apart", "discarded", "earlier"]
"""waiting: stored, not read yet; wanted: to be fetched once more; taken: a message of a ticket; ended: a report of a
mail server or a mail of our own, which opens no ticket; apart: could not be taken, a person decides; discarded: it was
apart, and its bytes were dropped; earlier: was in the mailbox before it was connected."""


class MailServer(Record):
    """Where a server is, and how it is spoken to."""

    host: str
    port: int = Field(ge=1, le=65535)
    security: MailSecurity = "tls"


class Mailbox(Record):
    """A mailbox without its secret, which is kept encrypted and apart."""

    id: str
    address: str = Field(description="what replies come from")
    name: str = Field(default="", description="shown beside the address in replies")
    team: str = Field(default="", description="whose queue its tickets begin in; empty: nobody's in particular")
    signature: str = Field(default="", description="below every mail that is sent from here")
    imap: MailServer
    smtp: MailServer
    user: str = Field(description="as both servers know it; mostly the address")
    folder: str = "INBOX"
    sign_in: MailSignIn = "password"
    token_url: str = Field(default="", description="where an access token is refreshed (RFC 6749 section 6)")
    client_id: str = ""
    authserv_id: str = Field(
        default="", description="whose Authentication-Results are believed (RFC 8601); empty: nobody's"
    )
    removes_forged: bool = Field(default=False, description="see `Trust.removes_forged`")
    at_microsoft: bool = Field(default=False, description="see `Trust.at_microsoft`")
    plus_addresses: bool = Field(
        default=False, description="what is sent to name+anything@ arrives here: a second way to know a ticket"
    )
    with_earlier: bool = Field(default=False, description="take also what was there before it was connected")
    active: bool = True
    revision: int = Field(default=0, description="counts its changes: a fetcher begins anew with each")
    by: PersonId
    at: datetime

    @property
    def fetched_from(self) -> tuple[str, str, str]:
        """Server, user and folder: another one of them is another folder."""
        return self.imap.host.lower(), self.user.lower(), self.folder


class MailboxState(Record):
    """How a mailbox is doing. `trouble` is of the last attempt; empty: it went well."""

    mailbox: str
    fetched_at: datetime | None = Field(default=None, description="when all of it had been fetched")
    behind: int = Field(default=0, description="mails that were there and not fetched yet, when last looked")
    trouble: str = ""
    refused: bool = Field(default=False, description="the server refused to sign us in; somebody must mend it")
    since: datetime | None = Field(default=None, description="of the first failure in a row")
    failures: int = Field(default=0, description="in a row")
    token_until: datetime | None = Field(default=None, description="when the access token ends; None: there is none")


class Watermark(Record):
    """How far a mailbox was fetched under one UIDVALIDITY: every mail up to `uid` is on file."""

    mailbox: str
    validity: int
    uid: int = 0
    earlier_to: int = Field(default=0, description="mails up to this UID were there before and are not taken")
    stuck_uid: int = Field(default=0, description="the mail that the server failed to hand over last")
    stuck_tries: int = 0


class ArrivedMail(Record):
    """One mail of a mailbox. Its bytes lie beside it, encrypted, for as long as they are needed."""

    id: int = 0
    mailbox: str
    key: str = Field(description="digest of the Message-ID, or of the header where there is none")
    validity: int
    uid: int
    size: int
    body_digest: str = Field(default="", description="SHA-256 of what follows the header; empty: never fetched")
    state: ArrivalState = "waiting"
    why: str = Field(default="", description="why it is apart or opened no ticket")
    tries: int = 0
    next_try: datetime | None = None
    at: datetime
