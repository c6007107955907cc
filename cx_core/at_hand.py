"""Whether a person is at work on a ticket, so that nothing leaves from it by itself."""

from __future__ import annotations

from datetime import datetime

from cx_core.ports import Unit
from cx_core.records import TicketId


def in_hand(unit: Unit, ticket: TicketId, now: datetime) -> str:
    """Who is, or has been, in words, as this transaction sees it; empty: nobody."""
    if (holder := unit.lease(ticket, now)) is not None:
        return f"{holder[1]} is at work on it"
    if unit.draft(ticket) is not None:
        return "A person has begun an answer to it"
    if any(message.sender == "advisor" for message in unit.messages(ticket)):
        return "A person has answered the customer here before"
    return ""
