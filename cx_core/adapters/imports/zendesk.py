"""A record of Zendesk: a ticket of the full JSON export, of the XML export or of its API, and an article of Guide."""

from __future__ import annotations

from collections.abc import Iterator

from cx_core.adapters.imports.desk_users import DeskUser, DeskUsers, contact
from cx_core.adapters.imports.record_fields import (
    PRIORITY,
    ZENDESK_STATUS,
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
from cx_core.records.imports import MOST_MESSAGES, ImportedArticle, ImportedMessage, ImportedTicket

_EMBEDDED = ("requester", "submitter", "assignee")
_OURS = ("submitter", "assignee")
"""Who is an agent where the export does not say which role they have; a requester who submits is found first."""


def ticket(fields: Fields, known: DeskUsers) -> ImportedTicket:
    """Raises RowError."""
    number = line(fields, "id", "nice_id", "nice-id", most=40)
    if not number:
        raise RowError("it has no number")
    users = {**known, **_embedded(fields)}
    requester = line(fields, "requester_id", "requester-id") or line(part(fields, "requester"), "id")
    who = users.get(requester, DeskUser())
    reached = who.address or address(text(fields, "requester_email", "req-email", "requester-email"))
    if not reached:
        raise RowError("nothing in the file tells the address of whoever asked: export the users as well")
    opened = needed(moment(fields, "created_at", "created-at"))
    left: list[str] = []
    said = tuple(_messages(fields, requester, users, left))[:MOST_MESSAGES]
    if not any(not one.private for one in said):
        raise RowError("it has no message: the export was made without comments")
    return ImportedTicket(
        system="zendesk",
        key=number,
        number=f"#{number}",
        subject=line(fields, "subject", "raw_subject", most=500),
        status=status(line(fields, "status", "status_id", "status-id"), ZENDESK_STATUS, left),
        priority=PRIORITY.get(line(fields, "priority", "priority_id", "priority-id").lower(), "normal"),
        channel=channel_of(line(part(fields, "via"), "channel") or line(fields, "via")),
        address=reached,
        name=who.name or line(fields, "requester_name", "req-name"),
        opened_at=opened,
        updated_at=moment(fields, "updated_at", "updated-at") or max(one.at for one in said),
        solved_at=moment(part(fields, "metric_set"), "solved_at") or moment(fields, "solved_at", "solved-at"),
        messages=said,
        left_out=tuple(dict.fromkeys(left)),
    )


def _embedded(fields: Fields) -> dict[str, DeskUser]:
    found: dict[str, DeskUser] = {}
    users = [(name, part(fields, name)) for name in _EMBEDDED]
    users += [("", one) for one in parts(fields, "collaborator", "collaborators")]
    for name, one in users:
        if id := line(one, "id"):
            made = contact(one)
            found.setdefault(id, made._replace(agent=made.agent or (name in _OURS and not line(one, "role"))))
    return found


def _messages(fields: Fields, requester: str, users: DeskUsers, left: list[str]) -> Iterator[ImportedMessage]:
    comments = [*parts(fields, "comments")]
    if not comments and text(fields, "description"):
        first = {"id": "description", "author_id": requester, "created_at": text(fields, "created_at", "created-at")}
        comments = [{**first, "body": text(fields, "description"), "public": "true"}]
        left.append("the export has no comments: only the first message came")
    for number, one in enumerate(comments, start=1):
        author = line(one, "author_id", "author-id")
        who = users.get(author, DeskUser())
        try:
            said = words(one, ("plain_body", "body", "value"), ("html_body",))
            at = moment(one, "created_at", "created-at") or needed(moment(fields, "created_at", "created-at"))
        except RowError as error:
            left.append(f"a message was left out: {error}")
            continue
        files = file_names(parts(one, "attachments"))
        if not said and not files:
            left.append("a message without words was left out")
            continue
        public = flag(one, "public") if "public" in one else flag(one, "is-public")
        yield ImportedMessage(
            id=line(one, "id") or str(number),
            sender="customer" if author == requester or not (who.agent or author not in users) else "advisor",
            author=who.name,
            text=said or "(a file)",
            at=at,
            private=public is False,
            files=files,
        )


def article(fields: Fields) -> ImportedArticle:
    """Raises RowError."""
    key, title = line(fields, "id", most=60), line(fields, "title", "name", most=300)
    html = text(fields, "body")
    if not key or not title or not html:
        raise RowError("it is an article without a number, a title or words")
    return ImportedArticle(
        system="zendesk",
        key=key,
        title=title,
        html=html,
        internal=bool(fields.get("user_segment_id") or fields.get("user_segment_ids")),
        updated_at=moment(fields, "updated_at"),
    )
