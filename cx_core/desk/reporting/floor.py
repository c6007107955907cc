"""The floor as a supervisor sees it: how much waits, what is about to be late, who has what, and how it came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from cx_core.desk.service import LEADS, Service, allow
from cx_core.records import APPROVERS, Person, PersonId, TicketId, subject
from cx_core.views import Figure, Floor, QueueFilter, Refusal, Worker

DAY = timedelta(hours=24)
MOST_SECONDING = 50
NEW, OPEN = QueueFilter(statuses=("new",)), QueueFilter(statuses=("open",))
WAITING = QueueFilter(statuses=("pending",))
UNASSIGNED = QueueFilter(unassigned=True)
DUE_SOON = QueueFilter(due_soon=True)


class FloorService(Service):
    """For supervisors and administrators."""

    def overview(self, person: Person) -> Floor:
        allow(person, *LEADS)
        now, soon = self._clock(), self._knowledge.company.service_levels.soon_minutes
        held = self._store.held(now)
        assigned = Counter({id: n for id, n in self._store.assigned().items()})
        people = [one for one in self._accounts.people() if one.role in APPROVERS]
        workers = tuple(
            Worker(
                id=one.id,
                name=one.name,
                role=one.role,
                open=assigned[one.id],
                tickets=tuple(ticket for ticket, who in held if who == one.id),
            )
            for one in people
        )
        late = self._store.queue(DUE_SOON.at(now, soon), person, 1)
        hours = self._store.arrivals(now - DAY)
        by_hour = Counter(int((now - at).total_seconds() // 3600) for at in hours)
        return Floor(
            new=self._figure(NEW, person),
            open=self._figure(OPEN, person),
            pending=self._figure(WAITING, person),
            unassigned=self._figure(UNASSIGNED, person),
            due_soon=Figure(filter=DUE_SOON, count=late.total),
            soon_minutes=soon,
            late=late.rows,
            workers=workers,
            seconding=self._store.seconding(now, MOST_SECONDING),
            arrivals=tuple(by_hour[hour] for hour in range(23, -1, -1)),
        )

    def _figure(self, filter: QueueFilter, person: Person) -> Figure:
        return Figure(filter=filter, count=self._store.total(filter, person))

    def reassign(self, person: Person, tickets: Sequence[TicketId], to: PersonId) -> tuple[TicketId, ...] | Refusal:
        """Hand several tickets to one colleague; which of them went. Those somebody is working on stay."""
        allow(person, *LEADS)
        colleague = next((one for one in self._accounts.people() if one.id == to and one.role in APPROVERS), None)
        if colleague is None:
            return Refusal(code="denied", text="Choose a colleague from the list.")
        return tuple(id for id in tickets if self._handed(person, id, colleague.id, colleague.name))

    def _handed(self, person: Person, ticket_id: TicketId, to: PersonId, name: str) -> bool:
        with self._store.begin() as unit:
            ticket, now = unit.tickets.get(ticket_id), self._clock()
            if ticket is None or ticket.status == "closed" or unit.colleagues.lease(ticket_id, now) is not None:
                return False
            unit.tickets.put(ticket.replace(assignee=to, assignee_name=name, updated_at=now))
            payload = {"from": ticket.assignee, "to": to}
            unit.record("transferred", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "transferred", now, person=person.id)
            unit.colleagues.notify(
                to, ticket_id, "transferred", person.name, "Assigned to you from the Floor page.", now
            )
        return True
