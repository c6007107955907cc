"""Requests that found nothing: what customers ask and neither an article nor a record answers, masked."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from cx_core.learn.gaps import UNANSWERED, Unanswered
from cx_core.ports import Unit
from cx_core.records import Proposal, TaskTypeName, TicketId
from cx_core.services.remembering import own_texts, without_frame
from cx_core.services.service import Service
from cx_core.understand.anonymous import Anonymiser, Whose

MOST_TICKETS = 2000
"""Newest proposals that are looked through for gaps."""


class UnansweredService(Service):
    """Reads tickets and shows nobody their words but masked."""

    @cached_property
    def _nobodys(self) -> Anonymiser:
        return Anonymiser(own_texts(self._knowledge))

    def _unanswered(self, unit: Unit, since: datetime) -> tuple[list[Unanswered], int]:
        """Requests of tickets opened since then that found nothing, and how many requests there were."""
        made: list[Unanswered] = []
        asked = 0
        for proposal in self._store.latest_proposals(since, MOST_TICKETS):
            asked += len(proposal.triage.goals)
            made += self._requests(unit, proposal)
        return made, asked

    def _requests_of(self, unit: Unit, id: TicketId) -> list[Unanswered]:
        ticket = unit.ticket(id)
        return self._requests(unit, unit.proposal(ticket.id, ticket.version)) if ticket else []

    def _requests(self, unit: Unit, proposal: Proposal | None) -> list[Unanswered]:
        if proposal is None:
            return []
        goals = [(n, goal) for n, goal in enumerate(proposal.triage.goals) if self._empty(proposal, n, goal.task_type)]
        ticket = unit.ticket(proposal.ticket) if goals else None
        if ticket is None:
            return []
        messages = unit.messages(ticket.id)
        told = {"customer_name": ticket.customer_name, "email": ticket.address,
                "full_name": " ".join({message.author for message in messages if message.author})}  # fmt: skip
        whose = Whose(proposal.evidence, told)
        said = " ".join(message.text for message in messages if message.sender == "customer")
        replies = [without_frame(one.text, self._knowledge.company) for one in messages if one.sender == "advisor"]
        answered = self._nobodys.words(replies[-1:], whose) if replies else ""
        known = ticket.customer if ticket.customer and proposal.evidence.customer else ""
        asked = ((goal.task_type, self._nobodys.words([goal.quote or said], whose)) for _, goal in goals)
        return [
            Unanswered(ticket=ticket.id, asked=words, answered=answered or "", task_types=(kind,), customer=known)
            for kind, words in asked
            if words
        ]

    def _empty(self, proposal: Proposal, goal: int, kind: TaskTypeName) -> bool:
        """Whether neither an article nor a record had anything for this goal, and an article could have."""
        spec = self._knowledge.task_types.get(kind)
        answered = proposal.evidence.answered
        if spec is None or spec.people_only or len(answered) <= goal or answered[goal] >= UNANSWERED:
            return False
        return not any(one.goal == goal and one.records for one in proposal.evidence.lookups)
