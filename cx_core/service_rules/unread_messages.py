"""What of a conversation is new: what the customer wrote that nobody has answered, or that no proposal has read."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.records import Message, Proposal


def of_the_matter(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Without those that are about a one-time code or a consent: they ask for nothing and answer nothing."""
    return tuple(message for message in messages if not message.purpose)


def unanswered(messages: Sequence[Message]) -> tuple[Message, ...]:
    """What the customer wrote since they were last answered; all of it if that was never."""
    messages = of_the_matter(messages)
    answered = max((at for at, message in enumerate(messages) if message.sender != "customer"), default=-1)
    return tuple(messages[answered + 1 :])


def to_read(messages: Sequence[Message]) -> tuple[Message, ...]:
    """What a proposal is made from: what nobody has answered; where all of it is, what the last answer was to."""
    messages = of_the_matter(messages)
    last = max((at for at, message in enumerate(messages) if message.sender == "customer"), default=-1)
    return unanswered(messages) or unanswered(messages[: last + 1])


def unread(messages: Sequence[Message], read: Proposal | None) -> bool:
    """Whether the customer wrote after what this proposal has read; without one nothing was read."""
    return any(message.sender == "customer" for message in messages[read.messages if read else 0 :])


def from_program(messages: Sequence[Message]) -> str:
    """What shows that a program sent one of them; empty: nothing does."""
    return next((message.by_program for message in messages if message.by_program), "")
