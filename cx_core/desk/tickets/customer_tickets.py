"""The tickets of one customer: the others that are open, and whether the records under a plan have changed."""

from __future__ import annotations

from uuid import uuid4

from cx_core.desk.service import Service, allow
from cx_core.ports import Unit
from cx_core.records import APPROVERS, Person, Status, Ticket, TicketId, subject
from cx_core.views import QueueRow
from cx_core.workflows.stale_plans import OPEN

MERGEABLE: tuple[Status, ...] = (*OPEN, "solved")


class CustomerTickets(Service):
    """For everyone who answers customers."""

    def others(self, person: Person, ticket_id: TicketId) -> tuple[QueueRow, ...]:
        """Further tickets of the same customer that are not closed, on any channel, newest first: for merging."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            return others_of(unit, ticket, MERGEABLE) if ticket is not None else ()

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


def _row(ticket: Ticket) -> QueueRow:
    return QueueRow.model_validate(
        {name: getattr(ticket, name) for name in QueueRow.model_fields.keys() & Ticket.model_fields.keys()}
    )
