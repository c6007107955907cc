"""The case file of a ticket: read, and taken out of the house."""

from __future__ import annotations

from cx_core.audit.case_page import page_of
from cx_core.audit.case_story import EventTeller
from cx_core.desk.governance.planted_errors import hidden_in
from cx_core.desk.service import Service, allow
from cx_core.records import APPROVERS, AuditEvent, Person, TicketId, subject
from cx_core.views import CaseFile, Refusal
from cx_core.workflows.error_planting import PLANTED

AT_ONCE = 200
MOST_EVENTS = 5000


class CaseFiles(Service):
    """For everyone who answers customers. Rebuilt from the audit log each time, so it says that and nothing else."""

    def case_file(self, person: Person, ticket_id: TicketId) -> CaseFile | Refusal:
        """All that happened to one ticket, in order."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            veiled = self._veiled(unit, ticket) if ticket else None
            hidden = hidden_in(unit, ticket_id)
        if ticket is None or veiled is not None:
            return veiled or Refusal(code="stale", text="There is no such ticket.")
        teller = EventTeller(self._knowledge, self._accounts.names())
        events = self._with_merged(ticket_id)
        if hidden:
            events = [event for event in events if event.ticket != ticket_id or event.kind != PLANTED]
        return teller.case_file(ticket, events, self._clock())

    def export_case(self, person: Person, ticket_id: TicketId, kind: str) -> bytes | Refusal:
        """A copy to keep or print: "html", one page that needs nothing else, or "json". Who took it is on record."""
        found = self.case_file(person, ticket_id)
        if isinstance(found, Refusal):
            return found
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is not None:
                unit.record(
                    "exported", actor=person.id, payload={"as": kind}, ticket=ticket_id, customer=subject(ticket)
                )
        return (found.model_dump_json(indent=2) if kind == "json" else page_of(found)).encode()

    def _with_merged(self, ticket: TicketId) -> list[AuditEvent]:
        """What happened to it and to the tickets that were merged into it, in order."""
        events, looked, left = [], set[TicketId](), [ticket]
        while left:
            one = left.pop()
            if one in looked:
                continue
            looked.add(one)
            its = self._events(one)
            events += its
            left += [
                TicketId(str(event.payload["merged"]))
                for event in its
                if event.kind == "merged" and event.payload and "merged" in event.payload
            ]
        return sorted(events, key=lambda event: event.seq)

    def _events(self, ticket: TicketId) -> list[AuditEvent]:
        events: list[AuditEvent] = []
        while len(events) < MOST_EVENTS:
            more = self._audit.events(ticket=ticket, after=events[-1].seq if events else 0, most=AT_ONCE)
            events += more
            if len(more) < AT_ONCE:
                break
        return events
