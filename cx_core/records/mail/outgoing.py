"""A mail on its way to a customer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import TicketId
from cx_core.records.values import Record

SendingState = Literal["queued", "sent", "delivered", "bounced", "refused"]
"""queued: kept, and tried until a server takes it; sent: a server took it, which is not delivered; delivered: the
recipient's server said so; bounced: it was reported as not delivered; refused: no server took it."""


class OutgoingMail(Record):
    """One mail of a ticket, under the key that makes it go out once. Its bytes lie beside it, encrypted."""

    key: str
    ticket: TicketId
    mailbox: str
    address: str
    message_id: str = Field(description="in angle brackets, as it stands in the mail")
    exact: str = Field(description="digest of recipient, text and files: the same key carries nothing else")
    automatic: bool = Field(default=False, description="no person sent it")
    state: SendingState = "queued"
    words: str = Field(default="", description="of the server that refused, put off or reported it")
    tries: int = 0
    next_try: datetime | None = None
    at: datetime
    settled_at: datetime | None = None
