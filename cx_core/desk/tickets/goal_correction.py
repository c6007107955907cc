"""A person puts the copilot right about a ticket, or gives it one back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from cx_core.desk.service import Service, allow, assigned
from cx_core.ports import Unit
from cx_core.records import (
    APPROVERS,
    Direction,
    Person,
    Polarity,
    Proposal,
    TaskTypeName,
    Ticket,
    TicketId,
    WordsPlace,
    subject,
)
from cx_core.service_rules.trial_cases import overtaken
from cx_core.views import Refusal

MOST_GOALS = 6


class _Told(NamedTuple):
    """What a person said; goals None: as the copilot understood them."""

    goals: tuple[TaskTypeName, ...] | None
    polarity: dict[TaskTypeName, Polarity]
    set_aside: tuple[WordsPlace, ...]


class GoalCorrection(Service):
    """The ticket is read again with what the person said; the text they had begun is kept beside the new draft."""

    def correct_goals(
        self,
        person: Person,
        ticket_id: TicketId,
        version: int,
        goals: Sequence[TaskTypeName],
        *,
        polarity: Mapping[TaskTypeName, Polarity] | None = None,
        set_aside: Collection[WordsPlace] = (),
    ) -> Refusal | None:
        """Say what the customer wants; the proposal follows. Policy and levels hold for it as for any.

        `polarity`: of goals that are only asked about or are to stay as they are; the others are wanted. `set_aside`:
        places of what was said about time that does not count; what is not named there counts again.
        """
        allow(person, *APPROVERS)
        named = tuple(dict.fromkeys(goals))
        meant = {name: said for name, said in (polarity or {}).items() if name in named}
        unknown = [name for name in named if name not in self._knowledge.task_types]
        if unknown or len(named) > MOST_GOALS:
            return Refusal(code="denied", text=f"Choose at most {MOST_GOALS} matters from the list.")
        return self._direct(person, ticket_id, version, _Told(named, meant, tuple(set_aside)))

    def give_to_copilot(self, person: Person, ticket_id: TicketId, version: int) -> Refusal | None:
        """The way back after a person had it: the copilot reads, drafts and plans again, though one was asked for."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
        before = ticket.direction if ticket else None
        told = _Told(before.goals, before.polarity, before.set_aside) if before else _Told(None, {}, ())
        return self._direct(person, ticket_id, version, told)

    def _direct(self, person: Person, ticket_id: TicketId, version: int, told: _Told) -> Refusal | None:
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
            known = {wish.place: wish for wish in (*proposal.triage.times, *proposal.triage.set_aside)}
            if any(place not in known for place in told.set_aside):
                return Refusal(code="denied", text="Choose from what was said about time in this ticket.")
            now, number = self._clock(), len(unit.tickets.messages(ticket_id))
            said = Direction(
                goals=told.goals,
                polarity=told.polarity,
                set_aside=told.set_aside,
                messages=number,
                person=person.id,
                name=person.name,
                at=now,
            )
            unit.tickets.put(
                assigned(ticket, person).replace(
                    direction=said, work="reading", status="open", wake_at=None, updated_at=now
                )
            )
            kind = "given_to_copilot" if told.goals is None else "goals_corrected"
            payload = _on_record(proposal, told) | {"set_aside": [known[place].text for place in told.set_aside]}
            unit.record(kind, actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
            if told.goals is not None:
                self._keep_error(unit, ticket, proposal, told)
                unit.tickets.measure(ticket, "goals_corrected", now, person=person.id)
        self._durable.prepare(ticket_id, number, again=uuid4().hex)
        return None

    def _keep_error(self, unit: Unit, ticket: Ticket, proposal: Proposal, told: _Told) -> None:
        """What it would have done alone, had nobody put it right, counts against the level."""
        why = "what the customer wants was corrected"
        case = overtaken(proposal, ticket, self._knowledge, self._clock(), why)
        if _differs(proposal, told):
            self._keep_case(unit, proposal, case)


def _differs(proposal: Proposal, told: _Told) -> bool:
    goals = proposal.triage.goals
    said = [(goal.task_type, goal.polarity) for goal in goals]
    right = [(name, told.polarity.get(name, "wanted")) for name in told.goals or ()]
    return said != right or {wish.place for wish in proposal.triage.set_aside} != set(told.set_aside)


def _on_record(proposal: Proposal, told: _Told) -> dict[str, object]:
    """What the audit log keeps of it, beside what was understood before."""
    goals = proposal.triage.goals
    return {
        "version": proposal.version,
        "before": [goal.task_type for goal in goals],
        "after": told.goals,
        "polarity_before": {goal.task_type: goal.polarity for goal in goals},
        "polarity_after": {name: told.polarity.get(name, "wanted") for name in told.goals or ()},
    }
