"""Levels of autonomy, as people set them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from cx_core.records import (
    AdvisorCase,
    AutonomousCase,
    CaseReview,
    EvidenceCase,
    FirstAnswer,
    Incident,
    PersonId,
    PlantedError,
    TaskTypeName,
    Ticket,
    TicketId,
    UndoBatch,
)
from cx_core.views.level_views import CatchCount, EvidenceCount, LevelSet, RaiseProposal
from cx_core.views.review_views import CaseSpan, PlainCases
from cx_core.views.system_views import SystemStanding

ReviewState = Literal["undrawn", "waiting", "reviewed"]
"""Of an answer by a person: whether it is decided that it is reviewed, and whether it was."""

Since = Mapping[tuple[TaskTypeName, bool], datetime]
"""By task type and whether it is of the simulated past: from when on cases count. Of others all count."""


class SystemRepository(Protocol):
    """The part of a transaction that keeps how systems have answered lately."""

    def all(self) -> tuple[SystemStanding, ...]:
        """Those that were heard of failing, by name. One that cannot be read is paused."""
        ...

    def get(self, system: str) -> SystemStanding | None:
        """Held against other writers until the transaction ends."""
        ...

    def put(self, one: SystemStanding) -> None: ...


class LevelRepository(Protocol):
    """The part of a transaction that keeps levels."""

    def all(self) -> tuple[LevelSet, ...]:
        """What people decided, by task type; those not named stand where they began."""
        ...

    def get(self, task_type: TaskTypeName) -> LevelSet | None:
        """Held against other writers until the transaction ends."""
        ...

    def put(self, one: LevelSet) -> None: ...

    def put_decision(self, one: LevelSet, *, simulated: bool = False) -> None:
        """Keep it for looking back only: `put` does so itself, and no level follows from a simulated one."""
        ...

    def decisions(self, *, simulated: bool = False) -> tuple[LevelSet, ...]:
        """What was decided, oldest first: here, or in the simulated past."""
        ...

    def put_raise(self, one: RaiseProposal) -> None:
        """In place of the one before, of the same task type."""
        ...

    def drop_raise(self, task_type: TaskTypeName) -> None:
        """It is not proposed any more; what belongs to the simulated past stays."""
        ...

    def raises(self) -> tuple[RaiseProposal, ...]:
        """Every proposal, put off or not, with that of the simulated past."""
        ...

    def left_alone(self, most: int) -> Sequence[TicketId]:
        """Tickets in which an answer left without a person, newest first."""
        ...

    def person_wanted(self, since: datetime) -> Mapping[TaskTypeName, tuple[int, int]]:
        """By task type, tickets in which the copilot answered by itself since then, and in how many of them the
        customer asked for a person afterwards; none simulated."""
        ...

    def left_alone_to(self, address: str, since: datetime, *, but: TicketId) -> int:
        """Answers that left without a person to this address, or are on their way, in other tickets than `but`."""
        ...


class TrialRepository(Protocol):
    """The part of a transaction that keeps cases of evidence for levels."""

    def put(self, trial: EvidenceCase) -> None: ...

    def same_matter(self, ticket: Ticket) -> tuple[Ticket, ...]:
        """This customer's earlier tickets with a case, of evidence or done alone, about something of the same type.

        None that was simulated: what customers do now says nothing of it.

        Where this one is a complaint, or nothing was understood, it may be about any of them.
        """
        ...

    def put_first(self, answer: FirstAnswer) -> None:
        """What a person would do, before they see the proposal."""
        ...

    def first(self, ticket: TicketId, version: int) -> FirstAnswer | None: ...

    def drop(self, ticket: TicketId, version: int) -> None:
        """The answer that made it was taken back."""
        ...

    def all(self) -> tuple[EvidenceCase, ...]:
        """Of every task type, oldest first, each with what came of it in the week after."""
        ...

    def of(self, task_type: TaskTypeName, since: datetime | None = None) -> tuple[EvidenceCase, ...]:
        """The same of one task type."""
        ...

    def count(self, now: datetime, since: Since, task_type: TaskTypeName | None = None) -> EvidenceCount:
        """Add up the cases that count now, of one task type or of all.

        A case counts a week after it was answered, and a wrong one at once; only where the policies would let it go
        alone, only what the newest proposal's classifier, policies and task type made, only what is newer than `since`,
        and of one customer one case a day: a wrong one before a right one. Those of a simulated past are of a copilot
        of their own.
        """
        ...

    def wrong(self, now: datetime, since: Since, task_type: TaskTypeName, most: int) -> tuple[EvidenceCase, ...]:
        """The newest of those that count against it, each with what came of it; newest first."""
        ...


class PlantedErrorRepository(Protocol):
    """The part of a transaction that keeps proposals which were shown with an error on purpose."""

    def put(self, one: PlantedError) -> None: ...

    def of(self, ticket: TicketId) -> PlantedError | None:
        """The only one of a ticket, whatever became of it."""
        ...

    def counts(self, person: PersonId | None = None) -> tuple[CatchCount, ...]:
        """By task type, those that somebody decided on: this person, or anybody."""
        ...


class ReviewRepository(Protocol):
    """The part of a transaction that keeps what was done without a person, and what is said of it."""

    def put_case(self, case: AutonomousCase) -> None: ...

    def case(self, ticket: TicketId, version: int) -> AutonomousCase | None: ...

    def cases(self, since: datetime | None = None, *, simulated: bool = False) -> tuple[AutonomousCase, ...]:
        """In the order they were done, each with what came of it since; those of the simulated past apart."""
        ...

    def telling(self, since: datetime, *, simulated: bool = False) -> tuple[AutonomousCase, ...]:
        """Those of `cases` that are not plain: drawn, not decided yet, in trouble, or something speaks against them."""
        ...

    def task_types(self, since: datetime, *, simulated: bool = False) -> tuple[tuple[TaskTypeName, ...], ...]:
        """Which task types cases have together."""
        ...

    def plain(self, spans: Sequence[CaseSpan], recent: datetime, *, simulated: bool = False) -> tuple[PlainCases, ...]:
        """How many cases lie in each span whose record is plain, by stratum, and how many of them after `recent`.

        Those of them that something speaks against are among them, and in `telling`.
        """
        ...

    def places(
        self, task_type: TaskTypeName, since: datetime, moments: Sequence[datetime]
    ) -> tuple[int, tuple[int, ...]]:
        """How many cases a task type has, and how many of them before each of these moments."""
        ...

    def undrawn(self) -> tuple[AutonomousCase, ...]:
        """Those of which it is not decided whether they are reviewed, in order. Held against other writers."""
        ...

    def put_review(self, review: CaseReview) -> None: ...

    def reviews(self, ticket: TicketId | None = None) -> tuple[CaseReview, ...]:
        """In the order they were made, of one ticket or of all."""
        ...

    def put_advisor_case(self, case: AdvisorCase) -> None: ...

    def advisor_case(self, ticket: TicketId, version: int) -> AdvisorCase | None:
        """Held against other writers until the transaction ends."""
        ...

    def advisor_cases(self, state: ReviewState) -> tuple[AdvisorCase, ...]:
        """Answers by people, oldest first."""
        ...

    def drop_advisor_case(self, ticket: TicketId, version: int) -> None:
        """It was not drawn, or has not been sent after all."""
        ...

    def skip(self, ticket: TicketId, version: int, person: PersonId) -> None:
        """This person leaves a case, of the copilot's or a person's, to other reviewers."""
        ...

    def skips(self) -> Mapping[tuple[TicketId, int], frozenset[PersonId]]:
        """Who left which case to others."""
        ...

    def put_incident(self, incident: Incident) -> None: ...

    def incident(self, id: str) -> Incident | None:
        """Held against other writers until the transaction ends."""
        ...

    def put_batch(self, batch: UndoBatch) -> None: ...

    def batch(self, id: str) -> UndoBatch | None:
        """Held against other writers until the transaction ends."""
        ...

    def batches(self, *, going: bool = False) -> tuple[UndoBatch, ...]:
        """Newest first; `going`: only those that are not finished."""
        ...

    def incidents(self) -> tuple[Incident, ...]:
        """Newest first."""
        ...
