"""Tickets, proposals, and what people keep on them, within a transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from cx_core.records import (
    Approval,
    Attachment,
    AttachmentId,
    CustomerId,
    Draft,
    Message,
    MessageId,
    Note,
    Notice,
    Outcome,
    Person,
    PersonId,
    Proposal,
    Rating,
    Rewording,
    Seal,
    Status,
    StepId,
    Ticket,
    TicketId,
)
from cx_core.records.messages import Purpose


class TicketRepository(Protocol):
    """Tickets, and what was written in them."""

    def get(self, id: TicketId) -> Ticket | None:
        """The ticket, held against other writers until the transaction ends."""
        ...

    def any(self) -> bool:
        """Whether there is a ticket."""
        ...

    def by_thread(self, channel: str, thread: str, address: str) -> Ticket | None:
        """The newest ticket of this channel's conversation with this very address."""
        ...

    def of(self, whose: CustomerId, statuses: Sequence[Status]) -> tuple[Ticket, ...]:
        """Tickets of one `records.subject` in these statuses, newest first, not held against anybody."""
        ...

    def put(self, ticket: Ticket, *, thread: str | None = None, told: bool = True) -> None:
        """`told`: a change of its status is announced to whoever subscribed to that."""
        ...

    def thread(self, id: TicketId) -> str:
        """The channel's conversation that a ticket goes on with; empty where the channel named none."""
        ...

    def changed(
        self, after: tuple[datetime, TicketId] | None, most: int, *, status: Status | None = None, customer: str = ""
    ) -> tuple[Ticket, ...]:
        """Tickets by when they last changed, oldest first, from just after this one; simulated ones are left out."""
        ...

    def message(self, id: MessageId) -> Message | None: ...

    def messages(self, ticket: TicketId) -> tuple[Message, ...]:
        """Oldest first."""
        ...

    def add_message(self, message: Message, *, after: int | None = None) -> None:
        """At the end, or `after` so many: an answer stands behind what it answers, before what came meanwhile."""
        ...

    def put_in_order(self, ticket: TicketId) -> None:
        """Set the customer's messages since our last one in the order in which they were written."""
        ...

    def put_purpose(self, message: MessageId, purpose: Purpose) -> None:
        """Say what a message is for, which may be known only by what is answered to it."""
        ...

    def move_messages(self, ticket: Ticket, into: TicketId, *, last: Collection[MessageId] = ()) -> None:
        """Move all messages to another ticket, with their channels and files, and the draft's.

        They stand in the order of time there, those named `last` after all others.
        """
        ...

    def measure(
        self,
        ticket: Ticket,
        kind: str,
        at: datetime,
        *,
        seconds: float | None = None,
        solved_by: str = "",
        person: PersonId | None = None,
    ) -> None:
        """A baseline event, for figures over time; `person` is who did it, if somebody did."""
        ...

    def touched(self, ticket: TicketId, person: PersonId) -> bool:
        """Whether any of these was this person's: they answered, undid, merged, reopened or handed on something."""
        ...


class ProposalRepository(Protocol):
    """Proposals, how people answered them, and what came of that."""

    def get(self, ticket: TicketId, version: int) -> Proposal | None: ...

    def put(self, proposal: Proposal) -> None: ...

    def approval(self, ticket: TicketId, version: int) -> Approval | None: ...

    def put_approval(self, approval: Approval) -> None: ...

    def first_approval(self, ticket: TicketId) -> Approval | None:
        """The first of two that are needed; of one version only, and perhaps worth nothing any more."""
        ...

    def put_first_approval(self, approval: Approval, until: datetime) -> None:
        """In place of the one before, if there is one."""
        ...

    def drop_first_approval(self, ticket: TicketId) -> None: ...

    def use_seal(self, seal: Seal, key: str, at: datetime) -> bool:
        """Put on file that the seal is used under this key; False if it was used under another one before."""
        ...

    def begun(self, key: str) -> bool:
        """Whether any seal was used under this key: what it is for may have been done."""
        ...

    def outcomes(self, ticket: TicketId) -> dict[tuple[int, StepId], Outcome]:
        """By version and step: those of earlier versions first, then in the order they were made."""
        ...

    def put_outcome(self, ticket: TicketId, version: int, outcome: Outcome) -> None: ...


class ColleagueRepository(Protocol):
    """What people keep on a ticket while they work at it, and tell each other."""

    def draft(self, ticket: TicketId) -> Draft | None: ...

    def put_draft(self, draft: Draft) -> None:
        """In place of the one before. Its revision is the next, whatever this one says."""
        ...

    def drop_draft(self, ticket: TicketId) -> None: ...

    def add_rewording(self, made: Rewording) -> None: ...

    def rewordings(self, ticket: TicketId) -> tuple[Rewording, ...]:
        """What a language model offered in place of a person's words, oldest first."""
        ...

    def lease(self, ticket: TicketId, now: datetime) -> tuple[str, str] | None:
        """(id, name) of the person who has the ticket now."""
        ...

    def put_lease(self, ticket: TicketId, person: Person, now: datetime, until: datetime) -> None:
        """Theirs until then; who had it already has had it since they began."""
        ...

    def held_since(self, ticket: TicketId, person: PersonId) -> datetime | None:
        """Since when this person has the ticket or looks at it, or did last."""
        ...

    def viewers(self, ticket: TicketId, now: datetime) -> tuple[tuple[str, str], ...]:
        """(id, name) of everybody who has the ticket open now, whoever came first first."""
        ...

    def put_viewer(self, ticket: TicketId, person: Person, now: datetime, until: datetime) -> None:
        """They look at it until then. Whoever else does is told as a change."""
        ...

    def drop_viewer(self, ticket: TicketId, person: PersonId, now: datetime) -> None:
        """They look at it no more. Whoever else does is told as a change."""
        ...

    def viewed(self, person: PersonId) -> tuple[TicketId, ...]:
        """The tickets this person looks at, or did without leaving them."""
        ...

    def drop_lease(self, ticket: TicketId) -> None:
        """Free again, which whoever reads along is told as a change."""
        ...

    def leases(self, person: PersonId) -> tuple[TicketId, ...]:
        """The tickets this person has, or had last and nobody took since."""
        ...

    def notify(self, person: PersonId, ticket: TicketId, kind: str, sender: str, text: str, at: datetime) -> None:
        """Something this person should see; `kind` is "mention", "transferred", "woken", "escalated", "second",
        "withdrawn"."""
        ...

    def drop_notices(self, ticket: TicketId, kind: str) -> None:
        """What nobody need see any more."""
        ...

    def add_note(self, note: Note) -> None: ...

    def notes(self, ticket: TicketId) -> tuple[Note, ...]:
        """Oldest first."""
        ...

    def notices(self, person: PersonId) -> tuple[Notice, ...]:
        """Not seen yet, newest first, at most 50."""
        ...

    def see_notice(self, person: PersonId, notice: int, at: datetime) -> None: ...

    def add_flag(self, ticket: TicketId, version: int, what: str, note: str, person: PersonId, at: datetime) -> None:
        """Somebody says that this part of a proposal was wrong."""
        ...


class AttachmentRepository(Protocol):
    """Files, of messages and of drafts."""

    def add(self, attachment: Attachment) -> None: ...

    def get(self, id: AttachmentId) -> Attachment | None: ...

    def of(self, ticket: TicketId) -> tuple[Attachment, ...]:
        """Of its messages and of its draft, oldest first."""
        ...

    def send(self, ids: Sequence[AttachmentId], message: MessageId) -> None:
        """They go with this message from now on."""
        ...

    def drop(self, id: AttachmentId) -> None: ...


class RatingRepository(Protocol):
    """How customers found it."""

    def get(self, ticket: TicketId) -> Rating | None: ...

    def rating_of(self, token_hash: str) -> Rating | None:
        """The question whose link has this digest."""
        ...

    def put(self, rating: Rating, token_hash: str = "") -> None:
        """`token_hash`: of its link; where empty it stays what it is."""
        ...

    def asked_since(self, address: str, moment: datetime) -> bool:
        """Whether this customer was asked to rate a ticket since then."""
        ...
