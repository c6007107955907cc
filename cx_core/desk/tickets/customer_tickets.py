"""The tickets of one customer: the others that are open, one that this may belong to, and changed records under a plan.

A mail that names a ticket without proving that it goes on with it opens one of its own, see `mail_threads`. Merging the
two is `TicketLifecycle.merge`, with its own checks; keeping them apart withdraws the offer. Either is on record.
"""

from __future__ import annotations

from uuid import uuid4

from cx_core.desk.service import Service, allow
from cx_core.ports import Unit
from cx_core.records import APPROVERS, Person, Status, Ticket, TicketId, subject
from cx_core.views import QueueRow, Refusal
from cx_core.views.tickets import MergeOffer
from cx_core.workflows.stale_plans import OPEN

MERGEABLE: tuple[Status, ...] = (*OPEN, "solved")
TWO_CUSTOMERS = "They are not from the same customer, so they cannot be merged. Read both before you answer."


class CustomerTickets(Service):
    """For everyone who answers customers."""

    def others(self, person: Person, ticket_id: TicketId) -> tuple[QueueRow, ...]:
        """Further tickets of the same customer that are not closed, on any channel, newest first: for merging."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            return others_of(unit, ticket, MERGEABLE) if ticket is not None else ()

    def merge_offer(self, person: Person, ticket_id: TicketId) -> MergeOffer | None:
        """Return the ticket that this one may belong to; None where there is none, or it was decided."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            return _offer(unit, ticket) if ticket is not None else None

    def keep_apart(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """Withdraw the offer to merge: these are two matters."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            offer = _offer(unit, ticket) if ticket is not None else None
            if ticket is None or offer is None:
                return Refusal(code="already", text="They were merged or kept apart meanwhile.")
            holder = unit.colleagues.lease(ticket_id, self._clock())
            if holder and holder[0] != person.id:
                return Refusal(code="taken", text=f"{holder[1]} has this ticket. It is yours once they let it go.")
            unit.tickets.put(ticket.replace(may_belong=None, held="", updated_at=self._clock()))
            payload = {"from": offer.into, "named": ticket.may_belong, "why": ticket.held}
            unit.record("kept_apart", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
        return None

    def check_records(self, person: Person, ticket_id: TicketId) -> bool:
        """When a ticket is opened: whether the records under its proposal have changed, so that it is prepared again.

        It reads records and compares digests; the preparing is left to the workers, and nobody waits for the encoder.
        """
        allow(person, *APPROVERS)
        stale = self._stale_plans()
        overtaken = stale.changes(ticket_id)
        number = stale.give_back(ticket_id, overtaken) if overtaken is not None else 0
        if number:
            self._durable.prepare(ticket_id, number, again=uuid4().hex)
        return bool(number)


def others_of(unit: Unit, ticket: Ticket, statuses: tuple[Status, ...]) -> tuple[QueueRow, ...]:
    """The tickets beside this one; of somebody erased there is nobody to be the same customer as."""
    if ticket.erased:
        return ()
    theirs = unit.tickets.of(subject(ticket), statuses)
    return tuple(_row(other) for other in theirs if other.id != ticket.id)


def _offer(unit: Unit, ticket: Ticket) -> MergeOffer | None:
    """The ticket that this one names, or the one that it was merged into."""
    if ticket.may_belong is None or ticket.erased or ticket.status == "closed":
        return None
    into = unit.tickets.get(ticket.may_belong)
    while into is not None and into.merged_into is not None:
        into = unit.tickets.get(into.merged_into)
    if into is None or into.erased or into.id == ticket.id:
        return None
    cannot = TWO_CUSTOMERS if subject(ticket) != subject(into) else ""
    if not cannot and into.status == "closed":
        cannot = f"{into.id} is closed, so nothing can be merged into it."
    return MergeOffer(into=into.id, subject=into.subject, why=ticket.held, cannot=cannot)


def _row(ticket: Ticket) -> QueueRow:
    return QueueRow.model_validate(
        {name: getattr(ticket, name) for name in QueueRow.model_fields.keys() & Ticket.model_fields.keys()}
    )
