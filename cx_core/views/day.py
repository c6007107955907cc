"""What one person did, by day."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from cx_core.records import PersonId, Record, TicketId
from cx_core.views.queue import QueueRow


class Measured(Record):
    """A baseline event as it was kept; see `ports.tickets.TicketRepository.measure`."""

    ticket: TicketId
    kind: str
    at: datetime
    seconds: float | None = None
    person: PersonId | None = None
    simulated: bool = False


class DayFigures(Record):
    """What one person did on one day. Times in seconds; None where nothing was measured.

    `handled` counts answers sent off: approved as they were, or edited. `average` and `median` are of the time from
    opening a ticket to its answer. Returned and rated are those of the day on tickets this person had answered last.
    """

    day: date
    handled: int = 0
    approved: int = 0
    edited: int = 0
    rejected: int = 0
    average: float | None = None
    median: float | None = None
    first_responses: int = 0
    reopened: int = 0
    ratings: int = 0
    satisfaction: float | None = Field(default=None, description="mean of the day's ratings, 1 to 5")


class MyDay(Record):
    """Today and the seven days before, oldest first; what is simulated apart. `hours`: answers by hour today."""

    person: PersonId
    name: str
    today: DayFigures
    week: tuple[DayFigures, ...]
    simulated: tuple[DayFigures, ...] = Field(default=(), description="empty where there is no simulated past")
    hours: tuple[int, ...] = Field(description="24 of them, of the business's own clock")
    coming_back: tuple[QueueRow, ...] = Field(description="put off, and back by tonight")
