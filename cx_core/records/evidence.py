"""What was looked up, and where each value comes from."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName, ArticleId, CustomerId, StepId, TaskTypeName, TicketId
from cx_core.records.values import Record, Value

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

    @property
    def number(self) -> str:
        """What people call it by: what a field `number` holds, else its id."""
        held = self.fields.get("number")
        return str(held) if isinstance(held, str | int) and not isinstance(held, bool) and held != "" else self.id


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

    @property
    def ref(self) -> str:
        """Leads to where it stands in its article, as Search opens it: "article/refunds#3:120-380"."""
        place = f"#{self.number}:{self.span[0]}-{self.span[1]}" if self.span else ""
        return f"article/{self.article}{place}"


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
    named: bool = Field(default=False, description="the customer said which are meant")
    trouble: str = Field(default="", description="why nothing could be read, if so")


class Reading(Record):
    """One read that a proposal rests on. The digests tell whether the same read gives the same records later."""

    read: ActionName
    arguments: dict[str, Value]
    digests: dict[str, str] = Field(description="of each record as it was read, by reference")


class RecentAct(Record):
    """What was done for the customer lately, on any of their tickets, as the business system said."""

    ticket: TicketId
    step: StepId
    action: ActionName
    words: str = Field(description='"Refunded £100.00 of payment P-21"')
    told: str = Field(default="", description="the same as a customer is told it; empty: nobody is")
    fields: dict[str, Value] = Field(default_factory=dict, description="of its receipt")
    refs: tuple[str, ...] = Field(default=(), description="ids of the records that it was done to, and of what it made")
    over: bool = Field(default=False, description="a day that it names has gone by")
    at: datetime


class Evidence(Record):
    """What was looked up for one ticket."""

    read_at: datetime | None = Field(default=None, description="None where an older version of Rung looked it up")
    customer: BusinessRecord | None = None
    others_with_name: int = 0
    lookups: tuple[Lookup, ...] = ()
    readings: tuple[Reading, ...] = Field(default=(), description="empty where an older version of Rung looked it up")
    passages: tuple[Passage, ...] = ()
    answered: tuple[float, ...] = Field(
        default=(), description="by goal (or once, without goals): how likely a passage answers, 0..1"
    )
    general: bool = Field(
        default=False, description="a question is asked, and nothing in it is about the customer's own matter"
    )
    recent: tuple[RecentAct, ...] = Field(default=(), description="newest first")
    earlier: tuple[TicketId, ...] = ()
    findings: tuple[str, ...] = Field(default=(), description="what a person must know: not found, not theirs")
