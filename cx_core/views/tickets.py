"""A ticket opened: steps as cards, what a person must know, what somebody approved first."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.records import (
    Attachment,
    CodeState,
    Draft,
    Leaves,
    Message,
    MessageId,
    Outcome,
    Proposal,
    RecentAct,
    Record,
    Role,
    Ruling,
    Step,
    StepId,
    Ticket,
    TicketId,
)
from cx_core.views.channels.mailboxes import WayOut
from cx_core.views.queue import QueueRow
from cx_core.views.stops import Stop


class StepCard(Record):
    """A step in plain words, as the right pane shows it."""

    step: Step
    version: int = Field(default=0, description="of the proposal it was approved in, or waits in")
    title: str
    words: str
    ruling: Ruling
    findings: tuple[str, ...] = ()
    outcome: Outcome | None = None
    left_out: str = Field(default="", description="why whoever approved the rest left it out; empty: it was not")
    may_approve: bool = False
    may_undo: bool = False


class NeedsRole(Record):
    """That another role has to do it, and why, in a sentence."""

    role: Role
    why: str


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
    leaves: Leaves | None = Field(default=None, description="what they chose the ticket to be afterwards")


class CodeShown(Record):
    """The last one-time code of a ticket, without the code."""

    state: CodeState
    to: str = Field(description="the masked contact")
    at: datetime
    until: datetime
    by: str = Field(default="", description="name of the person who asked for it; empty: the copilot did")
    why: str = ""
    counts: bool = Field(default=False, description="the customer counts as confirmed by it now")


class AloneQuestion(Record):
    """One of three questions about a ticket whose task types may act alone. Three times yes, and it acts."""

    asks: str
    why_not: str = Field(default="", description="empty: yes")


class MergeOffer(Record):
    """Another ticket that this one may belong to; a person decides."""

    into: TicketId
    subject: str
    why: str = Field(description="why it was not joined by itself, in a sentence")
    cannot: str = Field(default="", description="why it cannot be merged into that one; empty: it can")


class TicketView(Record):
    """Everything the Inbox shows of one ticket."""

    ticket: Ticket
    messages: tuple[Message, ...]
    new_parts: dict[MessageId, tuple[tuple[int, int], ...]] = Field(
        default_factory=dict, description="of a mail with others below it, from and to where its own words are"
    )
    attachments: tuple[Attachment, ...] = Field(default=(), description="of the messages and of the draft")
    way_out: WayOut = WayOut()
    proposal: Proposal | None
    cards: tuple[StepCard, ...] = ()
    draft: Draft | None = None
    as_drafted: bool = Field(default=False, description="the draft's words are the copilot's, for the plan as chosen")
    labels: dict[str, str] = Field(default_factory=dict, description="of each slot of the plan, what a reply shows")
    first_answer: bool = Field(
        default=False, description="whoever looks says first what they would do; the proposal is veiled until then"
    )
    alone: tuple[AloneQuestion, ...] = Field(
        default=(), description="why it went alone or waits, where its task types may act alone"
    )
    code: CodeShown | None = Field(default=None, description="the last one-time code")
    check: str = Field(
        default="", description="what to know of a proposal that was shown with an error on purpose before this one"
    )
    holder: str = Field(default="", description="name of another person who has this ticket now")
    viewers: tuple[str, ...] = Field(default=(), description="names of others who have it open, which claims nothing")
    mine: bool = Field(default=False, description="whether whoever looks has it")
    can_act: bool = False
    silent: bool = Field(default=False, description="approved without a reply: nothing is sent to the customer")
    can_withdraw: bool = Field(default=False, description="approved, and still held back for some seconds")
    first: Approved | None = Field(default=None, description="approved by one person; a second must approve the same")
    packet: Packet | None = Field(default=None, description="where a person goes on instead of the copilot")
    waiting: bool = Field(default=False, description="the customer wrote and that is not read yet")
    earlier: tuple[SolvedCase, ...] = Field(default=(), description="like tickets that went well; never to be quoted")
    others: tuple[QueueRow, ...] = Field(default=(), description="the customer's other open tickets, newest first")
    stopped: tuple[Stop, ...] = Field(default=(), description="switches over this ticket's task types and actions")
    held: bool = Field(default=False, description="an act planned or approved here is not carried out for them")
    held_steps: tuple[StepId, ...] = Field(default=(), description="planned, not left out, not carried out for them")
    taken_back: tuple[str, ...] = Field(
        default=(), description="titles of acts that were undone after the customer was told of them"
    )
    recent: tuple[RecentAct, ...] = Field(default=(), description="done for the customer lately, newest first")
    outdated: tuple[str, ...] = Field(default=(), description="what the draft rests on that has changed, in sentences")
