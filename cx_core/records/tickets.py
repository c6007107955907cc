"""A customer's matter and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.customer_checks import Confirmation
from cx_core.records.ids import CustomerId, PersonId, TaskTypeName, TicketId
from cx_core.records.messages import Channel
from cx_core.records.people import Role
from cx_core.records.statements import Polarity
from cx_core.records.time_wishes import WordsPlace
from cx_core.records.values import Record

Status = Literal["new", "open", "pending", "solved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")

Work = Literal["reading", "ready", "sending", "carrying", "returned", "done", "failed"]
"""Where the copilot stands: reading (being prepared), ready (a proposal waits), sending (approved, and can be
withdrawn for some seconds), carrying (being carried out), returned (a step failed, it waits with what happened),
done, failed (the copilot could not read it; a person works without it)."""

Route = Literal["act", "advisor", "supervisor", "person"]

ImportSystem = Literal["zendesk", "freshdesk", "mbox"]
SYSTEMS: Mapping[ImportSystem, str] = {"zendesk": "Zendesk", "freshdesk": "Freshdesk", "mbox": "a mail archive"}
"""Where an imported ticket came from, by its name on screen."""


IMPORTED_ID = "import:"
"""What ids of messages and notes begin with that were not written here."""


class ImportMark(Record):
    """That a ticket came with the history of another help desk."""

    system: ImportSystem
    number: str = Field(default="", description="as it was called there; empty once its customer is erased")
    run: str = Field(description="the import that brought it")

    @property
    def words(self) -> str:
        """Such as "Zendesk #12"."""
        return f"{SYSTEMS[self.system]} {self.number}".strip()


class Direction(Record):
    """What a person told the copilot about a ticket: it counts for the words that were there by then.

    It also takes a ticket back from a person: that the customer had asked for one no longer keeps the copilot away.
    """

    goals: tuple[TaskTypeName, ...] | None = Field(default=None, description="None: as the copilot understood it")
    polarity: dict[TaskTypeName, Polarity] = Field(
        default_factory=dict, description="of goals whose polarity they said; the others are wanted"
    )
    set_aside: tuple[WordsPlace, ...] = Field(
        default=(), description="where that stands which was said about time and does not count"
    )
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
    identity: int = Field(default=0, description="as the channels vouch for it: the least of what is not answered")
    confirmed: Confirmation | None = Field(default=None, description="by a one-time code; see `identity_now`")
    status: Status = "new"
    work: Work = "reading"
    priority: Priority = "normal"
    sentiment: Literal["negative", "neutral", "positive"] = "neutral"
    language: str = "en"
    task_types: tuple[TaskTypeName, ...] = ()
    route: Route | None = None
    needs: Role | None = Field(
        default=None, description="the role above an advisor's that goes on; see `Proposal.needs`"
    )
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
    imported: ImportMark | None = Field(default=None, description="from where, if it did not come in here")
    test: bool = Field(default=False, description="an administrator wrote it to try the desk: replies stay in Rung")
    team: str = ""
    mailbox: str = Field(default="", description="that it came by, and replies go from; empty: by none")
    may_belong: TicketId | None = Field(default=None, description="it may go on with that ticket; a person decides")
    held: str = Field(default="", description="why it does not go on with `may_belong` by itself")
    linked_to: TicketId | None = Field(default=None, description="the closed ticket that this one goes on with")
    merged_into: TicketId | None = None
    direction: Direction | None = None

    @property
    def erased(self) -> bool:
        """Whether its customer was erased: every channel knows where a message came from, until then."""
        return not self.address


SENDER = "address:"
"""What the name of somebody who is no known customer begins with."""


def subject(ticket: Ticket) -> CustomerId:
    """Whose data a ticket holds: its customer, or, while nobody knows who wrote, the sender's address.

    Audit events are encrypted under this name, so that a person can be forgotten either way.
    """
    return ticket.customer or CustomerId(f"{SENDER}{ticket.address.lower()}")


def key_owner(whose: CustomerId, item: str) -> CustomerId:
    """Return the name of the key that an item of `whose` is encrypted with: "ticket:T-1", "file:0a1b...".

    A customer's key opens all that is theirs. While nobody is known, the item has a key of its own: several people
    may write from one address, and erasing one of them must neither reveal nor destroy what another one wrote.
    """
    return CustomerId(item) if whose.startswith(SENDER) else whose


def awaits_second(first: FirstApproval | None, version: int, work: Work, now: datetime) -> bool:
    """Whether one person has approved what counts and another must: not carried out, not too long ago."""
    return first is not None and first.version == version and work in ("ready", "returned") and now < first.until
