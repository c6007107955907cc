"""How much of a conversation is read, and what is said about the rest: nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cx_core.records import Finding, Message
from cx_core.text.mail_parts import new_part
from cx_core.text.segments import MOST_READ, unread_clauses

LOOKED_THROUGH = 200_000
"""Characters of a very long mail that are searched for where its own words end."""

MOST_MESSAGES = 12
"""Of one ticket, newest last: what is older has been answered, or is one of very many."""


class Readable(NamedTuple):
    """A conversation as far as it is read; `findings` say what is not, and `cut` that a message's end is not."""

    messages: tuple[Message, ...]
    findings: tuple[Finding, ...]
    cut: bool


def readable(messages: Sequence[Message], unanswered: Sequence[Message]) -> Readable:
    """The messages with their first 12,000 characters each. Whole they stay with the ticket, where people read them.

    A mail of which only what it quotes lies behind them is read whole: that is nobody's wish.
    `unanswered` are those of them that wait for an answer: a cut one among them is for a person to answer.
    """
    waiting = {message.id for message in unanswered}
    long = [message for message in messages if _own_end(message.text) > MOST_READ]
    findings = [_cut(message) for message in long if message.sender == "customer"]
    findings += [_skipped(left) for message in unanswered if (left := unread_clauses(message.text))]
    if len(unanswered) > MOST_MESSAGES:
        findings.append(_older(len(unanswered) - MOST_MESSAGES))
    read = tuple(message.replace(text=message.text[:MOST_READ]) for message in messages)
    return Readable(read, tuple(findings), any(message.id in waiting for message in long))


def wordless(messages: Sequence[Message]) -> str:
    """Why none of the messages says anything in words of the customer's own; empty where one does."""
    texts = [message.text[:MOST_READ] for message in messages]
    if not any(character.isalpha() for text in texts for character in text):
        return "The message holds no words: it may be empty, a file, or an attachment that got lost"
    if not any(part.of(text).strip() for text in texts for part in new_part(text)):
        return "The message only forwards or quotes others, without words of their own: a person reads it"
    return ""


def _own_end(text: str) -> int:
    """Where the customer's own words end, as far as it matters."""
    if len(text.rstrip()) <= MOST_READ:
        return 0
    parts = new_part(text[:LOOKED_THROUGH])
    return len(text[: parts[-1].end].rstrip()) if parts else 0


def _cut(message: Message) -> Finding:
    length = len(message.text)
    return Finding(
        step=None,
        text=f"The copilot read the first {MOST_READ:,} of {length:,} characters. "
        f"Read the other {length - MOST_READ:,} yourself: they are kept in the message.",
    )


def _skipped(clauses: int) -> Finding:
    return Finding(
        step=None,
        text="Of a long message the copilot read the beginning and the end for what is asked, "
        f"and not {clauses} clauses between them. Read these yourself.",
    )


def _older(messages: int) -> Finding:
    return Finding(step=None, text=f"The copilot did not read the {messages} oldest unanswered messages. Read them.")
