"""A ticket that went well, as knowledge: what was asked, what solved it, and nothing of whose it was.

People see these beside articles. They are another customer's matter: none is evidence, and no draft, claim or argument
is made from one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from cx_core.records import ArticleId, Record, TaskTypeName, TicketId

SETTLED = timedelta(days=7)
"""So long after it was solved nobody wrote again, and it counts as solved for good."""
GOOD_RATING = 4
"""The lowest rating, of 5, of a customer who was helped."""


class SolvedCase(Record):
    """What a ticket teaches. Whatever tells who it was, or which record, is a placeholder such as ⟪name⟫."""

    ticket: TicketId
    task_types: tuple[TaskTypeName, ...]
    asked: str = Field(description="the customer's words")
    done: tuple[str, ...] = Field(default=(), description="titles of the actions that were done and read back")
    answered: str = Field(description="the words a person approved, without greeting and close")
    articles: tuple[tuple[ArticleId, str], ...] = Field(default=(), description="whose words went out, with the title")
    at: datetime = Field(description="when it was solved")
    simulated: bool = False
    imported: bool = Field(default=False, description="another desk answered it, before it was brought here")


class Recalled(Record):
    """A case that was found, and how near it is: 0..1, comparable within one search."""

    ticket: TicketId
    score: float
