"""A channel's payload in, a message out: checked once, at the door."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cx_core.errors import BadInput
from cx_core.records import Inbound, Message, MessageId, TicketId
from cx_core.understand.mail_headers import MOST_HEADERS, by_program, references

MOST_CHARACTERS = 2_000_000
"""Longer is refused whole, so that nothing is half-kept; a mail of this length is an attachment's job."""

PREVIEW = 140
LONGEST_THREAD = 180
OLDEST = timedelta(days=366)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def accept(inbound: Inbound, now: datetime, oldest: timedelta = OLDEST) -> Inbound:
    """The same message, fit to be kept. Raises BadInput saying what to mend.

    Control characters, which no database keeps and no reader sees, become U+FFFD. A clock that cannot be right
    counts as now, or as `oldest` ago: nobody is served first or last because theirs is wrong.
    """
    if not inbound.id.strip() or len(inbound.id) > 180:
        raise BadInput("The message has no usable id (1 to 180 characters): the channel must give one.")
    if not inbound.address.strip() or len(inbound.address) > 320:
        raise BadInput("The message has no usable sender (1 to 320 characters): give an e-mail address or customer id.")
    if len(inbound.text) > MOST_CHARACTERS:
        raise BadInput(f"The message has {len(inbound.text):,} characters; at most {MOST_CHARACTERS:,} are taken.")
    clean = {
        "text": legible(inbound.text),
        "subject": legible(inbound.subject)[:500],
        "address": " ".join(legible(inbound.address).split()),
        "id": MessageId(legible(inbound.id)),
        "thread": _short(legible(inbound.thread)),
        "headers": tuple((legible(name), legible(value)) for name, value in inbound.headers[:MOST_HEADERS]),
        "received_at": _likely(inbound.received_at, now, oldest),
    }
    return inbound.model_copy(update=clean)


def _short(thread: str) -> str:
    """A mail's reference may be any length; a digest tells conversations apart as well."""
    if len(thread) <= LONGEST_THREAD:
        return thread
    return f"sha256:{hashlib.sha256(thread.encode()).hexdigest()}"


def _likely(at: datetime, now: datetime, oldest: timedelta) -> datetime:
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(aware, now - oldest), now)


def legible(text: str) -> str:
    """Text without control characters and lone surrogates."""
    return _CONTROL.sub("\ufffd", text.encode("utf-8", "replace").decode()).replace("\r\n", "\n").replace("\r", "\n")


def message(inbound: Inbound, ticket: TicketId, ours: Sequence[str] = ()) -> Message:
    """The accepted payload as a message of its ticket. Ids are the channel's own, so one cannot mask another's.

    `ours`: our own domains, from which no customer writes. Of a mail's headers only what they tell is kept.
    """
    return Message(
        id=message_id(inbound), ticket=ticket, sender="customer", text=inbound.text, at=inbound.received_at,
        identity=inbound.identity, by_program=by_program(inbound.headers, inbound.address, ours),
        refers=references(inbound.headers),
    )  # fmt: skip


def message_id(inbound: Inbound) -> MessageId:
    return MessageId(f"{inbound.channel}:{inbound.id}")


def ticket_id(inbound: Inbound, again: int = 0) -> TicketId:
    """Derived from channel and message id; `again` counts on where another ticket has that id."""
    name = f"{inbound.channel}:{inbound.id}" + (f"\n{again}" if again else "")
    digest = hashlib.sha256(name.encode()).hexdigest()
    return TicketId(f"T-{int(digest[:10], 16) % 10**9:09d}")


def preview(text: str) -> str:
    """One line of a message for the queue."""
    line = " ".join(text[: PREVIEW * 4].split())
    return line if len(line) <= PREVIEW else line[: PREVIEW - 1] + "…"
