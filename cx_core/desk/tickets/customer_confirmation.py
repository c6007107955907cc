"""A one-time code that an advisor has sent to the customer of a ticket, and how the last one stands."""

from __future__ import annotations

from datetime import datetime

from cx_core.act.identity_codes import SENT
from cx_core.desk.service import Service, allow
from cx_core.ports import Sealer, Unit
from cx_core.records import APPROVERS, Person, Ticket, TicketId
from cx_core.service_rules.confirmed_identity import CONFIRMED, identity_now
from cx_core.text.masked_contact import masked_contact
from cx_core.views import Refusal
from cx_core.views.tickets import CodeShown


class CustomerConfirmation(Service):
    """For everyone who answers customers, at every level. Policies decide whether a code may be sent."""

    def send_code(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """Send a code to a contact on the customer's file, and say in the ticket that it is on its way."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is None or ticket.status == "closed":
                return Refusal(code="stale", text="This ticket is closed. Nothing was sent.")
            if (refusal := self._hold(unit, person, ticket_id)) is not None:
                return refusal
        why = self._journey().codes.send(ticket_id, person)
        return None if why == SENT else Refusal(code="denied", text=f"No code was sent: {why}")


def code_shown(unit: Unit, ticket: Ticket, sealer: Sealer, now: datetime) -> CodeShown | None:
    """The ticket's last code as people see it; None: there was none."""
    code = unit.identity_codes.latest(ticket.id)
    if code is None:
        return None
    return CodeShown(
        state=code.state_at(now),
        to=masked_contact(code.contact),
        at=code.at,
        until=code.until,
        by=code.name,
        why=code.why,
        counts=ticket.confirmed is not None
        and ticket.identity < CONFIRMED
        and identity_now(ticket, ticket.customer, sealer, now) == CONFIRMED,
    )
