"""Erasing a customer: whom a search finds, what would go and what stays, a request that waits, and what was done."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records import AttachmentId, CustomerId, PersonId, Record, TicketId


class ErasureScope(Record):
    """What erasing one customer (or one sender who is no customer) would do, as things are now."""

    customer: CustomerId = Field(description='"address:..." for a sender who is no customer')
    name: str = ""
    known_as: tuple[str, ...] = Field(default=(), description="addresses on file and written from")
    tickets: tuple[TicketId, ...] = ()
    mails: tuple[int, ...] = Field(default=(), description="mails set apart that name them as sender or recipient")
    goes: dict[str, int] = Field(default_factory=dict, description="how many of what, without those of which none are")
    stays: dict[str, int] = Field(default_factory=dict, description="records in the back office, by kind")
    imports: int = Field(default=0, description="files of other desks that wait: what they say of them is not taken")
    named_in: tuple[TicketId, ...] = Field(default=(), description="tickets of others that name them, which stay")
    shared: tuple[str, ...] = Field(
        default=(), description="of those addresses, what others use too: only tickets known to be theirs go"
    )
    log_keeps: tuple[str, ...] = Field(
        default=(),
        description="addresses whose key stays, since tickets from there stay: what older versions of Rung "
        "put on record under it can still be read",
    )


class ErasureBegun(Record):
    """What is left to be destroyed once the words are blanked. It counts only with its mark."""

    person: PersonId = Field(description="who granted it")
    keys: tuple[CustomerId, ...]
    files: tuple[AttachmentId, ...]
    tickets: int
    goes: dict[str, int]
    stays: dict[str, int]
    named_in: tuple[TicketId, ...] = ()
    mark: str = ""


class ErasureRequest(Record):
    """An erasure that one administrator asked for. It counts only with its mark."""

    id: str
    customer: CustomerId
    reason: str
    person: PersonId
    at: datetime
    alone: bool = Field(description="there was no other administrator when it was asked for")
    closed: bool = Field(default=False, description="granted or withdrawn; then it names no customer")
    mark: str = ""
    begun: ErasureBegun | None = Field(default=None, description="granted, and not finished: it is to be finished")


class ErasureWaiting(Record):
    """A request as an administrator sees it."""

    request: ErasureRequest
    scope: ErasureScope
    asked_by: str
    mine: bool
    confirm_from: datetime | None = Field(default=None, description="then the only administrator may confirm it")
    doubt: str = Field(default="", description="why it is not known whether there is another administrator, if so")


class Erased(Record):
    """What an erasure did."""

    tickets: int
    goes: dict[str, int]
    stays: dict[str, int]
    named_in: tuple[TicketId, ...] = ()
    swept: bool = Field(description="nothing of it is left in the database's own log of writes")
