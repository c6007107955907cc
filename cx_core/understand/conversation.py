"""A conversation as it grows: what is not answered yet, what is not read yet, and whether new words matter."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.records import Message, Proposal, Ticket, Triage


def unanswered(messages: Sequence[Message]) -> tuple[Message, ...]:
    """What the customer wrote since they were last answered; all of it if that was never."""
    answered = max((at for at, message in enumerate(messages) if message.sender != "customer"), default=-1)
    return tuple(messages[answered + 1 :])


def unread(ticket: Ticket, messages: Sequence[Message], current: Proposal | None) -> bool:
    """Whether the customer wrote what no proposal has read, and nothing is being carried out."""
    read = current.messages if current else 0
    return ticket.work not in ("sending", "carrying") and any(
        message.sender == "customer" for message in messages[read:]
    )


def matters(before: Triage, after: Triage) -> bool:
    """Whether new words add or change a goal, an entity or cross a bound of sentiment (settled 9)."""
    goals = {goal.task_type for goal in after.goals} - {goal.task_type for goal in before.goals}
    entities = {(e.kind, e.value) for e in after.entities} - {(e.kind, e.value) for e in before.entities}
    angrier = after.sentiment == "negative" and before.sentiment != "negative"
    return bool(goals or entities or angrier or (after.wants_person and not before.wants_person))
