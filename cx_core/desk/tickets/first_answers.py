"""A share of tickets is answered by a person before they see the proposal: what they would do is compared with it.

People who are shown a proposal nod. Only where they answer first does agreement say how often the copilot is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.desk.service import Service, allow
from cx_core.errors import BadInput
from cx_core.records import (
    APPROVERS,
    ActionName,
    FirstAct,
    FirstAnswer,
    Person,
    Proposal,
    TicketId,
    Value,
    subject,
)
from cx_core.views import Refusal

MOST_ACTS = 6


class FirstAnswers(Service):
    """For everyone who answers customers."""

    def answer(
        self, person: Person, ticket_id: TicketId, version: int, acts: Sequence[tuple[ActionName, Mapping[str, Value]]]
    ) -> Refusal | None:
        """Keep what this person would do; the proposal is shown from then on. Nothing is carried out."""
        allow(person, *APPROVERS)
        try:
            named = tuple(self._act(name, values) for name, values in acts)
        except BadInput as error:
            return Refusal(code="denied", text=str(error))
        if len(named) > MOST_ACTS:
            return Refusal(code="denied", text=f"Name at most {MOST_ACTS} actions.")
        with self._store.begin() as unit:
            ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
            if ticket is None or proposal is None or ticket.version != version:
                return Refusal(code="stale", text="There is a newer proposal. Look at the ticket again.")
            if not self._answered_first(unit, ticket, proposal):
                return Refusal(code="already", text="The proposal is shown already.")
            if (refusal := self._hold(unit, person, ticket_id)) is not None:
                return refusal
            made = FirstAnswer(ticket=ticket_id, version=version, person=person.id, at=self._clock(), acts=named)
            unit.trials.put_first(made)
            payload = {"version": version, "acts": [act.model_dump(mode="json") for act in named]}
            unit.record("answered_first", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
        return None

    def _act(self, name: ActionName, values: Mapping[str, Value]) -> FirstAct:
        action = self._knowledge.actions.get(name)
        if action is None or action.kind != "write":
            raise BadInput(f"There is no action {name}.")
        given = {key: value for key, value in values.items() if value is not None}
        if unknown := given.keys() - action.arguments.keys():
            raise BadInput(f"{action.title} has no {', '.join(sorted(unknown))}.")
        return FirstAct(
            action=name, values={key: action.arguments[key].fit(value, key) for key, value in given.items()}
        )


def veiled(proposal: Proposal) -> Proposal:
    """What whoever answers first sees of it: what was understood and looked up, and nothing of what is proposed."""
    return proposal.replace(
        summary="",
        steps=(),
        rulings={},
        reply=None,
        reply_ruling=None,
        parts=(),
        lines=(),
        answers=(),
        why="You answer this one first",
    )
