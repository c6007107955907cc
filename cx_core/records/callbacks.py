"""A call that the team owes a customer, kept by Rung itself."""

from __future__ import annotations

from datetime import date
from typing import Literal

from cx_core.records.ids import TicketId
from cx_core.records.values import Record

CallbackState = Literal["scheduled", "done", "cancelled"]


class Callback(Record):
    """One call: whom, on which day, and about what, in the customer's words."""

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
