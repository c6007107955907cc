"""What comes in by a channel, and what was said and sent in a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from cx_core.records.ids import AttachmentId, MessageId, PersonId, TicketId
from cx_core.records.values import Record

Channel = Literal["email", "chat", "web", "messenger"]
CONVERSATIONS: tuple[Channel, ...] = ("chat", "messenger")
"""Channels in which people write to and fro, and no letters."""
Sender = Literal["customer", "advisor", "copilot"]
Purpose = Literal["", "code", "consent"]
"""code: about a one-time code; consent: a step put to the customer, and their yes to it. Neither is read as a wish."""


def _whole_number(value: object) -> object:
    """Refuse what only equals 0, 1 or 2: `true` from a channel vouches for nobody."""
    if type(value) is not int:
        raise ValueError("write 0, 1 or 2")
    return value


Identity = Annotated[Literal[0, 1, 2], BeforeValidator(_whole_number)]
"""How well a channel knows who wrote: see `IDENTITIES`."""

IDENTITIES = ("only claimed", "vouched for by the channel", "confirmed by a code")
"""How well we know who wrote, in words: 0, 1, 2."""


class File(Record):
    """A file in somebody's hand, in full. What a channel or browser says about its type is not asked for."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    name: str
    content: bytes
    media_type: str = Field(default="", description="as found by looking into it; empty before that")


class Inbound(Record):
    """One message as a channel hands it over, every channel alike."""

    id: MessageId = Field(description="the channel's own id; a repeated id is the same message")
    channel: Channel
    address: str = Field(description="who wrote: e-mail address or customer id, as the channel says")
    identity: Identity = 0
    subject: str = ""
    text: str
    received_at: datetime
    thread: str = Field(default="", description="the channel's conversation, if it knows one")
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = Field(
        default=(),
        description="of a mail, as they came: they tell a program from a person, and what an answer refers to",
    )
    answers: TicketId | None = Field(default=None, description="the ticket that the channel proved it goes on with")
    may_belong: TicketId | None = Field(default=None, description="the ticket that it may go on with; a person decides")
    held: str = Field(default="", description="why it does not go on with that one by itself")
    mailbox: str = Field(default="", description="of a mail, the mailbox that it came by; a reply goes from there")
    team: str = Field(default="", description="whose queue a new ticket begins in; empty: nobody's in particular")
    also_to: tuple[str, ...] = Field(default=(), description="of a mail, who else got it")
    test: bool = Field(default=False, description="an administrator wrote it to try the desk: replies stay in Rung")
    reply_to: tuple[str, ...] = Field(default=(), description="of a mail, other addresses that it asks to answer at")


class Message(Record):
    """One message of a ticket."""

    id: MessageId
    ticket: TicketId
    sender: Sender
    text: str
    at: datetime
    identity: int = 0
    author: str = Field(default="", description="name of the advisor who sent it")
    by_program: str = Field(default="", description="what shows that a program sent it; empty: nothing does")
    refers: str = Field(default="", description="of a mail: what an answer's References say, the mail itself last")
    channel: Channel | None = Field(
        default=None, description="of one that was merged into its ticket; None: the ticket's"
    )
    purpose: Purpose = Field(default="", description="what it is for, where it says nothing about the matter itself")
    also_to: str = Field(default="", description="of a mail, the addresses of others who got it, by commas")
    reply_to: str = Field(
        default="", description="of a mail, other addresses that it asks to answer at, by commas; nothing goes there"
    )


class Attachment(Record):
    """A file with a message, or one that was not kept. Its bytes lie apart, see `ports.Files`."""

    id: AttachmentId
    ticket: TicketId
    message: MessageId | None = Field(description="None: with the draft, not sent yet")
    name: str
    media_type: str = ""
    size: int = Field(description="in bytes")
    sha256: str = Field(default="", description="of the bytes as they came")
    person: PersonId | None = Field(default=None, description="who attached it; None: the customer")
    trouble: str = Field(default="", description="why it was not kept; empty if it was")
    at: datetime

    @property
    def is_picture(self) -> bool:
        """Pictures have a preview, made anew from what is seen in them."""
        return self.media_type.startswith("image/")
