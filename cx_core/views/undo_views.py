"""What supervisors are shown of acts that are taken back together."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records import Money, Record, TicketId


class UndoAct(Record):
    """One act, and whether it can still be taken back."""

    ticket: TicketId
    at: datetime
    words: str
    why_not: str = Field(default="", description="why it cannot be; empty: it can")


class UndoReach(Record):
    """What taking back would reach now."""

    acts: tuple[UndoAct, ...]
    can: int
    tickets: int = Field(description="whose customers it concerns")
    money: Money = Field(description="that went out with those that can be taken back")


class UndoProgress(Record):
    """How far a batch is."""

    id: str
    reason: str
    by: str
    at: datetime
    acts: int
    undone: int
    failed: tuple[tuple[TicketId, str], ...] = Field(description="with why")
    finished: bool
    untold: int = Field(description="customers who were not written to about it yet")
    message: str = Field(description="what is suggested to write to them")
