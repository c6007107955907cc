"""A ticket's whole story, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records import Record, Status, TicketId


class CaseFact(Record):
    """One thing that stands in an entry, and what it comes from."""

    label: str
    text: str
    source: str = ""
    ref: str = Field(default="", description="leads to the article, as Search opens it; see `Passage.ref`")


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
    imported: str = Field(default="", description="from where, such as “Zendesk #12”; empty: it came in here")
