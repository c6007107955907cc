"""What keeps an answer from leaving by itself as it stands at that moment: a person at work, a program that wrote, and
what has left before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cx_core.ports import Unit
from cx_core.records import Message, Proposal, Ticket, TicketId
from cx_core.service_rules.unread_messages import from_program, unanswered

DAY = timedelta(hours=24)
MANY = 99
"""Counted where nobody has counted: more than any rule lets pass."""


class Whom(NamedTuple):
    """Who is answered, and where."""

    ticket: TicketId
    address: str
    messages: Sequence[Message]


class Occasion(NamedTuple):
    """What a reply answers, as rules ask for it; unless told otherwise, the narrowest."""

    from_program: bool = True
    alone_here: int = MANY
    """Answers that the copilot has given by itself in the ticket."""
    alone_today: int = MANY
    """The same to the address within 24 hours, elsewhere; those on their way too."""


def occasion(unit: Unit, whom: Whom, now: datetime) -> Occasion:
    """As this transaction sees it."""
    return Occasion(
        from_program=bool(from_program(unanswered(whom.messages))),
        alone_here=sum(message.sender == "copilot" for message in whom.messages),
        alone_today=unit.levels.left_alone_to(whom.address, now - DAY, but=whom.ticket),
    )


def in_hand(unit: Unit, ticket: TicketId, now: datetime) -> str:
    """Who is, or has been, in words, as this transaction sees it; empty: nobody."""
    if (holder := unit.colleagues.lease(ticket, now)) is not None:
        return f"{holder[1]} is at work on it"
    if viewers := unit.colleagues.viewers(ticket, now):
        return f"{viewers[0][1]} is looking at it"
    if unit.colleagues.draft(ticket) is not None:
        return "A person has begun an answer to it"
    if any(message.sender == "advisor" for message in unit.tickets.messages(ticket)):
        return "A person has answered the customer here before"
    put_off = unit.tickets.get(ticket)
    if put_off is not None and put_off.status == "pending":
        return "It is put off"
    return ""


def touched(unit: Unit, ticket: Ticket, proposal: Proposal) -> bool:
    """Whether a person has done anything with a ticket that waits for one, and need not be in it now."""
    return bool(
        ticket.assignee is not None
        or ticket.direction is not None
        or unit.colleagues.notes(ticket.id)
        or unit.trials.first(ticket.id, proposal.version)
        or any(step.added_by for step in proposal.steps)
    )
