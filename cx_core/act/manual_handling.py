"""What a person goes on with: a version to answer by hand, or their own text and changes kept."""

from __future__ import annotations

from datetime import datetime

from cx_core.ports import Unit
from cx_core.records import Approval, Choices, Draft, Proposal, Ticket


def leave_to_person(unit: Unit, ticket: Ticket, proposal: Proposal, why: str, now: datetime) -> None:
    """Puts the version and the ticket. Only for a ticket whose every message is read: a reply follows them all.

    What was done and told to nobody stays on it, unless a reply has just said so: then the proposal comes without.
    """
    empty: dict[str, object] = {
        "steps": (),
        "rulings": {},
        "findings": (),
        "parts": (),
        "reply": None,
        "answers": (),
        "reply_ruling": proposal.reply_ruling if proposal.triage.grave else None,
    }
    empty["first_step"] = proposal.next_step
    after = {"version": ticket.version + 1, "route": "person", "why": why, "made_at": now}
    read = {"messages": len(unit.tickets.messages(ticket.id))}
    left = proposal.replace(**(empty | after | read))
    unit.proposals.put(left)
    unit.tickets.put(
        ticket.replace(
            version=left.version, work="returned", status="open", route="person", needs=left.needs, updated_at=now
        )
    )


def take_up(unit: Unit, ticket: Ticket, why: str, now: datetime) -> None:
    """Puts the ticket open; one whose answer has gone with a new version to answer on, and `why` a person does."""
    opened = ticket.replace(status="open", wake_at=None, solved_at=None, updated_at=now)
    proposal = unit.proposals.get(ticket.id, ticket.version)
    if ticket.work == "done" and proposal is not None:
        leave_to_person(unit, opened, answered(unit, proposal), why, now)
    else:
        unit.tickets.put(opened)


def answered(unit: Unit, proposal: Proposal) -> Proposal:
    """The proposal after its answer: what was done is told, but where it was closed without a word."""
    approval = unit.proposals.approval(proposal.ticket, proposal.version)
    if approval is None or approval.decision == "reject":
        return proposal
    return proposal.all_told() if approval.reply.strip() else proposal.with_done(approval.steps)


def draft_of(approval: Approval, proposal: Proposal, earlier: tuple[str, ...], now: datetime) -> Draft:
    """The text and the changes that a person approved, as a draft of that version; `earlier` as in `Draft`."""
    planned = {step.id: step.values() for step in proposal.steps}
    edits = {
        step.id: changed
        for step in approval.steps
        if (changed := {name: value for name, value in step.values().items() if planned[step.id].get(name) != value})
    }
    choices = Choices(edits=edits, skipped=approval.skipped)
    return Draft(
        ticket=approval.ticket,
        version=approval.version,
        text=approval.reply,
        person=approval.person,
        at=now,
        choices=choices,
        earlier=earlier,
    )
