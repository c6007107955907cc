"""What the stages need from outside, as protocols. `adapters/` implements them; nothing else may."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from cx_core.records import (
    ActionName,
    Approval,
    Attachment,
    AttachmentId,
    AuditEvent,
    AuditReport,
    BusinessRecord,
    CustomerId,
    Draft,
    File,
    Message,
    MessageId,
    Note,
    Notice,
    Notification,
    NotificationWay,
    Outcome,
    Passage,
    Person,
    PersonId,
    Proposal,
    Rating,
    Receipt,
    Record,
    Rewording,
    StepId,
    Subscription,
    Switch,
    Ticket,
    TicketId,
    Value,
)
from cx_core.views import (
    Colleague,
    DemoAccount,
    Measured,
    ModelBounds,
    ModelStanding,
    ModelUse,
    QueueFilter,
    QueuePage,
    QueueRow,
    Refusal,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Answer = TypeVar("Answer", bound=Record)


class Clock(Protocol):
    """The time, aware and in UTC."""

    def __call__(self) -> datetime: ...


class Encoder(Protocol):
    """Text to vectors."""

    @property
    def version(self) -> str:
        """Name and version of the weights, for the audit."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions); each row has unit length. Raises SystemTrouble."""
        ...

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What `encode` gives, and what the encoder makes of each text half way, where it is still nearer to the
        wording than to the sense: it tells neighbours apart. The second may have no columns. Raises SystemTrouble."""
        ...


class Classifier(Protocol):
    """Texts to labels."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One may be "": texts that are none of ours."""
        ...

    @property
    def bounds(self) -> tuple[float, float]:
        """Below the first an answer is as good as none; from the second on it is sure."""
        ...

    def classify(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated probabilities, shape (texts, labels). What a row lacks of 1: none of these labels.

        `vectors` has the columns that it was trained on.
        """
        ...


class Detector(Protocol):
    """Texts to languages."""

    def detect(self, text: str) -> tuple[tuple[str, float], ...]:
        """(ISO 639 code, probability), likeliest first."""
        ...


class Index(Protocol):
    """Articles, found by meaning."""

    def search(self, vector: NDArray[np.float32], *, most: int, internal: bool) -> tuple[Passage, ...]:
        """Best first. `internal` admits passages that are not for customers. Raises SystemTrouble."""
        ...


class LanguageModel(Protocol):
    """Instructions and content to a record. What it answers is data: it permits nothing."""

    @property
    def version(self) -> str:
        """Name of the model, for the audit."""
        ...

    @property
    def standing(self) -> ModelStanding:
        """Whether it is asked now, or left alone for a while after failing too often."""
        ...

    @property
    def bounds(self) -> ModelBounds:
        """What it may take."""
        ...

    def ask(self, task: str, instructions: str, content: str, answer: type[Answer], ticket: TicketId | None) -> Answer:
        """An answer that fits the record `answer`. `task` and `ticket` are for the budget. Raises ModelTrouble."""
        ...

    def stream(self, task: str, instructions: str, content: str, ticket: TicketId | None) -> Iterator[str]:
        """Words as they come. Raises ModelTrouble, also after some came: then they are not all."""
        ...


class BackOffice(Protocol):
    """The business's own systems. Reads are free; a write happens once per key, whatever happens."""

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        """Customers (kind "customer") with this e-mail address or id; several may share one name, none an id."""
        ...

    def search(self, text: str, most: int) -> tuple[BusinessRecord, ...]:
        """Customers and their records by a name, mail, phone, postcode or number, best first; for people to choose."""
        ...

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        """A read action of the catalogue. Raises SystemUnreachable; an unknown id gives ()."""
        ...

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        """Do it, and keep the receipt in the same transaction as the effect.

        The same key again returns the first receipt and changes nothing. Raises SystemRefused (nothing
        was changed) and SystemUnreachable (it is unknown whether something was changed: ask `receipt`).
        """
        ...

    def receipt(self, key: str) -> Receipt | None:
        """The receipt kept under this key, if the write happened."""
        ...

    def undo(self, key: str, undo_key: str) -> Receipt:
        """Take the write of `key` back, once per `undo_key`. Raises SystemRefused past `undo_until`."""
        ...


class Outbox(Protocol):
    """The way out to customers."""

    def deliver(
        self, *, key: str, channel: str, address: str, subject: str, text: str, files: Sequence[File] = ()
    ) -> str:
        """Send once per key; returns the channel's reference. Raises SystemTrouble."""
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


class Dispatch(NamedTuple):
    """One notification, or a trial of the way, addressed and in words. `id` is the same however often it is sent."""

    id: str
    subscription: str
    way: NotificationWay
    address: str
    subject: str
    text: str
    content: Mapping[str, object]


class Dispatcher(Protocol):
    """The way out to colleagues and their systems, never to customers."""

    def missing(self, way: NotificationWay) -> str:
        """What must be set before anything can be sent this way; empty if nothing."""
        ...

    def refuses(self, way: NotificationWay, address: str) -> str:
        """Why nothing is ever sent to this address; empty if it may be."""
        ...

    def secret(self, subscription: str) -> str:
        """What this subscription's webhook calls are signed with; made when first asked for."""
        ...

    def forget(self, subscription: str) -> None:
        """The next secret is another one."""
        ...

    def send(self, dispatch: Dispatch) -> str:
        """What the receiver answered, in a few words. Raises SystemRefused (final) and SystemUnreachable."""
        ...


class PolicyEngine(Protocol):
    """Decides one request. Total: an error inside is an answer of not allowed, with the error named."""

    @property
    def version(self) -> str: ...

    @property
    def trouble(self) -> str:
        """Why nothing can be decided, naming file and line; empty if all is well."""
        ...

    def says(self, policy: str) -> str:
        """The rule with this id in plain words, placeholders in braces; empty if there is none."""
        ...

    def decide(
        self,
        *,
        principal: tuple[str, str, Mapping[str, object]],
        action: str,
        resource: tuple[str, str, Mapping[str, object]],
        context: Mapping[str, object],
    ) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        """(allowed, ids of the policies that decided, errors). Principal and resource: type, id, attributes."""
        ...


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


class Unit(NotificationUnit, Protocol):
    """One transaction over tickets: all of it with its audit events, or nothing."""

    def ticket(self, id: TicketId) -> Ticket | None:
        """The ticket, held against other writers until the transaction ends."""
        ...

    def by_thread(self, channel: str, thread: str, address: str) -> Ticket | None:
        """The newest ticket of this channel's conversation with this very address."""
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

    def outcomes(self, ticket: TicketId) -> dict[tuple[int, StepId], Outcome]:
        """By version and step, in the order they were made."""
        ...

    def put_outcome(self, ticket: TicketId, version: int, outcome: Outcome) -> None: ...

    def draft(self, ticket: TicketId) -> Draft | None: ...

    def put_draft(self, draft: Draft) -> None: ...

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
        """Since when this person has the ticket, or had it last."""
        ...

    def drop_lease(self, ticket: TicketId) -> None:
        """Free again, which whoever reads along is told as a change."""
        ...

    def leases(self, person: PersonId) -> tuple[TicketId, ...]:
        """The tickets this person has, or had last and nobody took since."""
        ...

    def move_messages(self, ticket: TicketId, into: TicketId) -> None:
        """All messages of one ticket to another, in the order of time, with their attachments and the draft's."""
        ...

    def notify(self, person: PersonId, ticket: TicketId, kind: str, sender: str, text: str, at: datetime) -> None:
        """Something this person should see; `kind` is "mention", "transferred", "woken", "escalated"."""
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

    def attachments_of(self, customer: CustomerId) -> tuple[AttachmentId, ...]:
        """In all tickets of a customer (or "address:..." of a sender)."""
        ...

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

    def stopped(self, names: Sequence[str]) -> Switch | None:
        """The first switch among these names that is on."""
        ...

    def put_switch(self, switch: Switch) -> None: ...

    def drop_switch(self, name: str) -> None: ...

    def measure(self, ticket: Ticket, kind: str, at: datetime, *, seconds: float | None = None,
                solved_by: str = "", person: PersonId | None = None) -> None:  # fmt: skip
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

    def forget(self, customer: CustomerId) -> tuple[frozenset[CustomerId], int]:
        """Blank the words, proposals and drafts of all tickets of a customer (or "address:..." of a sender).

        Returns the names under which their audit events are encrypted, and how many tickets there were.
        """
        ...


class Store(Protocol):
    """Tickets and all that belongs to them."""

    def begin(self) -> AbstractContextManager[Unit]:
        """A transaction that writes. Leaving by an exception undoes it."""
        ...

    def look(self) -> AbstractContextManager[Unit]:
        """A transaction that only reads; never waits for a writer."""
        ...

    def scrub(self) -> None:
        """Leave nothing of what was deleted on the disk, as far as the database lets one."""
        ...

    def queue(self, filter: QueueFilter, person: Person, page: int) -> QueuePage: ...

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]: ...

    def unread(self) -> tuple[tuple[TicketId, int], ...]:
        """Tickets still to be prepared, with their number of messages: after a crash."""
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

    def due(self, moment: datetime, most: int) -> tuple[QueueRow, ...]:
        """New and open tickets to be answered before then, soonest first."""
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

    def due_before(self, moment: datetime) -> tuple[TicketId, ...]:
        """Tickets to be answered before then that nobody was told of yet."""
        ...

    def carrying(self) -> tuple[tuple[TicketId, int], ...]:
        """Tickets approved and not carried out to the end, with the version approved: after a crash."""
        ...

    def switches(self) -> tuple[Switch, ...]: ...

    def model_uses(self, since: datetime) -> tuple[ModelUse, ...]:
        """What language models were asked since then, by day and task, newest first."""
        ...

    def model_spenders(self, since: datetime, most: int) -> tuple[tuple[TicketId, int], ...]:
        """The tickets that took most tokens of a language model since then."""
        ...

    def known(self, ids: Sequence[MessageId]) -> frozenset[MessageId]:
        """Which of these message ids have arrived already."""
        ...


class Accounts(Protocol):
    """Who may sign in, and who is signed in."""

    def sign_in(self, email: str, password: str, address: str) -> str | Refusal:
        """A session token, or a refusal in words."""
        ...

    def sign_out(self, token: str) -> None: ...

    def who(self, token: str) -> Person | None: ...

    def names(self) -> dict[PersonId, str]:
        """Who everyone is or was, whether they may still sign in or not."""
        ...

    def people(self) -> tuple[Colleague, ...]:
        """Everyone whose account is open, by name."""
        ...

    def account(self, id: PersonId) -> Person | None:
        """Somebody whose account is open."""
        ...

    def demo_accounts(self) -> tuple[DemoAccount, ...]: ...


class StepRunner(Protocol):
    """Runs one step of durable work; a step that has finished is not run again after a crash."""

    def __call__(self, name: str, work: Callable[[], str]) -> str: ...


class Durable(Protocol):
    """Work that survives the process."""

    def prepare(self, ticket: TicketId, messages: int, *, after_seconds: float = 0.0, again: str = "") -> None:
        """Prepare a ticket as of this many messages; once per number of messages and `again`."""
        ...

    def carry_out(self, ticket: TicketId, version: int, *, after_seconds: float = 0.0) -> None:
        """Carry out what was approved for this version; once."""
        ...
