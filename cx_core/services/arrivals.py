"""Messages that come in through the channels."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from cx_core.ports import Unit
from cx_core.records import Inbound, Ticket, TicketId, subject
from cx_core.services.service import Service
from cx_core.understand import intake


class Arrivals(Service):
    """The one door for every channel."""

    def receive(self, inbound: Inbound) -> TicketId:
        """Take a message from a channel; the same message again changes nothing. Raises BadInput."""
        inbound = intake.accept(inbound)
        with self._store.begin() as unit:
            message = intake.message(inbound, intake.ticket_id(inbound))
            known = unit.message(message.id)
            if known is not None:
                return known.ticket
            before = unit.by_thread(inbound.channel, inbound.thread, inbound.address) if inbound.thread else None
            ticket = self._opened(unit, inbound, before)
            unit.put_ticket(ticket, thread=inbound.thread)
            unit.add_message(message.model_copy(update={"ticket": ticket.id}))
            payload = {
                "message": message.id,
                "identity": inbound.identity,
                "address": inbound.address,
                "text": inbound.text,
                "follows": before.id if before else None,
            }
            unit.record("received", actor=inbound.channel, payload=payload, ticket=ticket.id, customer=subject(ticket))
            unit.measure(ticket, "reopened" if before and before.status == "solved" else "received", self._clock())
            number = len(unit.messages(ticket.id))
        if ticket.work == "reading":
            self._durable.prepare(ticket.id, number, after_seconds=self._gather if number > 1 else 0.0)
        return ticket.id

    def _opened(self, unit: Unit, inbound: Inbound, before: Ticket | None) -> Ticket:
        """A new ticket, or the one that this message goes on with."""
        now = self._clock()
        told = {"preview": intake.preview(inbound.text), "identity": inbound.identity, "updated_at": now}
        if before is None or before.status == "closed":
            respond = timedelta(minutes=self._knowledge.company.first_response_minutes["normal"])
            return Ticket(
                id=free_id(unit, inbound),
                subject=inbound.subject or intake.preview(inbound.text)[:80] or "(no subject)",
                channel=inbound.channel,
                address=inbound.address,
                opened_at=inbound.received_at,
                respond_by=inbound.received_at + respond,
                linked_to=before.id if before else None,
                **told,  # type: ignore[arg-type]
            )
        work = before.work if before.work == "carrying" else "reading"
        status = "open" if before.status in ("pending", "solved") else before.status
        return before.model_copy(update=told | {"work": work, "status": status, "solved_at": None})


def free_id(unit: Unit, inbound: Inbound) -> TicketId:
    """An id that no other ticket has: two messages may come to the same one."""
    ids = (intake.ticket_id(inbound, again) for again in count())
    return next(id for id in ids if unit.ticket(id) is None)
