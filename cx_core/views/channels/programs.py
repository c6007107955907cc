"""What programs see of the desk through the HTTP API."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records import ApiToken, Audience, CustomerId, Priority, Record, Status, TicketId
from cx_core.records.messages import Channel


class IssuedToken(Record):
    """A token that was issued, with its secret, which is told this once."""

    token: ApiToken
    secret: str


class Taken(Record):
    """Where a message went."""

    ticket: TicketId
    anew: bool = Field(description="False: it was taken before under the same id, and nothing changed")


class ApiTicket(Record):
    """A ticket as a program sees it."""

    id: TicketId
    subject: str
    status: Status
    channel: Channel
    priority: Priority
    customer: CustomerId | None = Field(description="None: nobody knows who wrote")
    address: str = Field(description="who wrote; empty once the customer was erased")
    assigned: bool = Field(description="whether a colleague has it")
    opened_at: datetime
    updated_at: datetime
    first_response_at: datetime | None = None
    solved_at: datetime | None = None
    merged_into: TicketId | None = Field(default=None, description="the ticket that its messages are in now")
    imported: bool = Field(default=False, description="it came with the history of another help desk")
    follows: TicketId | None = Field(default=None, description="the closed ticket that it goes on with")


class ApiMessage(Record):
    """One message between a customer and us."""

    sender: Literal["customer", "us"]
    automatic: bool = Field(description="whether the copilot sent it by itself")
    text: str
    at: datetime


class ApiCustomer(Record):
    """A customer of the business."""

    id: str
    name: str
    tier: str


class ApiArticle(Record):
    """A published article."""

    id: str
    title: str
    language: str
    version: int
    text: str = Field(description="Markdown")
    audience: Audience = Field(default="customer", description="internal: for colleagues only")
    tags: tuple[str, ...] = ()


class ArticleTaken(Record):
    """What became of what a program handed in. A person decides whether it is published."""

    article: str = Field(description="the article's id")
    version: int = Field(description="the number of the version that was handed in")
    anew: bool = Field(description="False: it was taken before under the same id, and nothing changed")
