"""Requests that found nothing: what customers ask and neither an article nor a record answers, masked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cx_core.desk.service import Means, Service
from cx_core.desk.tickets.solved_case_collection import own_texts, without_frame
from cx_core.knowledge_base.health.knowledge_gaps import UNANSWERED, Unanswered
from cx_core.ports import Unit
from cx_core.privacy.anonymisation import Anonymiser, Whose
from cx_core.records import Message, Proposal, TaskTypeName, TicketId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]
MOST_TICKETS = 2000
"""Newest proposals that are looked through for gaps."""


class UnansweredService(Service):
    """Reads tickets and shows nobody their words but masked."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._again = AskedAgain("", {})

    @cached_property
    def nobodys(self) -> Anonymiser:
        return Anonymiser(own_texts(self._knowledge))

    def unanswered(self, unit: Unit, since: datetime, encode: Encode) -> tuple[list[Unanswered], int]:
        """Requests of tickets opened since then that found nothing, and how many requests there were."""
        made: list[Unanswered] = []
        proposals = self._store.latest_proposals(since, MOST_TICKETS)
        empty = {one.ticket: self._empty_goals(one) for one in proposals}
        answered = self._answered_now(unit, [one for one in proposals if empty[one.ticket]], encode)
        for proposal in proposals:
            goals = [goal for goal in empty[proposal.ticket] if (proposal.ticket, goal) not in answered]
            made += self._requests(unit, proposal, goals)
        return made, sum(len(one.triage.goals) for one in proposals)

    def requests_of(self, unit: Unit, id: TicketId) -> list[Unanswered]:
        ticket = unit.tickets.get(id)
        proposal = unit.proposals.get(ticket.id, ticket.version) if ticket else None
        return self._requests(unit, proposal, self._empty_goals(proposal)) if proposal else []

    def _requests(self, unit: Unit, proposal: Proposal, goals: Sequence[int]) -> list[Unanswered]:
        ticket = unit.tickets.get(proposal.ticket) if goals else None
        if ticket is None:
            return []
        messages = unit.tickets.messages(ticket.id)
        told = {
            "customer_name": ticket.customer_name,
            "email": ticket.address,
            "full_name": " ".join({message.author for message in messages if message.author}),
        }
        whose = Whose(proposal.evidence, told)
        said = _said(messages)
        replies = [without_frame(one.text, self._knowledge.company) for one in messages if one.sender == "advisor"]
        answered = self.nobodys.words(replies[-1:], whose) if replies else ""
        known = ticket.customer if ticket.customer and proposal.evidence.customer else ""
        of_goals = [proposal.triage.goals[goal] for goal in goals]
        asked = ((goal.task_type, self.nobodys.words([goal.quote or said], whose)) for goal in of_goals)
        return [
            Unanswered(ticket=ticket.id, asked=words, answered=answered or "", task_types=(kind,), customer=known)
            for kind, words in asked
            if words
        ]

    def _answered_now(
        self, unit: Unit, proposals: Sequence[Proposal], encode: Encode
    ) -> frozenset[tuple[TicketId, int]]:
        """Goals that found nothing and would find something today: what was missing has been written since.

        Each is asked again only where an article or the day has changed. Nothing, while articles are not to be had.
        """
        meaning, today = self._meaning(), self._knowledge.company.today(self._clock())
        if meaning is None or not proposals:
            return frozenset()
        if self._again.state != (state := f"{self._shelf.version} {today}"):
            self._again = AskedAgain(state, {})
        asked = {
            (one.ticket, goal): (
                one.triage.goals[goal].quote or _said(unit.tickets.messages(one.ticket)),
                one.triage.language,
            )
            for one in proposals
            for goal in self._empty_goals(one)
        }
        served = self._knowledge.company.languages
        new = {key: said for key, said in asked.items() if _digest(*said) not in self._again.answered and said[0]}
        vectors = encode([words for words, _ in new.values()])
        for (words, language), vector in zip(new.values(), vectors, strict=True):
            found = meaning[1].search(
                words, vector, most=1, internal=True, language=language if language in served else None, today=today
            )
            if not found.trouble:
                self._again.answered[_digest(words, language)] = found.answered >= UNANSWERED
        return frozenset(key for key, said in asked.items() if self._again.answered.get(_digest(*said)))

    def _empty_goals(self, proposal: Proposal) -> list[int]:
        return [n for n, goal in enumerate(proposal.triage.goals) if self._empty(proposal, n, goal.task_type)]

    def _empty(self, proposal: Proposal, goal: int, kind: TaskTypeName) -> bool:
        """Whether neither an article nor a record had anything for this goal, and an article could have."""
        spec = self._knowledge.task_types.get(kind)
        answered = proposal.evidence.answered
        if spec is None or spec.people_only or len(answered) <= goal or answered[goal] >= UNANSWERED:
            return False
        return not any(one.goal == goal and one.records for one in proposal.evidence.lookups)


class AskedAgain(NamedTuple):
    """What is answered in one state of the articles, by a digest of the words: none of them is held."""

    state: str
    answered: dict[bytes, bool]


def _said(messages: Sequence[Message]) -> str:
    return " ".join(message.text for message in messages if message.sender == "customer")


def _digest(words: str, language: str) -> bytes:
    return hashlib.blake2b(f"{language} {words}".encode(errors="surrogatepass"), digest_size=16).digest()
