"""What time does to tickets: those put off come back, solved ones are closed, and late ones are raised."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from cx_core.act.manual_handling import take_up
from cx_core.desk.governance.planted_errors import PlantedErrors
from cx_core.desk.service import LEADS, Means, Service
from cx_core.errors import AuditUnavailable, StoreUnavailable
from cx_core.ports import Unit
from cx_core.records import PersonId, Ticket, TicketId, subject
from cx_core.service_rules.auto_send_checks import in_hand, touched
from cx_core.service_rules.consents import void_consent

RUNG = "rung"

_LOG = logging.getLogger("rung")


class MaintenanceService(Service):
    """Done in rounds. Each ticket in a transaction of its own, which looks again: two processes may be at it."""

    def __init__(self, means: Means, planted: PlantedErrors) -> None:
        super().__init__(means)
        self._planted = planted

    def tidy(self) -> None:
        """One round over all tickets that time has come for."""
        now, company = self._clock(), self._knowledge.company
        for id in self._store.awaited(now):
            self._woken(id)
        for id in self._store.solved_before(now - timedelta(days=company.close_after_days)):
            self._closed(id)
        for id in self._store.due_before(now + timedelta(minutes=company.service_levels.warn_minutes)):
            self._raised(id)

    def read_again_after(self, classifiers: str) -> None:
        """Have every ticket read again that these classifiers (a version) read and that nobody has touched since."""
        for ticket_id in self._store.ready():
            try:
                self._read_again_if(ticket_id, classifiers)
            except (AuditUnavailable, StoreUnavailable):
                _LOG.exception("Ticket %s stays as it was read before all was learnt", ticket_id)

    def _read_again_if(self, ticket_id: TicketId, classifiers: str) -> None:
        with self._store.begin() as unit:
            ticket, now = unit.tickets.get(ticket_id), self._clock()
            made = unit.proposals.get(ticket_id, ticket.version) if ticket else None
            if ticket is None or made is None or ticket.work != "ready" or made.versions.classifier != classifiers:
                return
            if in_hand(unit, ticket_id, now) or touched(unit, ticket, made):
                return
            unit.tickets.put(ticket.replace(work="reading", updated_at=now))
            unit.record("read_again", actor=RUNG, payload={}, ticket=ticket_id, customer=subject(ticket))
            number = len(unit.tickets.messages(ticket_id))
        self._durable.prepare(ticket_id, number, again=uuid4().hex)

    def _woken(self, ticket_id: TicketId) -> None:
        with self._store.begin() as unit:
            ticket, now = unit.tickets.get(ticket_id), self._clock()
            if ticket is None or ticket.status != "pending" or ticket.wake_at is None or ticket.wake_at > now:
                return
            if self._lapsed(unit, ticket):
                return
            take_up(unit, ticket, "Snooze ended.", now)
            unit.record("woken", actor=RUNG, payload={}, ticket=ticket_id, customer=subject(ticket))
            if ticket.assignee is not None:
                unit.colleagues.notify(ticket.assignee, ticket_id, "woken", "Rung", "Snooze ended.", now)

    def _lapsed(self, unit: Unit, ticket: Ticket) -> bool:
        """Whether the customer did not answer a step that was put to them in time: then a person gets it."""
        offer, now = unit.consents.latest(ticket.id), self._clock()
        if offer is None or offer.state != "put" or offer.version != ticket.version or offer.until > now:
            return False
        void_consent(unit, ticket.id, self._sealer)
        until = offer.until.astimezone(ZoneInfo(self._knowledge.company.timezone))
        day = f"{until:%A} {until.day} {until:%B, %H:%M}"
        take_up(unit, ticket, f"The customer was asked for a yes to {offer.act} by {day}, and did not answer.", now)
        payload = {"version": offer.version, "act": offer.act, "until": offer.until.isoformat()}
        unit.record("consent_lapsed", actor=RUNG, payload=payload, ticket=ticket.id, customer=subject(ticket))
        return True

    def _closed(self, ticket_id: TicketId) -> None:
        days = timedelta(days=self._knowledge.company.close_after_days)
        with self._store.begin() as unit:
            ticket, now = unit.tickets.get(ticket_id), self._clock()
            if ticket is None or ticket.status != "solved" or ticket.solved_at is None or ticket.solved_at > now - days:
                return
            unit.tickets.put(ticket.replace(status="closed", updated_at=now))
            unit.record("closed", actor=RUNG, payload={}, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "closed", now)

    def _raised(self, ticket_id: TicketId) -> None:
        """Above others of its priority, and whoever has it and the supervisors are told, once.

        Also while it is snoozed: nobody has answered it then either.
        """
        warn = timedelta(minutes=self._knowledge.company.service_levels.warn_minutes)
        with self._store.begin() as unit:
            ticket, now = unit.tickets.get(ticket_id), self._clock()
            if ticket is None or ticket.status in ("solved", "closed") or ticket.escalated_at is not None:
                return
            if ticket.respond_by is None or ticket.respond_by > now + warn:
                return
            unit.tickets.put(self._planted.lift(unit, ticket).replace(escalated_at=now))
            payload = {"respond_by": ticket.respond_by.isoformat()}
            unit.record("escalated", actor=RUNG, payload=payload, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "escalated", now)
            text = "It is about to miss its time, or has."
            text += " It is snoozed." if ticket.status == "pending" else ""
            for id in self._told(ticket):
                unit.colleagues.notify(id, ticket_id, "escalated", "Rung", text, now)

    def _told(self, ticket: Ticket) -> tuple[PersonId, ...]:
        leads = [found.id for found in self._accounts.people() if found.role in LEADS[:1]]
        return tuple(dict.fromkeys([*([ticket.assignee] if ticket.assignee else []), *leads]))
