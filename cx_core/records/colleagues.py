"""What colleagues tell each other about a ticket, and about the copilot's work."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from cx_core.records.ids import PersonId, TicketId
from cx_core.records.values import Record

CallbackState = Literal["scheduled", "done", "cancelled"]


class Note(Record):
    """What a colleague wrote about a ticket, for colleagues. `mentions` were told."""

    id: str
    ticket: TicketId
    person: PersonId
    name: str
    text: str
    mentions: tuple[PersonId, ...] = ()
    at: datetime


class Notice(Record):
    """Something one person should see. `kind`: mention, transferred, woken, escalated, second, withdrawn, denied,
    for_role."""

    id: int
    ticket: TicketId
    kind: str
    sender: str
    text: str
    at: datetime


FlagTarget = Literal["goal", "summary", "evidence", "plan", "reply", "other"]
"""What of the copilot's work a person may say is wrong."""


class Callback(Record):
    """A call that the team owes a customer, kept by Rung itself: whom, when, and about what in their words."""

    id: int
    ticket: TicketId
    number: str
    at: date
    time: str = ""
    topic: str
    state: CallbackState = "scheduled"

    @property
    def reference(self) -> str:
        return f"CB-{self.id}"
