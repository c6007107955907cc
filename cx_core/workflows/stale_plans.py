"""Proposals that wait while the records or the task type they rest on change: found, and given back to be prepared
again.

Looked for when an act on the customer's records was carried out or undone, when a ticket is opened, and when a proposal
is approved. Only the digests of the records decide, so that what has not changed costs a few reads and nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

from cx_core.act.first_approval import void
from cx_core.act.outcomes import OutcomeFile
from cx_core.ports import BackOffice, Clock, Store, Unit
from cx_core.records import Proposal, Status, Ticket, TicketId, subject
from cx_core.search.record_freshness import Kinds, changes
from cx_core.workflows.withdrawn_plans import NoMore

RUNG = "rung"
WHY = "What it rests on has changed"
OPEN: tuple[Status, ...] = ("new", "open", "pending")


class Overtaken(NamedTuple):
    """A proposal whose records have changed, by its version, and what changed, in sentences."""

    version: int
    told: tuple[str, ...]


class StalePlans:
    """Compares the records of a proposal with the records now. Needs no encoder."""

    def __init__(
        self, store: Store, back_office: BackOffice, kinds: Kinds, outcomes: OutcomeFile, clock: Clock, no_more: NoMore
    ) -> None:
        """`no_more`: why a step is planned no more."""
        self._store, self._back_office, self._kinds = store, back_office, kinds
        self._outcomes, self._clock, self._no_more = outcomes, clock, no_more

    def changes(self, ticket_id: TicketId) -> Overtaken | None:
        """What changed under the proposal that waits on this ticket; None: nothing, or none waits."""
        with self._store.look() as unit:
            proposal = self._waiting(unit, unit.tickets.get(ticket_id))
            gone = self._undone(unit, proposal) if proposal is not None else ()
        if proposal is None:
            return None
        why = dict.fromkeys(f"{why}." for step in proposal.steps if (why := self._no_more(proposal, step)))
        told = tuple(why) or (*gone, *changes(proposal, self._back_office, self._kinds))
        return Overtaken(proposal.version, told) if told else None

    def _undone(self, unit: Unit, proposal: Proposal) -> tuple[str, ...]:
        """What was done for the customer when this was prepared, and was undone since."""
        recent = proposal.evidence.recent
        believed = {ticket: self._outcomes.read(unit, ticket).outcomes for ticket in {act.ticket for act in recent}}
        standing = {
            (ticket, step)
            for ticket, outcomes in believed.items()
            for (_, step), one in outcomes.items()
            if one.status == "done" and one.verified
        }
        return tuple(f"“{act.words}” was undone." for act in recent if (act.ticket, act.step) not in standing)

    def give_back(self, ticket_id: TicketId, overtaken: Overtaken) -> int:
        """Have the ticket read again, on record with why. How many messages it has; 0: nothing waits there any more,
        or another version does, which was made of newer records.

        An advisor's text and changes stay as they are, beside what is prepared next.
        """
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = self._waiting(unit, ticket)
            if ticket is None or proposal is None or proposal.version != overtaken.version:
                return 0
            now = self._clock()
            ticket = void(unit, ticket, RUNG, WHY, now)
            unit.tickets.put(ticket.replace(work="reading", updated_at=now))
            payload = {"version": proposal.version, "changes": list(overtaken.told)}
            unit.record("records_changed", actor=RUNG, payload=payload, ticket=ticket_id, customer=subject(ticket))
            return len(unit.tickets.messages(ticket_id))

    def after_act(self, ticket_id: TicketId) -> tuple[tuple[TicketId, int], ...]:
        """The customer's tickets that an act on this one has overtaken, each with its number of messages.

        This one is among them only where its draft tells of an act of before that was undone.
        """
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            others = unit.tickets.of(subject(ticket), OPEN) if ticket is not None else ()
            waiting = self._waiting(unit, ticket)
            here = waiting is not None and bool(self._undone(unit, waiting))
        found = ((other.id, self.changes(other.id)) for other in others if here or other.id != ticket_id)
        numbers = ((id, self.give_back(id, overtaken)) for id, overtaken in found if overtaken is not None)
        return tuple((id, number) for id, number in numbers if number)

    def _waiting(self, unit: Unit, ticket: Ticket | None) -> Proposal | None:
        """The proposal that waits to be approved. One left to a person holds nothing to approve, and what may have been
        done already stays as it was tried."""
        if ticket is None or ticket.status not in OPEN or ticket.work not in ("ready", "returned"):
            return None
        proposal = unit.proposals.get(ticket.id, ticket.version)
        if proposal is None or unit.proposals.approval(ticket.id, ticket.version) is not None:
            return None
        if ticket.work == "ready":
            return proposal
        unknown = any(outcome.unknown for outcome in self._outcomes.read(unit, ticket.id).outcomes.values())
        return proposal if (proposal.steps or proposal.reply) and not unknown else None
