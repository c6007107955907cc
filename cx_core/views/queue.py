"""The queue: its rows, and what it should show."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from cx_core.records import (
    Channel,
    FirstApproval,
    ImportMark,
    PersonId,
    Priority,
    Record,
    Role,
    Route,
    Status,
    TaskTypeName,
    TicketId,
    Work,
)


class QueueRow(Record):
    """A ticket as the queue shows it."""

    id: TicketId
    subject: str
    customer_name: str
    tier: str
    channel: Channel
    status: Status
    work: Work
    priority: Priority
    sentiment: str
    route: Route | None
    needs: Role | None = Field(default=None, description="the role above an advisor's that goes on with it")
    task_types: tuple[TaskTypeName, ...]
    preview: str
    assignee: PersonId | None
    assignee_name: str
    team: str = ""
    language: str = Field(default="", description="ISO 639 code")
    updated_at: datetime
    respond_by: datetime | None
    escalated_at: datetime | None = None
    wake_at: datetime | None = None
    solved_at: datetime | None = None
    simulated: bool = False
    imported: ImportMark | None = None
    stopped: bool = Field(default=False, description="the copilot is stopped for what is prepared or approved here")
    version: int = 0
    first: FirstApproval | None = Field(default=None, description="while a second is awaited")


class QueueFilter(Record):
    """What the queue should show. Empty tuples mean all."""

    statuses: tuple[Status, ...] = ("new", "open")
    routes: tuple[Route, ...] = ()
    task_types: tuple[TaskTypeName, ...] = ()
    languages: tuple[str, ...] = ()
    mine: bool = False
    team: str = ""
    at_risk: bool = Field(default=False, description="only those about to miss their time, or past it")
    seconding: bool = Field(default=False, description="only those that wait for a second person, who is not the first")
    unassigned: bool = Field(default=False, description="only those that are nobody's")
    due_soon: bool = Field(default=False, description="only those past their time or to be answered soon, see `at`")
    due_before: datetime | None = Field(default=None, description="only those to be answered before; see `at`")
    among: tuple[TicketId, ...] | None = Field(default=None, description="only these; None: all")
    text: str = ""

    def at(self, now: datetime, soon_minutes: int) -> QueueFilter:
        """Say "due soon" as a moment, `soon_minutes` from now and up to the whole minute.

        Whoever asks within a minute asks for the same page.
        """
        if not self.due_soon:
            return self
        minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        return self.replace(due_soon=False, due_before=minute + timedelta(minutes=soon_minutes))


class QueuePage(Record):
    """Fifty rows at most, most pressing first."""

    rows: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int
