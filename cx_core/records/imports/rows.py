"""What is read of another help desk's export: tickets with their messages, articles, and rows that cannot be used."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from cx_core.records.messages import Channel
from cx_core.records.tickets import ImportSystem, Priority, Status
from cx_core.records.values import Record

LONGEST_BODY = 500_000
"""Characters of one message or article."""
MOST_MESSAGES = 5_000
"""Zendesk allows so many comments in a ticket."""


class ImportedMessage(Record):
    """One message or internal note, as the export has it. All of it is data of whoever wrote it."""

    id: str = Field(min_length=1, max_length=1_000, description="unique within its ticket")
    sender: Literal["customer", "advisor"]
    author: str = Field(default="", max_length=120)
    text: str = Field(min_length=1, max_length=LONGEST_BODY)
    at: AwareDatetime
    private: bool = Field(default=False, description="a note for colleagues")
    files: tuple[str, ...] = Field(default=(), max_length=50, description="names of files, whose bytes are not here")


class ImportedTicket(Record):
    """A ticket, or of an mbox one mail, which joins the ticket that any of its keys names."""

    kind: Literal["ticket"] = "ticket"
    system: ImportSystem
    key: str = Field(min_length=1, max_length=1_000, description="its id over there")
    also: tuple[str, ...] = Field(default=(), max_length=100, description="other keys of the same conversation")
    number: str = Field(default="", max_length=40, description="as people called it over there")
    subject: str = Field(default="", max_length=2_000)
    status: Status
    priority: Priority = "normal"
    channel: Channel = "email"
    address: str = Field(min_length=1, max_length=320)
    name: str = Field(default="", max_length=120)
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    solved_at: AwareDatetime | None = None
    messages: tuple[ImportedMessage, ...] = Field(min_length=1, max_length=MOST_MESSAGES)
    left_out: tuple[str, ...] = Field(default=(), description="what of it was not taken, in words")


class ImportedArticle(Record):
    """A help centre's article, as HTML."""

    kind: Literal["article"] = "article"
    system: ImportSystem
    key: str = Field(min_length=1, max_length=100)
    title: str = Field(min_length=1, max_length=300)
    html: str = Field(min_length=1, max_length=LONGEST_BODY)
    internal: bool = Field(default=False, description="not for everybody over there")
    updated_at: AwareDatetime | None = None


CUT_SHORT = "the file ends in the middle of it"
"""The fault of a record that is cut off where the file ends."""


class RowFault(Record):
    """Something in the file that was not taken, where it is, and why. It quotes nothing of what the file says."""

    kind: Literal["fault"] = "fault"
    place: str = Field(max_length=200, description="such as “Tickets0.json, ticket 12”")
    why: str = Field(max_length=500)


ImportedRow = ImportedTicket | ImportedArticle | RowFault


class ImportRecord(Record):
    """One record of the file, by its number from 1, and the rows it gives: often one, none where it is only read for
    others, several where articles stand in each other's folders."""

    number: int = Field(ge=1)
    rows: tuple[ImportedRow, ...] = ()


class ImportItem(Record):
    """That something with this key was taken, so that it is not taken again. The key is a digest."""

    key: str
    run: str
    ticket: str = ""
    article: str = ""
    content: str = Field(default="", description="digest of an article's words")
    at: datetime
