"""What Rung keeps: tickets, files, accounts, the audit log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from cx_core.ports.unit import Unit
from cx_core.records import (
    AttachmentId,
    AuditEvent,
    AuditReport,
    CustomerId,
    MessageId,
    Person,
    PersonId,
    Proposal,
    Role,
    Switch,
    TicketId,
)
from cx_core.views import (
    AccountState,
    Colleague,
    DemoAccount,
    Measured,
    ModelUse,
    QueueFilter,
    QueuePage,
    QueueRow,
    Refusal,
)
from cx_core.views.policy_views import RuledStep


class Store(Protocol):
    """Tickets and all that belongs to them."""

    def begin(self) -> AbstractContextManager[Unit]:
        """A transaction that writes. Leaving by an exception undoes it."""
        ...

    def look(self) -> AbstractContextManager[Unit]:
        """A transaction that only reads; never waits for a writer."""
        ...

    def scrub(self) -> bool:
        """Leave nothing of what was deleted on the disk; False if the database did not let us yet."""
        ...

    def queue(self, filter: QueueFilter, person: Person, page: int) -> QueuePage: ...

    def total(self, filter: QueueFilter, person: Person) -> int:
        """How many tickets the queue shows by this filter, on all of its pages."""
        ...

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]: ...

    def newest_change(self) -> int:
        """The number of the latest change, for a listener that only wants what comes after."""
        ...

    def unread(self) -> tuple[tuple[TicketId, int], ...]:
        """Tickets still to be prepared, with their number of messages: after a crash."""
        ...

    def ready(self) -> tuple[TicketId, ...]:
        """Open tickets with a proposal that waits for a person."""
        ...

    def counts(self) -> dict[str, int]:
        """Tickets by status."""
        ...

    def assigned(self) -> dict[PersonId, int]:
        """New and open tickets by whose they are; nobody's under ""."""
        ...

    def held(self, now: datetime) -> tuple[tuple[TicketId, PersonId], ...]:
        """Who has which ticket open."""
        ...

    def seconding(self, now: datetime, most: int) -> tuple[QueueRow, ...]:
        """Tickets that one person approved and that wait for a second one, longest first."""
        ...

    def arrivals(self, since: datetime) -> tuple[datetime, ...]:
        """When messages came in."""
        ...

    def measured(self, person: PersonId, since: datetime) -> tuple[Measured, ...]:
        """What this person answered and rejected since then, and what became of the tickets they answered."""
        ...

    def waking(self, person: PersonId, until: datetime) -> tuple[QueueRow, ...]:
        """Tickets of this person that were put off and come back before then, soonest first."""
        ...

    def awaited(self, now: datetime) -> tuple[TicketId, ...]:
        """Pending tickets whose time to come back is here."""
        ...

    def solved_before(self, moment: datetime) -> tuple[TicketId, ...]: ...

    def latest_proposals(self, since: datetime, most: int) -> tuple[Proposal, ...]:
        """Of tickets opened since then and not made up, the last version each, newest ticket first."""
        ...

    def unlearnt(self, solved_before: datetime, most: int, *, imported: bool = False) -> tuple[TicketId, ...]:
        """Solved and closed tickets of which nobody looked yet whether they are an example; oldest first.

        Those that were imported, or those that were not.
        """
        ...

    def due_before(self, moment: datetime) -> tuple[TicketId, ...]:
        """Tickets to be answered before then that nobody was told of yet."""
        ...

    def carrying(self) -> tuple[tuple[TicketId, int], ...]:
        """Tickets approved and not carried out to the end, with the version approved: after a crash."""
        ...

    def switches(self) -> tuple[Switch, ...]: ...

    def ruled(self, since: datetime, most: int) -> tuple[RuledStep, ...]:
        """Rulings on the steps of proposals made since then, of the newest so many proposals; none simulated."""
        ...

    def model_uses(self, since: datetime) -> tuple[ModelUse, ...]:
        """What language models were asked since then, by day and task, newest first."""
        ...

    def model_spenders(self, since: datetime, most: int) -> tuple[tuple[TicketId, int], ...]:
        """The tickets that took most tokens of a language model since then."""
        ...

    def known(self, ids: Sequence[MessageId]) -> frozenset[MessageId]:
        """Which of these message ids have arrived already."""
        ...


class Files(Protocol):
    """Bytes of attachments, apart from everything else and unreadable without their owner's key."""

    def keep(self, id: AttachmentId, owner: CustomerId, content: bytes, preview: bytes = b"") -> None:
        """On the disk when this returns. Raises StoreUnavailable, AuditUnavailable."""
        ...

    def read(self, id: AttachmentId, *, preview: bool = False) -> bytes | None:
        """None if there is none, or its owner was forgotten. Raises StoreUnavailable, AuditUnavailable."""
        ...

    def remove(self, ids: Iterable[AttachmentId]) -> None: ...


class WaitingFiles(Protocol):
    """Bytes of files that editors handed in, until they are read; nobody else can read them on the disk."""

    def keep(self, id: str, content: bytes) -> None:
        """On the disk when this returns. Raises StoreUnavailable, AuditUnavailable."""
        ...

    def read(self, id: str) -> bytes | None:
        """None if there is none. Raises StoreUnavailable, AuditUnavailable."""
        ...

    def remove(self, ids: Iterable[str]) -> None: ...

    def ages(self) -> Mapping[str, float]:
        """Whose bytes there are, and how many seconds ago they were kept."""
        ...


class Accounts(Protocol):
    """Who may sign in, and who is signed in."""

    def sign_in(self, email: str, password: str, address: str) -> str | Refusal:
        """A session token, or a refusal in words."""
        ...

    def sign_out(self, token: str) -> None: ...

    def who(self, token: str) -> Person | None: ...

    def living(self, tokens: Collection[str]) -> frozenset[str]:
        """Those of these sessions that `who` would know."""
        ...

    def names(self) -> dict[PersonId, str]:
        """Who everyone is or was, whether they may still sign in or not."""
        ...

    def people(self) -> tuple[Colleague, ...]:
        """Everyone whose account is open, by name."""
        ...

    def account(self, id: PersonId) -> Person | None:
        """Somebody whose account is open."""
        ...

    def confirm(self, person: Person, password: str) -> Refusal | None:
        """That somebody signed in knows their password; why not, in words. Wrong ones count as failed sign-ins."""
        ...

    def listed(self) -> tuple[AccountState, ...]:
        """Every account, open or not, with whether it is as it was left here."""
        ...

    def set_disabled(self, person_id: PersonId, disabled: bool, by: str) -> bool:
        """Lock an account and end its sessions, or open it. False: locked, but not on record.

        Raises BadInput where that may not be, AuditUnavailable where opening cannot be put on record.
        """
        ...

    def end_all(self, person_id: PersonId, by: str) -> bool:
        """End a person's sessions. False: done, but not on record. Raises BadInput where that may not be."""
        ...

    def create(self, email: str, name: str, role: Role, password: str, by: str, *, first: bool = False) -> Person:
        """A new account, on record as made by `by`. `first`: only while there is none. Raises BadInput."""
        ...

    def none_yet(self) -> bool:
        """Whether the first account can still be made in the browser."""
        ...

    def attempt(self, what: str, address: str) -> Refusal | None:
        """Count a try at something that is guarded as signing in is; a refusal where there were too many."""
        ...

    def demo_accounts(self) -> tuple[DemoAccount, ...]: ...


class AuditLog(Protocol):
    """Append only. If `append` raises AuditUnavailable, what was to be recorded must not be done."""

    def append(
        self,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> int:
        """Returns the event's number. The payload is encrypted with the customer's key."""
        ...

    def events(self, *, ticket: TicketId | None = None, after: int = 0, most: int = 200) -> tuple[AuditEvent, ...]:
        """Decrypted, oldest first."""
        ...

    def newest(self) -> int:
        """The number of the latest event; 0 before the first."""
        ...

    def verify(self) -> AuditReport:
        """Check every event, the chain and the anchor."""
        ...

    def forget(self, customer: CustomerId) -> bool:
        """Destroy the customer's key; True if there was one. The chain still verifies."""
        ...
