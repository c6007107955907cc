"""Every noun of Rung, frozen, in the order a ticket meets them. Read this first; `views.py` holds what people see.

Money is integer minor units (pence, cents) with an ISO 4217 currency. Times are aware, UTC.
Dates inside values are ISO 8601 text. Scores called probability lie in 0..1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from pydantic import BaseModel, ConfigDict, Field

TicketId = NewType("TicketId", str)
AttachmentId = NewType("AttachmentId", str)
MessageId = NewType("MessageId", str)
CustomerId = NewType("CustomerId", str)
PersonId = NewType("PersonId", str)
ArticleId = NewType("ArticleId", str)
StepId = NewType("StepId", str)
ActionName = NewType("ActionName", str)
TaskTypeName = NewType("TaskTypeName", str)


class Record(BaseModel):
    """Base of all records: frozen, and a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- people who work here -------------------------------------------------------------------


class Role(StrEnum):
    """What a person may do. A knowledge editor approves nothing."""

    EDITOR = "editor"
    ADVISOR = "advisor"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


APPROVERS = (Role.ADVISOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
"""Roles that may approve, least first."""


class Person(Record):
    """Somebody signed in."""

    id: PersonId
    email: str
    name: str
    role: Role


# --- values ---------------------------------------------------------------------------------


class Money(Record):
    """An amount in minor units: Money(minor=5400, currency="GBP") is 54.00 pounds."""

    minor: int
    currency: str = "GBP"

    def __str__(self) -> str:
        sign = {"GBP": "£", "EUR": "€", "USD": "$"}.get(self.currency, self.currency + " ")
        return f"{'-' if self.minor < 0 else ''}{sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d}"


Value = Money | bool | int | str | tuple[str, ...] | None
"""What an argument or a field of a business record may hold. Dates are ISO text."""


# --- intake ---------------------------------------------------------------------------------

Channel = Literal["email", "chat", "web"]
Sender = Literal["customer", "advisor", "copilot"]

IDENTITIES = ("only claimed", "vouched for by the channel", "confirmed by a code")
"""How well we know who wrote, in words: 0, 1, 2."""


class File(Record):
    """A file in somebody's hand, in full. What a channel or browser says about its type is not asked for."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    name: str
    content: bytes
    media_type: str = Field(default="", description="as found by looking into it; empty before that")


class Inbound(Record):
    """One message as a channel hands it over, every channel alike."""

    id: MessageId = Field(description="the channel's own id; a repeated id is the same message")
    channel: Channel
    address: str = Field(description="who wrote: e-mail address or customer id, as the channel says")
    identity: Literal[0, 1, 2] = 0
    subject: str = ""
    text: str
    received_at: datetime
    thread: str = Field(default="", description="the channel's conversation, if it knows one")
    files: tuple[File, ...] = ()
    headers: tuple[tuple[str, str], ...] = Field(
        default=(),
        description="of a mail, as they came: they tell a program from a person, and what an answer refers to",
    )


class Message(Record):
    """One message of a ticket."""

    id: MessageId
    ticket: TicketId
    sender: Sender
    text: str
    at: datetime
    identity: int = 0
    author: str = Field(default="", description="name of the advisor who sent it")
    by_program: str = Field(default="", description="what shows that a program sent it; empty: nothing does")
    refers: str = Field(default="", description="of a mail: what an answer's References say, the mail itself last")


class Attachment(Record):
    """A file with a message, or one that was not kept. Its bytes lie apart, see `ports.Files`."""

    id: AttachmentId
    ticket: TicketId
    message: MessageId | None = Field(description="None: with the draft, not sent yet")
    name: str
    media_type: str = ""
    size: int = Field(description="in bytes")
    sha256: str = Field(default="", description="of the bytes as they came")
    person: PersonId | None = Field(default=None, description="who attached it; None: the customer")
    trouble: str = Field(default="", description="why it was not kept; empty if it was")
    at: datetime

    @property
    def is_picture(self) -> bool:
        """Pictures have a preview, made anew from what is seen in them."""
        return self.media_type.startswith("image/")


Status = Literal["new", "open", "pending", "solved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")

Work = Literal["reading", "ready", "sending", "carrying", "returned", "done", "failed"]
"""Where the copilot stands: reading (being prepared), ready (a proposal waits), sending (approved, and can be
withdrawn for some seconds), carrying (being carried out), returned (a step failed, it waits with what happened),
done, failed (the copilot could not read it; a person works without it)."""


class Direction(Record):
    """What a person told the copilot about a ticket: it counts for the words that were there by then.

    It also takes a ticket back from a person: that the customer had asked for one no longer keeps the copilot away.
    """

    goals: tuple[TaskTypeName, ...] | None = Field(default=None, description="None: as the copilot understood it")
    messages: int = Field(description="how many messages the ticket had")
    person: PersonId
    name: str
    at: datetime


class FirstApproval(Record):
    """That somebody approved a version, and another person must before anything is done. The approval lies apart."""

    version: int
    person: PersonId
    name: str
    at: datetime
    until: datetime = Field(description="then it is worth nothing any more")


class Ticket(Record):
    """A customer's matter."""

    id: TicketId
    subject: str
    channel: Channel
    address: str
    customer: CustomerId | None = None
    customer_name: str = ""
    tier: str = ""
    identity: int = 0
    status: Status = "new"
    work: Work = "reading"
    priority: Priority = "normal"
    sentiment: Literal["negative", "neutral", "positive"] = "neutral"
    language: str = "en"
    task_types: tuple[TaskTypeName, ...] = ()
    route: Route | None = None
    version: int = Field(default=0, description="of the proposal that counts; 0 before the first")
    first: FirstApproval | None = Field(default=None, description="of two that are needed; see `awaits_second`")
    preview: str = Field(default="", description="one line of the latest customer message")
    assignee: PersonId | None = None
    assignee_name: str = ""
    opened_at: datetime
    updated_at: datetime
    respond_by: datetime | None = None
    solve_by: datetime | None = None
    escalated_at: datetime | None = Field(default=None, description="about to miss its time, and people were told")
    wake_at: datetime | None = Field(default=None, description="pending until then; None: until the customer writes")
    first_response_at: datetime | None = None
    solved_at: datetime | None = None
    reopened: int = 0
    simulated: bool = Field(default=False, description="made up for a demonstration: none of it ever happened")
    team: str = ""
    linked_to: TicketId | None = Field(default=None, description="the closed ticket that this one goes on with")
    merged_into: TicketId | None = None
    direction: Direction | None = None


def subject(ticket: Ticket) -> CustomerId:
    """Whose data a ticket holds: its customer, or, while nobody knows who wrote, the sender's address.

    Audit events are encrypted under this name, so that a person can be forgotten either way.
    """
    return ticket.customer or CustomerId(f"address:{ticket.address.lower()}")


def awaits_second(first: FirstApproval | None, version: int, work: Work, now: datetime) -> bool:
    """Whether one person has approved what counts and another must: not carried out, not too long ago."""
    return first is not None and first.version == version and work in ("ready", "returned") and now < first.until


# --- triage ---------------------------------------------------------------------------------

EntityKind = Literal[
    "order", "invoice", "payment", "appointment", "contract", "date", "amount", "email", "phone",
    "address", "product",
]  # fmt: skip


class Entity(Record):
    """Something the customer named. `value` is normalised: ISO date, upper-case id, minor units."""

    kind: EntityKind
    text: str = Field(description="as written")
    value: str
    message: MessageId
    start: int = Field(description="offset in the message's text, in characters")
    end: int


PREPARES = 2
"""The lowest level at which the copilot drafts and plans; below, a person does everything."""


class Goal(Record):
    """One task type as found in one ticket."""

    task_type: TaskTypeName
    probability: float = Field(ge=0, le=1, description="calibrated")
    sure: bool = True
    quote: str = Field(default="", description="the customer's words that say so")
    level: int = PREPARES
    told_by: str = Field(default="", description="name of the person who said so; empty: the copilot understood it")


class Triage(Record):
    """What the messages say. No goals means nothing was understood: "unsure" is an answer."""

    goals: tuple[Goal, ...] = ()
    entities: tuple[Entity, ...] = ()
    language: str = "en"
    urgency: Literal["low", "normal", "high"] = "normal"
    sentiment: Literal["negative", "neutral", "positive"] = "neutral"
    trend: Literal["worse", "same", "better"] = "same"
    priority: Priority = "normal"
    wants_person: bool = False


# --- evidence -------------------------------------------------------------------------------

SourceKind = Literal["words", "record", "article", "advisor", "derived", "arithmetic", "none"]


class Source(Record):
    """What backs an argument or a claim. `ref` is a message id, "payment/P-8", an article id or a person."""

    kind: SourceKind
    ref: str = ""
    field: str = ""
    quote: str = Field(default="", description="as it stands there; of arithmetic, the calculation")
    operands: tuple[Source, ...] = Field(default=(), description="where the terms of a calculation come from")


class BusinessRecord(Record):
    """One record of a business system, as read."""

    kind: str = Field(description="payment, order, appointment, slot, ...")
    id: str
    customer: CustomerId | None = None
    fields: dict[str, Value] = Field(default_factory=dict)

    @property
    def ref(self) -> str:
        return f"{self.kind}/{self.id}"


Audience = Literal["customer", "internal"]
"""Whom an article is for. Internal ones are never quoted to customers."""


class Passage(Record):
    """A piece of an article that was found: the section, and where in the article's text it stands."""

    article: ArticleId
    title: str
    heading: str = ""
    text: str
    audience: Audience = "customer"
    task_types: tuple[TaskTypeName, ...] = Field(default=(), description="what its article is for")
    version: str
    number: int = Field(default=1, description="of the article's version")
    span: tuple[int, int] | None = Field(default=None, description="of characters in the article's text")
    score: float = Field(description="cosine similarity, -1..1")
    goals: tuple[int, ...] = Field(default=(), description="places of the goals it was found for")


class Retrieved(Record):
    """What a search of the articles found."""

    passages: tuple[Passage, ...] = Field(default=(), description="best first")
    answered: float = Field(
        default=0.0, ge=0, le=1, description="how likely one of them answers; low: nothing here does"
    )
    trouble: str = Field(default="", description="why words alone were searched, if so; scores are 0 then")


class Lookup(Record):
    """One named reading for a goal: `name` as its task type calls it."""

    goal: int
    name: str
    records: tuple[BusinessRecord, ...] = Field(default=(), description="those that are meant")
    others: tuple[BusinessRecord, ...] = Field(default=(), description="read as well, but not the ones meant")
    trouble: str = Field(default="", description="why nothing could be read, if so")


class Evidence(Record):
    """What was looked up for one ticket."""

    customer: BusinessRecord | None = None
    others_with_name: int = 0
    lookups: tuple[Lookup, ...] = ()
    passages: tuple[Passage, ...] = ()
    answered: tuple[float, ...] = Field(
        default=(), description="by goal (or once, without goals): how likely a passage answers, 0..1"
    )
    earlier: tuple[TicketId, ...] = ()
    findings: tuple[str, ...] = Field(default=(), description="what a person must know: not found, not theirs")


# --- proposal -------------------------------------------------------------------------------


class Option(Record):
    """Another value an argument could take, with its source."""

    value: Value
    label: str
    source: Source


class Argument(Record):
    """One argument of a step and what backs it."""

    name: str
    value: Value
    source: Source
    options: tuple[Option, ...] = ()


class Step(Record):
    """One action with arguments, for one goal. `after` names steps that must be done first."""

    id: StepId
    goal: int
    action: ActionName
    arguments: tuple[Argument, ...] = ()
    after: tuple[StepId, ...] = ()
    added_by: str = Field(default="", description="name of the person who added it; empty: it was planned")

    def values(self) -> dict[str, Value]:
        return {argument.name: argument.value for argument in self.arguments}


def digest(ticket: TicketId, version: int, step: Step) -> str:
    """SHA-256 over what exactly is to be done: a proof is for this and nothing else."""
    exact = {
        "ticket": ticket,
        "version": version,
        "step": step.id,
        "action": step.action,
        "arguments": {a.name: _plain(a.value) for a in step.arguments},
    }
    return hashlib.sha256(json.dumps(exact, sort_keys=True).encode()).hexdigest()


def _plain(value: Value) -> object:
    return value.model_dump() if isinstance(value, Money) else value


class Part(Record):
    """What planning says about one goal: a paragraph with slots, and a note for the summary."""

    goal: int
    case: str
    text: str
    note: str = ""
    citations: tuple[Citation, ...] = ()
    asks: bool = Field(default=False, description="the paragraph asks the customer something")


class PublicAnswer(Record):
    """A question of the customer's, and the words of a published article that answer it."""

    question: str
    article: ArticleId
    number: int = Field(description="of the article's version")
    version: str = Field(description="digest of that version")
    title: str
    heading: str = ""
    span: tuple[int, int] = Field(description="of characters in the article's text")
    text: str = Field(description="as it stands there")
    probability: float = Field(default=0.0, description="that this answers the question")


class Finding(Record):
    """Something grounding noticed. A blocking finding turns a step into an ask, or stops it."""

    step: StepId | None
    argument: str = ""
    text: str
    planted: bool = Field(default=False, description="orders to the copilot were found and set apart")
    doubt: bool = Field(default=False, description="it may lead astray whoever reads it, and nothing was set apart")


class Ruling(Record):
    """The guard's answer to one step."""

    answer: Literal["allow", "ask", "deny"]
    ask: Role | None = None
    people: int = Field(default=1, description="2: nobody may alone, two who may must approve the same")
    policies: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    policy_version: str = ""
    facts: dict[str, bool | int | str | None] = Field(
        default_factory=dict, description="what it rests on, see decide.facts.Facts: ids, figures and marks, no words"
    )


Route = Literal["act", "advisor", "supervisor", "person"]


class Citation(Record):
    """An article passage or record that a reply rests on."""

    ref: str
    title: str
    quote: str = ""


class Reply(Record):
    """A drafted answer. Slots such as {s1.amount} stand for what a step's receipt will say."""

    text: str
    citations: tuple[Citation, ...] = ()


class Versions(Record):
    """What made a proposal, for explaining and replaying it."""

    rung: str
    encoder: str
    classifier: str
    knowledge: str
    policy: str
    model: str = "embedded"
    prompts: str = Field(default="", description="digest of the instructions to the model, if one was asked")


class Proposal(Record):
    """Summary, plan and reply for one version of a ticket. `messages` is how many it has read."""

    ticket: TicketId
    version: int
    messages: int
    triage: Triage
    evidence: Evidence
    summary: str
    steps: tuple[Step, ...] = ()
    rulings: dict[StepId, Ruling] = Field(default_factory=dict)
    reply_ruling: Ruling | None = Field(default=None, description="of sending the reply, where one is drafted")
    findings: tuple[Finding, ...] = ()
    parts: tuple[Part, ...] = ()
    answers: tuple[PublicAnswer, ...] = Field(default=(), description="where published words answer all of it")
    reply: Reply | None = None
    route: Route
    why: str
    first_step: int = Field(default=1, description="number of its first step; they count on over versions")
    versions: Versions
    made_at: datetime
    ms: dict[str, float] = Field(default_factory=dict, description="milliseconds by stage")

    def step(self, id: StepId) -> Step | None:
        return next((step for step in self.steps if step.id == id), None)

    @property
    def next_step(self) -> int:
        """The number after its last step: they are numbered on, so that a slot means one step for ever."""
        return max((int(step.id[1:]) + 1 for step in self.steps), default=self.first_step)


# --- approval, outcome ----------------------------------------------------------------------


class Seal(Record):
    """A ruling bound to one step as it was approved, for one act: what is demanded before anything is done.

    `mark` is made by a key over all other fields (see ports.Sealer). A seal is used under one key of a business
    system and never under another.
    """

    id: str = Field(description="random")
    ticket: TicketId
    version: int
    step: StepId
    action: ActionName
    digest: str = Field(description="of the step as approved, arguments and all")
    approval: str
    person: PersonId
    role: Role | None = Field(description="who approved; None: the copilot alone")
    policy: str = Field(description="version of the policy that allowed it")
    issued_at: datetime
    expires_at: datetime
    first: str = Field(
        default="", description="id of the first seal where two people approve; its own: it proves nothing alone"
    )
    mark: str = ""


class Approval(Record):
    """A person's answer to a proposal, for exactly this version.

    `digests` holds, per approved step, the digest of the step as approved (edits included).
    `steps` are those steps with the values approved; `skipped` gives, per step left out, the reason.
    `seals` are what proves each step to whoever carries it out.
    """

    id: str
    ticket: TicketId
    version: int
    decision: Literal["approve", "edit", "reject"]
    person: PersonId
    name: str = Field(default="", description="the person's name, for the customer and the page")
    role: Role | None = Field(description="None: the copilot alone, on a ruling of allow")
    steps: tuple[Step, ...] = ()
    digests: dict[StepId, str] = Field(default_factory=dict)
    seals: dict[StepId, Seal] = Field(default_factory=dict)
    skipped: dict[StepId, str] = Field(default_factory=dict)
    reply: str = ""
    files: tuple[AttachmentId, ...] = Field(default=(), description="attachments that go with the reply")
    reason: str = ""
    at: datetime

    @property
    def waits(self) -> bool:
        """Whether it is the first of two that are needed, and proves nothing alone."""
        return any(seal.first == seal.id for seal in self.seals.values())


class Receipt(Record):
    """What a business system says it did. `fields` fill the slots of a reply."""

    key: str
    action: ActionName
    reference: str
    fields: dict[str, Value] = Field(default_factory=dict)
    at: datetime
    undo_until: datetime | None = None


class Outcome(Record):
    """What became of one step, read back."""

    step: StepId
    action: ActionName
    status: Literal["done", "failed", "undone"]
    verified: bool = False
    unknown: bool = Field(default=False, description="failed without an answer: it may have happened")
    key: str
    receipt: Receipt | None = None
    message: str = ""
    at: datetime
    mark: str = Field(default="", description="over all else, its ticket, its version and the step as approved")


class Spending(Record):
    """Money out by one act, counted under the act's key: the same key again is the same money.

    `reserved` until the outcome is known; what may have happened stays reserved, what is taken back is released.
    """

    key: str
    ticket: TicketId
    version: int
    step: StepId
    customer: CustomerId
    task_type: str
    action: ActionName
    alone: bool = Field(description="by the copilot, without a person")
    amount: Money
    at: datetime
    state: Literal["reserved", "spent", "released"] = "reserved"


UNKNOWN_SUM = 10**12
"""Minor units that stand for a sum nobody knows: more than any rule lets out."""


class Spent(Record):
    """Money that went out before an act, that act itself not counted. Sums in minor units."""

    customer: int = Field(default=UNKNOWN_SUM, description="to this customer in 30 days")
    alone_today: int = Field(default=UNKNOWN_SUM, description="by the copilot alone, for this task type, today")
    payouts_day: int = Field(default=UNKNOWN_SUM, description="how many times to this customer in 24 hours")


class Choices(Record):
    """What a person changed in a plan and has not approved yet: arguments by step, and steps left out with why."""

    edits: dict[StepId, dict[str, Value]] = Field(default_factory=dict)
    skipped: dict[StepId, str] = Field(default_factory=dict)


class Draft(Record):
    """An advisor's work on a ticket, kept in the database. `version` is the proposal it began from."""

    ticket: TicketId
    version: int
    text: str
    person: PersonId
    at: datetime
    choices: Choices = Choices()
    earlier: tuple[str, ...] = Field(default=(), description="the person's texts before each rewriting, oldest first")


class Rewording(Record):
    """Words that a language model offered in place of a person's, for a ticket's reply.

    `disclosure` is how a translation says that an AI helped; empty: it is said as the company does.
    """

    ticket: TicketId
    before: str
    after: str
    disclosure: str = ""
    at: datetime


class Rating(Record):
    """A customer's answer to how well they were helped; no score while they have not answered."""

    ticket: TicketId
    asked_at: datetime
    score: int | None = Field(default=None, ge=1, le=5)
    comment: str = ""
    answered_at: datetime | None = None


class Note(Record):
    """What a colleague wrote about a ticket, for colleagues. `mentions` were told."""

    id: str
    ticket: TicketId
    person: PersonId
    name: str
    text: str
    mentions: tuple[PersonId, ...] = ()
    at: datetime


class Notice(Record):
    """Something one person should see. `kind`: mention, transferred, woken, escalated."""

    id: int
    ticket: TicketId
    kind: str
    sender: str
    text: str
    at: datetime


FlagTarget = Literal["goal", "summary", "evidence", "plan", "reply", "other"]
"""What of the copilot's work a person may say is wrong."""


class Switch(Record):
    """Something a person stopped: "*" is everything, "action:..." one action, else a task type."""

    name: str
    person: PersonId
    reason: str
    at: datetime


def own_switch(action: ActionName) -> str:
    """The name of an action's own switch."""
    return f"action:{action}"


def switches_over(action: ActionName, task_types: Iterable[TaskTypeName]) -> tuple[str, ...]:
    """The names of all switches that stop this action when it is done for these task types."""
    return ("*", own_switch(action), *task_types)


NotificationEvent = Literal[
    "escalated", "returned", "by_hand", "transferred", "mention", "reopened", "low_rating", "switched", "model_trouble",
    "backlog", "second_wanted",
]  # fmt: skip
"""What can be told outside Rung, by e-mail or webhook."""
NotificationWay = Literal["email", "webhook"]


class Subscription(Record):
    """Which events go where. `target` is a web address, an e-mail address, or "account:" and a person's id."""

    id: str
    events: tuple[NotificationEvent, ...]
    way: NotificationWay
    target: str
    person: PersonId = Field(description="who made it")
    active: bool = True
    at: datetime


class Notification(Record):
    """One event on its way to one subscription."""

    id: int
    subscription: str
    event: NotificationEvent
    body: dict[str, str | int | float | bool | None] = Field(description="ids and figures, never a customer's words")
    at: datetime
    tries: int = 0
    next_try: datetime | None = Field(default=None, description="None: sent, or given up")
    sent_at: datetime | None = None
    trouble: str = Field(default="", description="why the last try failed")


# --- audit ----------------------------------------------------------------------------------


class AuditEvent(Record):
    """One entry of the log, decrypted. `payload` is None once the customer was erased."""

    seq: int
    at: datetime
    kind: str
    ticket: TicketId | None = None
    actor: str
    payload: dict[str, object] | None


class AuditReport(Record):
    """What verifying the whole log found."""

    ok: bool
    events: int
    first_bad: int | None = None
    reason: str = ""


Ticket.model_rebuild()
Part.model_rebuild()
