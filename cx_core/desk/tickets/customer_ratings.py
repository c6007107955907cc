"""What customers answer when they are asked how well they were helped."""

from __future__ import annotations

from cx_core.act.rating_request import rating_digest
from cx_core.desk.service import Service
from cx_core.knowledge_base.solved_cases import GOOD_RATING
from cx_core.ports import Unit
from cx_core.records import Rating, TicketId, subject
from cx_core.views import Refusal

LONGEST_COMMENT = 2000


class RatingService(Service):
    """The only part of the desk that a customer reaches, and only with the link they were sent."""

    def rating(self, token: str) -> Rating | None:
        """The question this link belongs to; None for a link that is not ours."""
        with self._store.look() as unit:
            return unit.ratings.rating_of(rating_digest(token))

    def rate(self, token: str, score: int, comment: str = "") -> Refusal | None:
        """Their answer, 1 (badly) to 5 (very well), once."""
        with self._store.begin() as unit:
            return self._answered(unit, unit.ratings.rating_of(rating_digest(token)), score, comment)

    def rate_ticket(self, ticket: TicketId, score: int, comment: str = "") -> Refusal | None:
        """The same where the channel knows whose ticket it is, so that no link is needed."""
        with self._store.begin() as unit:
            return self._answered(unit, unit.ratings.get(ticket), score, comment)

    def _answered(self, unit: Unit, asked: Rating | None, score: int, comment: str) -> Refusal | None:
        if score not in range(1, 6):
            return Refusal(code="denied", text="Choose a number from 1 to 5.")
        ticket = unit.tickets.get(asked.ticket) if asked else None
        if asked is None or ticket is None:
            return Refusal(code="stale", text="This link is not valid or has expired.")
        if asked.answered_at is not None:
            return Refusal(code="already", text="Thank you, we have your answer already.")
        now = self._clock()
        answer = {"score": score, "comment": comment.strip()[:LONGEST_COMMENT], "answered_at": now}
        if score < GOOD_RATING:
            unit.solved_cases.keep_case(ticket.id, None, now)
        unit.ratings.put(asked.replace(**answer))
        payload = {"score": score, "comment": answer["comment"]}
        unit.record("rated", actor="customer", payload=payload, ticket=ticket.id, customer=subject(ticket))
        unit.tickets.measure(ticket, "rated", now, seconds=float(score))
        return None
