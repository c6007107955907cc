"""One simulated ticket with all that belongs to it, in the order it happened."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.demo.story_dice import Slip
from cx_core.records import (
    Approval,
    AutonomousCase,
    CaseReview,
    EvidenceCase,
    FirstAnswer,
    FlagTarget,
    Incident,
    Message,
    Note,
    Outcome,
    PersonId,
    Proposal,
    Rating,
    Record,
    TaskTypeName,
    Ticket,
)
from cx_core.views.level_views import LevelSet


class SimulatedFigure(Record):
    """A baseline event; see `ports.tickets.TicketRepository.measure`."""

    kind: str
    at: datetime
    seconds: float | None = None
    solved_by: str = ""
    person: PersonId | None = None


class Deed(Record):
    """What the audit log is told: `kind` as it would have been called, had it happened."""

    kind: str
    at: datetime
    actor: str
    payload: dict[str, object]


class Flagged(Record):
    """Somebody said that this part of a proposal was wrong."""

    version: int
    what: FlagTarget
    note: str
    person: PersonId
    at: datetime


class Past(Record):
    """A ticket that never was. `labels` is what it was about in truth, `slip` how the copilot erred on it."""

    labels: tuple[TaskTypeName, ...]
    slip: Slip
    ticket: Ticket
    messages: tuple[Message, ...]
    proposals: tuple[Proposal, ...]
    approvals: tuple[Approval, ...]
    outcomes: tuple[tuple[int, Outcome], ...]
    notes: tuple[Note, ...]
    flags: tuple[Flagged, ...]
    rating: Rating | None
    figures: tuple[SimulatedFigure, ...]
    deeds: tuple[Deed, ...]


class CareerTicket(Record):
    """A ticket of a task type's way to its level: a case of evidence, or one that was done alone."""

    past: Past
    trial: EvidenceCase | None = None
    first: FirstAnswer | None = None
    case: AutonomousCase | None = None
    wrong: bool
    reviews: tuple[CaseReview, ...] = ()


class SimulatedCareer(Record):
    """How one task type came to where it stands in the simulated past."""

    task_type: TaskTypeName
    tickets: tuple[CareerTicket, ...]
    levels: tuple[LevelSet, ...] = Field(description="as they were decided, oldest first")
    incident: Incident | None
    proposed: datetime | None = Field(description="when the evidence sufficed; None: it never did")
    deeds: tuple[Deed, ...] = Field(description="that belong to no ticket")
