"""The short question that follows a solved ticket: how well were you helped?"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from cx_core.act.reply.envelope import asking
from cx_core.catalogue import Company, RatingQuestion
from cx_core.errors import SystemTrouble
from cx_core.ports import Clock, Outbox, Store
from cx_core.records import Message, Rating, Ticket, TicketId, subject
from cx_core.service_rules.unread_messages import from_program


class RatingQuestions:
    """Asks once per ticket, and no customer too often. The link names a secret of which only a digest is kept."""

    def __init__(self, store: Store, outbox: Outbox, company: Company, public_url: str, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._company = company
        self._public_url = public_url.rstrip("/")
        self._clock = clock

    def ask(self, ticket_id: TicketId) -> str:
        """ "asked", or "not asked". A question that gets lost is not sent again."""
        question = self._company.rating
        if question is None or not self._public_url:
            return "not asked"
        now, token = self._clock(), secrets.token_urlsafe(24)
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is None or ticket.status != "solved" or unit.ratings.get(ticket_id) is not None:
                return "not asked"
            if unit.ratings.asked_since(ticket.address, now - timedelta(days=question.again_after_days)):
                return "not asked"
            messages = unit.tickets.messages(ticket_id)
            if from_program(messages[-2:]):
                return "not asked"  # nobody is there to answer, but a program might
            unit.ratings.put(Rating(ticket=ticket_id, asked_at=now), rating_digest(token))
            unit.record("rating_asked", actor="rung", payload={}, ticket=ticket_id, customer=subject(ticket))
        return self._send(ticket, messages, question, f"{self._public_url}/rate/{token}")

    def _send(self, ticket: Ticket, messages: Sequence[Message], question: RatingQuestion, link: str) -> str:
        around, text = asking(question.subject, messages), question.text.replace("{link}", link)
        try:
            self._outbox.deliver(
                key=f"{ticket.id}:rating",
                channel=ticket.channel,
                address=ticket.address,
                subject=around.subject,
                text=f"{text}\n\n{self._company.signature}",
                headers=around.headers,
            )
        except SystemTrouble:
            return "not asked"
        return "asked"


def rating_digest(token: str) -> str:
    """What is kept of a link's secret."""
    return sha256(token.encode()).hexdigest()
