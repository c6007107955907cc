"""Lists of tickets as CSV, as both desks export them from a view: one line a ticket, without what was written in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from cx_core.adapters.conversion.encodings import windows_1252
from cx_core.adapters.imports.record_fields import (
    FRESHDESK_STATUS,
    PRIORITY,
    ZENDESK_STATUS,
    RowError,
    address,
    channel_of,
    line,
    moment,
    needed,
    status,
)
from cx_core.records import ImportSystem, Status
from cx_core.records.imports import ImportedMessage, ImportedTicket

LONGEST_FIELD, LONGEST_LINE = 1_000_000, 4_000_000
SUBJECT_ONLY = "CSV has only the subject: what was written in it did not come"


class Columns(NamedTuple):
    """What a desk calls the columns, in small letters."""

    system: ImportSystem
    number: str
    address: str
    name: str
    opened: str
    updated: str
    solved: str
    channel: str
    statuses: Mapping[str, Status]


KNOWN = (
    Columns(
        "zendesk", "id", "requester email", "requester", "created at", "updated at", "solved at", "via", ZENDESK_STATUS
    ),
    Columns(
        "freshdesk",
        "ticket id",
        "email",
        "full name",
        "created time",
        "last updated time",
        "resolved time",
        "source",
        FRESHDESK_STATUS,
    ),
)


def columns_of(first: str) -> Columns | None:
    """Whose list it is, by its first line; None: of neither desk."""
    try:
        named = {one.strip().lower() for one in next(csv.reader([first]), [])}
    except csv.Error:
        return None
    return next((one for one in KNOWN if {one.number, "subject", "status", one.opened} <= named), None)


def texts(source: BinaryIO) -> Iterator[str]:
    """Lines of UTF-8, or where it is not that, of Windows-1252; one that is neither keeps its gaps."""
    while raw := source.readline(LONGEST_LINE):
        try:
            yield raw.decode("utf-8-sig").replace("\x00", "")
        except UnicodeDecodeError:
            yield windows_1252(raw) or raw.decode("utf-8", "replace")


def rows(source: BinaryIO) -> Iterator[Mapping[str, str] | str]:
    """Each line by the columns' names in small letters, or why it is none."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(texts(source))
    names: Sequence[str] = [one.strip().lower() for one in next(reader, [])]
    while True:
        try:
            found = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield "its quotation marks do not end, or it is too long"
            continue
        if any(found):
            wrong = len(found) != len(names)
            yield (
                "it has another number of columns than the first line"
                if wrong
                else dict(zip(names, found, strict=True))
            )


def ticket(fields: Mapping[str, str], columns: Columns, zone: str) -> ImportedTicket:
    """`zone`: in which its times are, as CSV does not say. Raises RowError."""
    number, reached = line(fields, columns.number, most=40), address(fields.get(columns.address, ""))
    subject = line(fields, "subject", most=500)
    if not number or not reached:
        raise RowError("it has no number, or no single address of whoever asked")
    if not subject:
        raise RowError("it has no subject, which is all that CSV says of a ticket")
    opened = needed(moment(fields, columns.opened, zone=zone))
    left = [SUBJECT_ONLY]
    return ImportedTicket(
        system=columns.system,
        key=number,
        number=f"#{number}",
        subject=subject,
        status=status(line(fields, "status"), columns.statuses, left),
        priority=PRIORITY.get(line(fields, "priority").lower(), "normal"),
        channel=channel_of(line(fields, columns.channel)),
        address=reached,
        name=line(fields, columns.name),
        opened_at=opened,
        updated_at=moment(fields, columns.updated, zone=zone) or opened,
        solved_at=moment(fields, columns.solved, zone=zone),
        messages=(ImportedMessage(id="description", sender="customer", text=subject, at=opened),),
        left_out=tuple(left),
    )
