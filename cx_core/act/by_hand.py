"""A next version without steps or draft: a person answers from summary and evidence."""

from __future__ import annotations

from datetime import datetime

from cx_core.ports import Unit
from cx_core.records import Proposal, Ticket


def leave_to_person(unit: Unit, ticket: Ticket, proposal: Proposal, why: str, now: datetime) -> None:
    """Puts the version and the ticket. Only for a ticket whose every message is read: a reply follows them all."""
    empty: dict[str, object] = {"steps": (), "rulings": {}, "findings": (), "parts": (), "reply": None}
    empty["first_step"] = proposal.next_step
    after = {"version": ticket.version + 1, "route": "person", "why": why, "made_at": now}
    read = {"messages": len(unit.messages(ticket.id))}
    unit.put_proposal(proposal.model_copy(update=empty | after | read))
    state = {"version": ticket.version + 1, "work": "returned", "status": "open", "route": "person"}
    unit.put_ticket(ticket.model_copy(update=state | {"updated_at": now}))
