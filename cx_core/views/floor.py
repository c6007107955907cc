"""Who has what at one moment, for supervisors."""

from __future__ import annotations

from pydantic import Field

from cx_core.records import PersonId, Record, Role, TicketId
from cx_core.views.queue import QueueRow


class Worker(Record):
    """Somebody who answers tickets: how many are theirs, and which they have open now."""

    id: PersonId
    name: str
    role: Role
    open: int = 0
    tickets: tuple[TicketId, ...] = ()


class Floor(Record):
    """The floor at one moment. `arrivals` counts messages by hour of the last 24, oldest first."""

    new: int
    open: int
    pending: int
    unassigned: int
    late: tuple[QueueRow, ...] = Field(description="to be answered within the hour, or late already")
    seconding: tuple[QueueRow, ...] = Field(default=(), description="one person approved, another must")
    workers: tuple[Worker, ...]
    arrivals: tuple[int, ...]
