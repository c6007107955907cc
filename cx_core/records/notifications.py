"""What is told outside Rung, to whom and how."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import PersonId
from cx_core.records.values import Record

NotificationEvent = Literal[
    "escalated",
    "returned",
    "by_hand",
    "transferred",
    "mention",
    "reopened",
    "low_rating",
    "switched",
    "came_down",
    "paused",
    "raise_proposed",
    "model_trouble",
    "tool_stopped",
    "backlog",
    "second_wanted",
    "decision_wanted",
    "created",
    "message_added",
    "status_changed",
    "reply_sent",
    "approval_wanted",
]
"""What can be told outside Rung, by e-mail or webhook."""
NotificationWay = Literal["email", "webhook"]


class Subscription(Record):
    """Which events go where. `target` is a web address, an e-mail address, or "account:" and a person's id."""

    id: str
    events: tuple[NotificationEvent, ...]
    way: NotificationWay
    target: str
    person: PersonId = Field(description="who made it")
    active: bool = True
    at: datetime


class Notification(Record):
    """One event on its way to one subscription."""

    id: int
    subscription: str
    event: NotificationEvent
    ticket: str = Field(default="", description="webhooks of one ticket go out one after the other; empty: of none")
    body: dict[str, str | int | float | bool | None] = Field(description="ids and figures, never a customer's words")
    at: datetime
    tries: int = 0
    next_try: datetime | None = Field(default=None, description="None: sent, or given up")
    sent_at: datetime | None = None
    trouble: str = Field(default="", description="why the last try failed")
