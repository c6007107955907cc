"""A conversation as it grows: whether it is to be read, and whether new words matter."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.records import Message, Proposal, Ticket, Triage
from cx_core.service_rules.unread_messages import unread


def to_be_read(ticket: Ticket, messages: Sequence[Message], current: Proposal | None) -> bool:
    """Whether the customer wrote what no proposal has read, and nothing is being carried out."""
    return ticket.work not in ("sending", "carrying") and unread(messages, current)


def matters(before: Triage, after: Triage) -> bool:
    """Whether new words add or change a goal, an entity or cross a bound of sentiment (settled 9)."""
    goals = {goal.task_type for goal in after.goals} - {goal.task_type for goal in before.goals}
    entities = {(e.kind, e.value) for e in after.entities} - {(e.kind, e.value) for e in before.entities}
    angrier = after.sentiment == "negative" and before.sentiment != "negative"
    return bool(goals or entities or angrier or (after.wants_person and not before.wants_person))
