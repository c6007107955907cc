"""One transaction over tickets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from cx_core.ports.article_use import UseUnit
from cx_core.ports.articles import ArticleUnit, UploadUnit
from cx_core.ports.erasure import ErasureUnit
from cx_core.ports.health import HealthUnit
from cx_core.ports.levels import LevelUnit
from cx_core.ports.open_plans import OpenPlanUnit
from cx_core.ports.policies import PolicyUnit
from cx_core.ports.solved_cases import CaseUnit
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
    Notification,
    Outcome,
    Person,
    PersonId,
    Proposal,
    Rating,
    Rewording,
    Seal,
    Spending,
    Spent,
    Status,
    StepId,
    Subscription,
    Switch,
    Ticket,
    TicketId,
)


class NotificationUnit(Protocol):
    """The part of a transaction that tells events outside Rung. What `record` puts on record is put on its way."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Oldest first."""
        ...

    def put_subscription(self, subscription: Subscription) -> None: ...

    def drop_subscription(self, id: str) -> None:
        """With all that was on its way to it."""
        ...

    def notification(self, id: int) -> Notification | None:
        """Held against other writers until the transaction ends."""
        ...

    def put_notification(self, notification: Notification) -> None: ...

    def notifications_due(
        self, now: datetime, most: int, *, but: Collection[str] = (), to: str = ""
    ) -> tuple[Notification, ...]:
        """To be sent by now, longest due first, but to these, or only to one; none that another transaction holds."""
        ...

    def notifications_of(self, subscriptions: Sequence[str], most: int) -> tuple[Notification, ...]:
        """Newest first."""
        ...

    def drop_notifications(self, before: datetime) -> None:
        """Those that were sent or given up, and are older than this."""
        ...

    def model_answers(self, since: datetime, most: int) -> tuple[bool, ...]:
        """Whether the language model's latest answers since then could be used, newest first."""
        ...

    def begin_alarm(self, name: str, at: datetime) -> bool:
        """A state that people are told of once; True if it was not on."""
        ...

    def end_alarm(self, name: str) -> bool:
        """True if it was on."""
        ...


class Telling(NamedTuple):
    """What the audit log is to be told; see `Unit.record`."""

    kind: str
    actor: str
    payload: Mapping[str, object]
    ticket: TicketId | None = None
    customer: CustomerId | None = None


class Unit(
    NotificationUnit,
    PolicyUnit,
    ArticleUnit,
    UploadUnit,
    HealthUnit,
    UseUnit,
    CaseUnit,
    LevelUnit,
    ErasureUnit,
    OpenPlanUnit,
    Protocol,
):
    """One transaction over tickets: all of it with its audit events, or nothing."""

    def mark_anew(self, name: str, exact: str) -> str:
        """A mark for a row that this transaction writes, see ports.sealing.Renewal. Raises AuditUnavailable."""
        ...

    def ticket(self, id: TicketId) -> Ticket | None:
        """The ticket, held against other writers until the transaction ends."""
        ...

    def by_thread(self, channel: str, thread: str, address: str) -> Ticket | None:
        """The newest ticket of this channel's conversation with this very address."""
        ...

    def tickets_of(self, whose: CustomerId, statuses: Sequence[Status]) -> tuple[Ticket, ...]:
        """Tickets of one `records.subject` in these statuses, newest first, not held against anybody."""
        ...

    def put_ticket(self, ticket: Ticket, *, thread: str | None = None) -> None: ...

    def message(self, id: MessageId) -> Message | None: ...

    def messages(self, ticket: TicketId) -> tuple[Message, ...]:
        """Oldest first."""
        ...

    def add_message(self, message: Message, *, after: int | None = None) -> None:
        """At the end, or `after` so many: an answer stands behind what it answers, before what came meanwhile."""
        ...

    def proposal(self, ticket: TicketId, version: int) -> Proposal | None: ...

    def put_proposal(self, proposal: Proposal) -> None: ...

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
        """By version and step, in the order they were made."""
        ...

    def put_outcome(self, ticket: TicketId, version: int, outcome: Outcome) -> None: ...

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

    def move_messages(self, ticket: Ticket, into: TicketId, *, last: Collection[MessageId] = ()) -> None:
        """Move all messages to another ticket, with their channels and files, and the draft's.

        They stand in the order of time there, those named `last` after all others.
        """
        ...

    def notify(self, person: PersonId, ticket: TicketId, kind: str, sender: str, text: str, at: datetime) -> None:
        """Something this person should see; `kind` is "mention", "transferred", "woken", "escalated", "second"."""
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

    def add_attachment(self, attachment: Attachment) -> None: ...

    def attachment(self, id: AttachmentId) -> Attachment | None: ...

    def attachments(self, ticket: TicketId) -> tuple[Attachment, ...]:
        """Of its messages and of its draft, oldest first."""
        ...

    def send_attachments(self, ids: Sequence[AttachmentId], message: MessageId) -> None:
        """They go with this message from now on."""
        ...

    def drop_attachment(self, id: AttachmentId) -> None: ...

    def add_flag(self, ticket: TicketId, version: int, what: str, note: str, person: PersonId, at: datetime) -> None:
        """Somebody says that this part of a proposal was wrong."""
        ...

    def rating(self, ticket: TicketId) -> Rating | None: ...

    def rating_of(self, token_hash: str) -> Rating | None:
        """The question whose link has this digest."""
        ...

    def put_rating(self, rating: Rating, token_hash: str) -> None: ...

    def asked_since(self, address: str, moment: datetime) -> bool:
        """Whether this customer was asked to rate a ticket since then."""
        ...

    def hold_budgets(self, customer: CustomerId, task_type: str) -> None:
        """Until this transaction ends no other one counts what went to this customer or for this task type."""
        ...

    def spent(
        self,
        customer: CustomerId,
        task_type: str,
        currency: str,
        *,
        month: datetime,
        today: datetime,
        day: datetime,
        but: str = "",
    ) -> Spent:
        """What went out since these moments and was not released, the act with the key `but` left out.

        Money in another currency, or less than nothing, makes a sum unknown.
        """
        ...

    def reserve(self, spending: Spending) -> None:
        """Counted from now on; under a key that is counted already it stays one payout."""
        ...

    def reserved(self, key: str) -> bool:
        """Whether money is held for this act of which nobody wrote down what became of it."""
        ...

    def settle(self, key: str, state: Literal["spent", "released"]) -> None:
        """What became of the money of this act. A key nothing was reserved under is left alone."""
        ...

    def stopped(self, names: Sequence[str]) -> Switch | None:
        """The first switch among these names that is on."""
        ...

    def switches(self) -> tuple[Switch, ...]:
        """Those that are on; in front of them one over everything where they are not as they were left here."""
        ...

    def put_switch(self, switch: Switch) -> None: ...

    def drop_switch(self, name: str) -> None: ...

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

    def record(
        self,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> None:
        """An audit event in this transaction. Raises AuditUnavailable, and then nothing is kept."""
        ...

    def record_all(self, events: Sequence[Telling]) -> None:
        """The same for many events, in their order, which no subscriber is told of."""
        ...
