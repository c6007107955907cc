"""A record of Freshdesk: a ticket of the account export (JSON or XML) or of its API v2, and solution articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from cx_core.adapters.imports.desk_users import DeskUser, DeskUsers, contact
from cx_core.adapters.imports.record_fields import (
    FRESHDESK_STATUS,
    PRIORITY,
    Fields,
    RowError,
    address,
    channel_of,
    file_names,
    flag,
    line,
    moment,
    needed,
    part,
    parts,
    status,
    text,
    words,
)
from cx_core.records import Channel
from cx_core.records.imports import MOST_MESSAGES, ImportedArticle, ImportedMessage, ImportedTicket, RowFault

_SOURCES: Mapping[str, Channel] = {"2": "web", "7": "chat", "9": "web"}
_NOT_SAID = ("3", "4")
"""Sources of notes that Freshdesk writes itself: changes of status, and meta data."""
_AGENTS_ONLY = ("3", "4")
"""Visibilities of a folder: agents, and selected companies."""
DEEPEST = 12


def underscored(fields: Fields) -> Fields:
    """XML writes `display-id` where JSON writes `display_id`."""
    return {name.replace("-", "_"): value for name, value in fields.items()}


def ticket(given: Fields, known: DeskUsers) -> ImportedTicket:
    """Raises RowError."""
    fields = underscored(given)
    number = line(fields, "display_id", "id", most=40)
    if not number:
        raise RowError("it has no number")
    opened = needed(moment(fields, "created_at"))
    requester = line(fields, "requester_id")
    who = known.get(requester) or contact(part(fields, "requester"))
    reached = who.address or address(text(fields, "requester_email", "email", "from_email"))
    if not reached:
        raise RowError("nothing in the file tells the address of whoever asked: hand in the whole export, with Users")
    left: list[str] = []
    said = (*_first(fields, opened, who, left), *_notes(fields, requester, known, left))[:MOST_MESSAGES]
    if not any(not one.private for one in said):
        raise RowError("it has no message")
    times = part(fields, "ticket_states", "stats")
    if flag(fields, "deleted") or flag(fields, "spam"):
        raise RowError("it was deleted over there, or marked as spam")
    return ImportedTicket(
        system="freshdesk",
        key=number,
        number=f"#{number}",
        subject=line(fields, "subject", most=500),
        status=status(_status(fields), FRESHDESK_STATUS, left),
        priority=PRIORITY.get(line(fields, "priority", "priority_name").lower(), "normal"),
        channel=_SOURCES.get(line(fields, "source")) or channel_of(line(fields, "source_name")),
        address=reached,
        name=who.name or line(fields, "requester_name"),
        opened_at=opened,
        updated_at=moment(fields, "updated_at") or max(one.at for one in said),
        solved_at=moment(underscored(times), "resolved_at", "closed_at"),
        messages=said,
        left_out=tuple(dict.fromkeys(left)),
    )


def _status(fields: Fields) -> str:
    """The number where it is one of Freshdesk's own, else the name."""
    number = line(fields, "status")
    return number if number in FRESHDESK_STATUS else line(fields, "status_name") or number


def _first(fields: Fields, opened: datetime, who: DeskUser, left: list[str]) -> Iterator[ImportedMessage]:
    """The description: what the ticket began with."""
    plain = ("description_text", "description") if "description_html" in fields else ("description_text",)
    try:
        said = words(fields, plain, ("description_html", "description"))
    except RowError as error:
        left.append(f"a message was left out: {error}")
        return
    files = file_names(map(underscored, parts(fields, "attachments")))
    if said or files:
        ours = who.agent or line(fields, "source") == "10"
        yield ImportedMessage(
            id="description",
            sender="advisor" if ours else "customer",
            author=line(fields, "responder_name") if ours else "",
            text=said or "(a file)",
            at=opened,
            files=files,
        )
    else:
        left.append("its first message has no words")


def _notes(fields: Fields, requester: str, known: DeskUsers, left: list[str]) -> Iterator[ImportedMessage]:
    for number, given in enumerate(parts(fields, "helpdesk_notes", "notes", "conversations"), start=1):
        one = underscored(given)
        if line(one, "source") in _NOT_SAID and "conversations" not in fields:
            continue
        try:
            said = words(one, ("body_text", "body"), ("body_html", "body"))
            at = moment(one, "created_at")
        except RowError as error:
            left.append(f"a message was left out: {error}")
            continue
        files = file_names(map(underscored, parts(one, "attachments")))
        if at is None or not (said or files):
            left.append("a message without words or time was left out")
            continue
        author = line(one, "user_id")
        theirs = flag(one, "incoming") or (bool(author) and author == requester)
        yield ImportedMessage(
            id=line(one, "id") or str(number),
            sender="customer" if theirs else "advisor",
            author=known.get(author, DeskUser()).name or ("" if theirs else line(fields, "responder_name")),
            text=said or "(a file)",
            at=at,
            private=flag(one, "private") is True,
            files=files,
        )


def articles(value: object, folder: str = "", depth: int = 0) -> Iterator[ImportedArticle | RowFault]:
    """Every article below a category or folder, as deep as they stand."""
    if depth > DEEPEST:
        return
    if isinstance(value, list | tuple):
        for one in value:
            yield from articles(one, folder, depth + 1)
    if not isinstance(value, Mapping):
        return
    fields = underscored(value)
    if text(fields, "title") or (text(fields, "description") and "desc_un_html" in fields):
        yield _article(fields, folder)
        return
    seen = line(fields, "visibility") or folder
    for one in fields.values():
        if isinstance(one, Mapping | list | tuple):
            yield from articles(one, seen, depth + 1)


def _article(fields: Fields, folder: str) -> ImportedArticle | RowFault:
    key, title = line(fields, "id", most=60), line(fields, "title", most=300)
    html = text(fields, "description", "body", "desc_un_html")
    if not key or not title or not html:
        return RowFault(place=f"article {key}".strip(), why="it is an article without a number, a title or words")
    try:
        updated = moment(fields, "updated_at", "modified_at")
    except RowError:
        updated = None
    return ImportedArticle(
        system="freshdesk", key=key, title=title, html=html, internal=folder in _AGENTS_ONLY, updated_at=updated
    )
