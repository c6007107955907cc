"""Web chat: a widget on somebody's site, a visitor's session with it, and what the visitor was sent, in order."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from cx_core.records.ids import MessageId, PersonId, TicketId
from cx_core.records.messages import Identity
from cx_core.records.values import Record

HostAlgorithm = Literal["", "HS256", "ES256"]
"""How a host site signs who its visitor is (RFC 7518 section 3.1); empty: it does not."""

ChatEventKind = Literal["message", "state", "rating"]
ChatPhase = Literal["", "reading", "waiting", "answered", "solved", "closed"]
"""reading: the copilot looks at it and may answer; waiting: people answer; closed: a new message opens a new ticket."""


class ChatWidget(Record):
    """What is embedded by one script tag. A secret that its host site signs with lies in the key store."""

    id: str
    name: str = Field(description="for administrators")
    origins: tuple[str, ...] = Field(description="pages of these origins may use it, as https://shop.example")
    greeting: str = ""
    active: bool = True
    signed_by: HostAlgorithm = ""
    public_key: str = Field(default="", description="of the host site, in PEM; for ES256 only")
    trouble: str = Field(default="", description="why a token of the host site was last refused")
    trouble_at: datetime | None = None
    by: PersonId
    at: datetime


class ChatSession(Record):
    """One visitor's conversation by a widget. Of the token that opens it only a digest is kept."""

    id: str
    widget: str
    thread: str = Field(description="the channel's name of the conversation; its tickets carry it")
    address: str = Field(description="as tickets carry it: from a signed token, claimed, or made up")
    identity: Identity = 0
    language: str = "en"
    at: datetime
    seen_at: datetime = Field(description="when its stream was last open")
    ended: bool = False
    transcript_to: str = Field(default="", description="the one address that its transcript was sent to")


class ChatState(Record):
    """Where a conversation stands, as its visitor is told."""

    phase: ChatPhase = ""
    by: datetime | None = Field(default=None, description="when an answer is due")
    colleague: str = Field(default="", description="first name of the person who has it")
    asked_person: bool = False


class ChatEvent(Record):
    """One thing that a visitor was sent. Numbers count up by one within a session, so that none can be missed."""

    session: str
    number: int
    kind: ChatEventKind
    ticket: TicketId | None = None
    message: MessageId | None = Field(default=None, description="its words are those of this message, if on file")
    body: dict[str, Any] = Field(default_factory=dict)
    at: datetime
