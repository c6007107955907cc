"""What people are shown and asked: the queue, a ticket opened, a step as a card, a kind no."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from cx_core.records import (
    Attachment,
    Channel,
    Draft,
    FirstApproval,
    Message,
    Notification,
    NotificationEvent,
    NotificationWay,
    Outcome,
    PersonId,
    Priority,
    Proposal,
    Record,
    Role,
    Route,
    Ruling,
    Status,
    Step,
    Subscription,
    TaskTypeName,
    Ticket,
    TicketId,
    Value,
    Work,
)
from cx_core.solved_cases import SolvedCase


class Refusal(Record):
    """A kind no. `code` is for programs, `text` for people."""

    code: Literal[
        "stale", "taken", "already", "reading", "role", "stopped", "slots", "expired", "denied", "empty", "later",
    ]  # fmt: skip
    text: str


Way = Literal["shorter", "warmer", "more formal", "translate"]
"""A manner in which a person's text can be rewritten."""


class Reworded(Record):
    """A text in another manner. `by` is the model that wrote it, or "rules"; `note` is what its reader must know."""

    text: str
    by: str
    note: str = ""


class DraftSoFar(Record):
    """A draft while it is being written, in whole sentences. `notes` are what its reader must know once it `ended`."""

    text: str
    ended: bool = False
    notes: tuple[str, ...] = ()


class ModelStanding(Record):
    """Whether a language model is asked now: failures in a row, and until when it is left alone for them."""

    failures: int = 0
    left_alone_until: datetime | None = None


class ModelBounds(Record):
    """What a language model may take: seconds for one answer, tokens for a ticket and for 24 hours."""

    seconds: float
    ticket_tokens: int
    day_tokens: int


class ModelUse(Record):
    """What a language model was asked for one task on one day (UTC), and what it took."""

    day: date
    task: str
    model: str
    asked: int
    failed: int = Field(description="no answer, or none that could be used")
    input_tokens: int
    output_tokens: int
    seconds: float = Field(description="of one answer, on average")


class PromptVersion(Record):
    """Instructions to a language model: what for, the file under `cx_core/`, and the version in the audit log."""

    task: str
    file: str
    version: str


class ModelOverview(Record):
    """The language model as administrators see it; `name` is empty where there is none."""

    name: str
    standing: ModelStanding = ModelStanding()
    bounds: ModelBounds | None = None
    used_today: int = Field(default=0, description="tokens in the last 24 hours")
    uses: tuple[ModelUse, ...] = Field(default=(), description="of the last days, newest first")
    tickets: tuple[tuple[TicketId, int], ...] = Field(default=(), description="those that took most tokens")
    prompts: tuple[PromptVersion, ...] = ()


class Drafted(Record):
    """What one way of drafting makes of a ticket."""

    reply: str
    summary: str
    steps: tuple[str, ...] = Field(description="in words")
    findings: tuple[str, ...] = ()
    ms: float


class SideBySide(Record):
    """One ticket drafted twice. Nothing of it is kept or sent."""

    ticket: TicketId
    built_in: Drafted
    model: Drafted | None = Field(default=None, description="None: the model is not asked for such a ticket")
    why: str = Field(default="", description="why it is not asked")


class DemoAccount(Record):
    """An account that the sign-in page offers in demonstration mode only."""

    email: str
    name: str
    role: Role
    password: str


class Colleague(Record):
    """Somebody else who works here."""

    id: PersonId
    name: str
    role: Role
    team: str = ""


class Worker(Record):
    """Somebody who answers tickets: how many are theirs, and which they have open now."""

    id: PersonId
    name: str
    role: Role
    open: int = 0
    tickets: tuple[TicketId, ...] = ()


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
    task_types: tuple[TaskTypeName, ...]
    preview: str
    assignee: PersonId | None
    assignee_name: str
    team: str = ""
    updated_at: datetime
    respond_by: datetime | None
    escalated_at: datetime | None = None
    wake_at: datetime | None = None
    simulated: bool = False
    version: int = 0
    first: FirstApproval | None = Field(default=None, description="see records.awaits_second")


class QueueFilter(Record):
    """What the queue should show. Empty tuples mean all."""

    statuses: tuple[Status, ...] = ("new", "open")
    routes: tuple[Route, ...] = ()
    task_types: tuple[TaskTypeName, ...] = ()
    mine: bool = False
    team: str = ""
    at_risk: bool = Field(default=False, description="only those about to miss their time, or past it")
    seconding: bool = Field(default=False, description="only those that wait for a second person, who is not the first")
    among: tuple[TicketId, ...] | None = Field(default=None, description="only these; None: all")
    text: str = ""


class SubscriptionView(Record):
    """A subscription, with whom it goes to and who made it in words."""

    subscription: Subscription
    to: str
    by: str


NotificationState = Literal["sent", "on its way", "given up"]


class NotificationView(Record):
    """A notification on its way, or at its end."""

    notification: Notification
    to: str
    title: str
    state: NotificationState


class Connections(Record):
    """Who is told of what outside the Inbox, as far as this person may see it."""

    titles: dict[NotificationEvent, str] = Field(description="what can be told, in words")
    missing: dict[NotificationWay, str] = Field(description="what must be set before this way works; empty: nothing")
    people: dict[PersonId, str] = Field(description="colleagues a mail can go to; oneself only, unless one may choose")
    may_choose: bool = Field(description="webhooks, other addresses, other people")
    subscriptions: tuple[SubscriptionView, ...] = ()
    notifications: tuple[NotificationView, ...] = ()


class Subscribed(Record):
    """A subscription that was made. `secret`: what a webhook's receiver verifies with; told this once."""

    id: str
    secret: str = ""


class Trial(Record):
    """What came of a test."""

    good: bool
    text: str


class QueuePage(Record):
    """Fifty rows at most, most pressing first."""

    rows: tuple[QueueRow, ...]
    total: int
    page: int
    pages: int


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


class CaseFact(Record):
    """One thing that stands in an entry, and what it comes from."""

    label: str
    text: str
    source: str = ""


class CaseEntry(Record):
    """One event of a ticket's story, in words."""

    seq: int
    at: datetime
    who: str
    title: str
    words: str = Field(default="", description="what it comes to, in a sentence or two")
    said: str = Field(default="", description="somebody's own words, as they were")
    facts: tuple[CaseFact, ...] = ()
    tone: Literal["", "good", "bad", "care"] = ""


class CaseFile(Record):
    """All that happened to one ticket, in order, told from the audit log alone."""

    ticket: TicketId
    subject: str
    customer: str
    status: Status
    made_at: datetime
    entries: tuple[CaseEntry, ...]
    told: tuple[str, ...] = Field(default=(), description="what the customer was told, word for word, oldest first")
    versions: tuple[tuple[str, str], ...] = Field(default=(), description="what made the latest proposal")
    simulated: bool = Field(default=False, description="none of it ever happened")


class StepCard(Record):
    """A step in plain words, as the right pane shows it."""

    step: Step
    title: str
    words: str
    ruling: Ruling
    findings: tuple[str, ...] = ()
    outcome: Outcome | None = None
    may_approve: bool = False
    may_undo: bool = False


class Packet(Record):
    """What a person who goes on with a ticket must know, in ten seconds."""

    who: str
    wants: tuple[str, ...]
    mood: str = ""
    tried: tuple[str, ...] = Field(default=(), description="oldest first")
    stopped: str = Field(description="why the copilot does not go on")
    next_step: str


class Approved(Record):
    """What somebody approved first, of two people who must. `mine`: it was whoever looks."""

    name: str
    at: datetime
    until: datetime
    mine: bool
    may_withdraw: bool
    reply: str
    skipped: tuple[str, ...] = Field(default=(), description="what is left out, and why")


class TicketView(Record):
    """Everything the Inbox shows of one ticket."""

    ticket: Ticket
    messages: tuple[Message, ...]
    attachments: tuple[Attachment, ...] = Field(default=(), description="of the messages and of the draft")
    proposal: Proposal | None
    cards: tuple[StepCard, ...] = ()
    draft: Draft | None = None
    preview: str = Field(default="", description="the reply with slots filled by expected values")
    holder: str = Field(default="", description="name of another person who has this ticket now")
    mine: bool = Field(default=False, description="whether whoever looks has it")
    can_act: bool = False
    can_withdraw: bool = Field(default=False, description="approved, and still held back for some seconds")
    first: Approved | None = Field(default=None, description="approved by one person; a second must approve the same")
    packet: Packet | None = Field(default=None, description="where a person goes on instead of the copilot")
    waiting: bool = Field(default=False, description="the customer wrote and that is not read yet")
    earlier: tuple[SolvedCase, ...] = Field(default=(), description="like tickets that went well; never to be quoted")
    outdated: tuple[str, ...] = Field(default=(), description="what the draft rests on that has changed, in sentences")


class Hit(Record):
    """One thing that was found. `ref` leads to it: "customer/C-4", "article/refunds", "ticket/T-9"."""

    ref: str
    title: str
    about: str = ""

    @property
    def kind(self) -> str:
        return self.ref.partition("/")[0]


class Found(Record):
    """What a search found, those of one kind together. `troubles`: what could not be searched, in words."""

    hits: tuple[Hit, ...] = ()
    troubles: tuple[str, ...] = ()


class Fact(Record):
    """A field of what was looked up; `words` as a reply would say it. A hidden one has no value."""

    name: str
    value: Value = None
    words: str = ""
    hidden: bool = False


class Stretch(Record):
    """A stretch of text of what was looked up: a section of an article, a ticket's summary."""

    heading: str
    text: str


class MacroChoice(Record):
    """A macro that may be used for a ticket; `fits`: it is for one of the ticket's goals."""

    name: str
    title: str
    fits: bool = False


class LookedUp(Record):
    """One thing in full, and what belongs to it."""

    hit: Hit
    facts: tuple[Fact, ...] = ()
    texts: tuple[Stretch, ...] = ()
    linked: tuple[Hit, ...] = ()
    quotable: bool = Field(default=True, description="whether its texts may go into a reply")


class Measured(Record):
    """A baseline event as it was kept; see `ports.Unit.measure`."""

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
