"""A person puts the copilot right about a ticket, or gives it one back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from cx_core.desk.service import Service, allow, assigned
from cx_core.records import APPROVERS, Direction, Person, TaskTypeName, TicketId, subject
from cx_core.views import Refusal

MOST_GOALS = 6


class GoalCorrection(Service):
    """The ticket is read again with what the person said; the text they had begun is kept beside the new draft."""

    def correct_goals(
        self, person: Person, ticket_id: TicketId, version: int, goals: Sequence[TaskTypeName]
    ) -> Refusal | None:
        """Say what the customer wants; the proposal follows. Policy and levels hold for it as for any."""
        allow(person, *APPROVERS)
        named = tuple(dict.fromkeys(goals))
        unknown = [name for name in named if name not in self._knowledge.task_types]
        if unknown or len(named) > MOST_GOALS:
            return Refusal(code="denied", text=f"Choose at most {MOST_GOALS} matters from the list.")
        return self._direct(person, ticket_id, version, named)

    def give_to_copilot(self, person: Person, ticket_id: TicketId, version: int) -> Refusal | None:
        """The way back after a person had it: the copilot reads, drafts and plans again, though one was asked for."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
        told = ticket.direction.goals if ticket and ticket.direction else None
        return self._direct(person, ticket_id, version, told)

    def _direct(
        self, person: Person, ticket_id: TicketId, version: int, goals: tuple[TaskTypeName, ...] | None
    ) -> Refusal | None:
        with self._store.begin() as unit:
            refusal = self._not_now(unit, person, ticket_id, version)
            ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
            if refusal is not None or ticket is None or proposal is None:
                return refusal or Refusal(code="stale", text="There is no such ticket.")
            if ticket.status == "closed":
                return Refusal(
                    code="stale",
                    text="This ticket is closed. If the customer writes again, a new ticket will be opened.",
                )
            now, number = self._clock(), len(unit.tickets.messages(ticket_id))
            said = Direction(goals=goals, messages=number, person=person.id, name=person.name, at=now)
            unit.tickets.put(
                assigned(ticket, person).replace(
                    direction=said, work="reading", status="open", wake_at=None, updated_at=now
                )
            )
            before = [goal.task_type for goal in proposal.triage.goals]
            kind = "given_to_copilot" if goals is None else "goals_corrected"
            payload = {"version": version, "before": before, "after": goals}
            unit.record(kind, actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
            if goals is not None:
                unit.tickets.measure(ticket, "goals_corrected", now, person=person.id)
        self._durable.prepare(ticket_id, number, again=uuid4().hex)
        return None
