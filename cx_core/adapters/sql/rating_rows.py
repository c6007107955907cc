"""Customers' ratings as rows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import Rating, TicketId


class RatingRows(Rows):
    """A part of `SqlUnit`."""

    def get(self, ticket: TicketId) -> Rating | None:
        return self._rating(t.rating.c.ticket == ticket)

    def rating_of(self, token_hash: str) -> Rating | None:
        return self._rating(t.rating.c.token_hash == token_hash)

    def _rating(self, where: sa.ColumnElement[bool]) -> Rating | None:
        row = self._connection.execute(sa.select(t.rating).where(where)).mappings().one_or_none()
        if row is None:
            return None
        answered = from_text(row["answered_at"]) if row["answered_at"] else None
        return Rating(
            ticket=TicketId(row["ticket"]),
            asked_at=from_text(row["asked_at"]),
            score=row["score"],
            comment=row["comment"],
            answered_at=answered,
        )

    def put(self, rating: Rating, token_hash: str) -> None:
        values = {
            "token_hash": token_hash,
            "asked_at": to_text(rating.asked_at),
            "score": rating.score,
            "comment": rating.comment,
            "answered_at": to_text(rating.answered_at) if rating.answered_at else None,
        }
        self._put(t.rating, {"ticket": rating.ticket}, values)

    def asked_since(self, address: str, moment: datetime) -> bool:
        query = (
            sa.select(t.rating.c.ticket)
            .join(t.ticket, t.ticket.c.id == t.rating.c.ticket)
            .where(t.ticket.c.address == address, t.rating.c.asked_at >= to_text(moment), _happened())
            .limit(1)
        )
        return self._connection.execute(query).first() is not None


def _happened() -> sa.ColumnElement[bool]:
    """Tickets that are not simulated; an older body does not say."""
    happened: sa.ColumnElement[bool] = t.ticket.c.body["simulated"].as_boolean().is_distinct_from(sa.true())
    return happened
