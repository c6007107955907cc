"""Who has what at one moment, for supervisors."""

from __future__ import annotations

from pydantic import Field

from cx_core.records import PersonId, Record, Role, TicketId
from cx_core.views.queue import QueueFilter, QueueRow


class Worker(Record):
    """Somebody who answers tickets: how many are theirs, and which they work on now (a look alone is no work)."""

    id: PersonId
    name: str
    role: Role
    open: int = 0
    tickets: tuple[TicketId, ...] = ()


class Figure(Record):
    """How many tickets a filter of the queue shows: the number and the way to those tickets."""

    filter: QueueFilter
    count: int


class Floor(Record):
    """The floor at one moment. `arrivals` counts messages by hour of the last 24, oldest first."""

    new: Figure
    open: Figure
    pending: Figure
    unassigned: Figure
    due_soon: Figure
    soon_minutes: int = Field(description="so long before its time a ticket is due soon")
    late: tuple[QueueRow, ...] = Field(description="the first of those that are due soon or late already")
    seconding: tuple[QueueRow, ...] = Field(default=(), description="one person approved, another must")
    workers: tuple[Worker, ...]
    arrivals: tuple[int, ...]
