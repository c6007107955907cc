"""Messengers as the other side calls them and as the Connections page shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints

from cx_core.records import Record
from cx_core.records.channels.messengers import Messenger, MessengerState, OutgoingMessage

ReceiptState = Literal["sent", "delivered", "read", "failed"]
MOST_FILES = 5
_Id = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,120}$")]


class FileGiven(BaseModel):
    """A file with a message. What is in it decides what it is."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    content: Base64Bytes


class MessageGiven(BaseModel):
    """A customer's message as a messenger hands it over."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    id: _Id
    sender: str = Field(alias="from", min_length=2, max_length=80)
    text: str = Field(default="", max_length=20_000)
    sent_at: AwareDatetime | None = None
    files: tuple[FileGiven, ...] = Field(default=(), max_length=MOST_FILES)


class ReceiptGiven(BaseModel):
    """How far a message of ours has come, as a messenger tells it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    message: _Id = Field(description="the id that it was delivered with")
    state: ReceiptState
    words: str = Field(default="", max_length=500, description="why it failed")
    at: AwareDatetime | None = None


class MessengerForm(Record):
    """What an administrator says of a messenger."""

    name: str
    address: str
    window_hours: int = 24
    vouches: bool = False


class MessengerAdded(Record):
    """A channel that was added, with its secret, which is shown this once."""

    id: str
    secret: str


class MessengerView(Record):
    """A messenger with how it is doing."""

    messenger: Messenger
    state: MessengerState
    messages_url: str
    receipts_url: str
    delivered_at: datetime | None
    queued: int
    put_off: str = Field(description="why what waits could not be delivered yet; empty: nothing was put off")
    refused: tuple[OutgoingMessage, ...] = Field(description="of the last days, newest first")
