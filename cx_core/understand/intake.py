"""A channel's payload in, a message out: checked once, at the door."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import getaddresses

from cx_core.errors import BadInput
from cx_core.records import Inbound, Message, MessageId, TicketId
from cx_core.text.segments import MOST_READ, own_words
from cx_core.understand.mail_headers import MOST_HEADERS, by_program, handed_on, references

MOST_CHARACTERS = 2_000_000
"""Longer is refused whole, so that nothing is half-kept; a mail of this length is an attachment's job."""

PREVIEW = 140
LONGEST_THREAD = 180
LONGEST_SUBJECT = 500
OLDEST = timedelta(days=366)
_SEE_SUBJECT = re.compile(
    r"\W*(?:(?:please|pls|bitte|merci de|por favor|proszę)\W+)?"
    r"(?:see|read|refer to|as (?:in|per)|siehe|wie im|voir|cf|ver|vea|patrz|jak w)\W+(?:(?:the|my|in|im|den|le|el)\W+)?"
    r"(?:subject|title|above|betreff|objet|sujet|asunto|temat\w*)"
    r"(?:\W+(?:line|above|oben|please|thanks|thank you|danke|merci|gracias|dziękuję))*\W*",
    re.I,
)
"""All that somebody writes who has said it in the subject."""
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
    subject = short_subject(inbound.subject)
    return inbound.replace(
        text=_with_subject(legible(inbound.text), subject),
        subject=subject,
        address=_sender(inbound.address),
        id=MessageId(legible(inbound.id)),
        thread=_short(legible(inbound.thread)),
        headers=tuple((legible(name), legible(value)) for name, value in inbound.headers[:MOST_HEADERS]),
        received_at=_likely(inbound.received_at, now, oldest),
    )


def _with_subject(text: str, subject: str) -> str:
    """The text, below the subject where that holds all of the words: "Please cancel order O-77", and an empty mail.

    The subject of a mail that is handed on says what somebody else wrote.
    """
    if not subject.strip() or handed_on(subject) or len(text) > MOST_READ:
        return text
    own = " ".join(part.of(text).strip() for part in own_words(text))
    if any(letter.isalpha() for letter in own) and not _SEE_SUBJECT.fullmatch(own):
        return text
    return f"{subject.strip()}\n\n{text.strip()}".strip()


def one_address(sender: str) -> str:
    """The bare address of `Name <address>`, or the customer id as it is. Raises BadInput for several senders."""
    plain = " ".join(legible(sender).split())
    if plain.count("@") <= 1 and not re.search("[<>,;]", plain):
        return plain
    named = re.fullmatch(r"\W?([^\s<>,;\"']+@[^\s<>,;\"']+)\W?\s*<([^\s<>,;]+)>", plain)
    if named and named[1].lower() == named[2].lower():  # the name that is shown is the address itself
        return named[2]
    addresses = [address for _, address in getaddresses([plain]) if "@" in address]
    if len(addresses) != 1:
        raise BadInput(
            "The sender is not one address: write name@example.com, Name <name@example.com>, or one customer id."
        )
    return addresses[0]


def _sender(given: str) -> str:
    """The sender's bare address; what was given where that is not one, since no message is lost for it."""
    try:
        return one_address(given)
    except BadInput:
        return " ".join(legible(given).split())


def short_subject(subject: str) -> str:
    """A subject that is too long for one ends in an ellipsis, so that nobody takes it for all of it."""
    whole = legible(subject)
    return whole if len(whole) <= LONGEST_SUBJECT else whole[: LONGEST_SUBJECT - 1] + "…"


def _short(thread: str) -> str:
    """A mail's reference may be any length; a digest tells conversations apart as well."""
    if len(thread) <= LONGEST_THREAD:
        return thread
    return f"sha256:{hashlib.sha256(thread.encode()).hexdigest()}"


def _likely(at: datetime, now: datetime, oldest: timedelta) -> datetime:
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        return min(max(aware, now - oldest), now)
    except OverflowError:  # a zone that carries it before year 1 or after year 9999
        return now


def legible(text: str) -> str:
    """Text without control characters and lone surrogates."""
    return _CONTROL.sub("\ufffd", text.encode("utf-8", "replace").decode()).replace("\r\n", "\n").replace("\r", "\n")


def message(inbound: Inbound, ticket: TicketId, ours: Sequence[str] = ()) -> Message:
    """The accepted payload as a message of its ticket. Ids are the channel's own, so one cannot mask another's.

    `ours`: our own domains, from which no customer writes. Of a mail's headers only what they tell is kept.
    """
    return Message(
        id=message_id(inbound),
        ticket=ticket,
        sender="customer",
        text=inbound.text,
        at=inbound.received_at,
        identity=inbound.identity,
        by_program=by_program(inbound.headers, inbound.address, ours, inbound.subject),
        refers=references(inbound.headers),
        also_to=", ".join(inbound.also_to),
        reply_to=", ".join(inbound.reply_to),
    )


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
