"""Web chat as visitors, advisors and administrators see it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from cx_core.records.chat import ChatSession, ChatWidget
from cx_core.records.values import Record


class Admission(NamedTuple):
    """The widget that a page asks by, if it may, and the session that its visitor's token opens."""

    widget: ChatWidget | None
    session: ChatSession | None


class ChatWelcome(Record):
    """What a widget shows before anybody has written."""

    business: str
    greeting: str
    is_open: bool
    opens_at: datetime | None
    answers_by_itself: bool
    most_bytes: int
    timezone: str
    transcript: bool = False


class ChatOpened(Record):
    """A session that has begun. The token is shown this once."""

    token: str
    known: bool


class VisitorPresence(Record):
    """Whether a visitor still has the chat open."""

    here: bool
    typing: bool
    seen_at: datetime
    ended: bool


class ChatWidgetView(Record):
    """A widget as an administrator sees it. The `audience` of a signed token is the widget's id."""

    widget: ChatWidget
    snippet: str
    sessions: int
    last_message: datetime | None


class TranscriptWords(NamedTuple):
    """What is written around the conversation, in the visitor's language."""

    subject: str
    intro: str
    you: str
    ai: str
    notice: str
