"""How well a customer was helped, in their own opinion."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records.ids import TicketId
from cx_core.records.values import Record


class Rating(Record):
    """A customer's answer to how well they were helped; no score while they have not answered."""

    ticket: TicketId
    asked_at: datetime
    score: int | None = Field(default=None, ge=1, le=5)
    comment: str = ""
    answered_at: datetime | None = None
