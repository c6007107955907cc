"""What customers are asked besides their matter, as rows: ratings, one-time codes, consents."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows, unmarked
from cx_core.records import ConsentOffer, CustomerId, IdentityCode, Rating, TicketId

_CODES = 4103
"""A family of PostgreSQL's advisory locks; see `spending_rows`."""


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

    def put(self, rating: Rating, token_hash: str = "") -> None:
        values: dict[str, object] = {
            "asked_at": to_text(rating.asked_at),
            "score": rating.score,
            "comment": rating.comment,
            "answered_at": to_text(rating.answered_at) if rating.answered_at else None,
        }
        if token_hash:
            values["token_hash"] = token_hash
        self._put(t.rating, {"ticket": rating.ticket}, values)

    def asked_since(self, address: str, moment: datetime) -> bool:
        query = (
            sa.select(t.rating.c.ticket)
            .join(t.ticket, t.ticket.c.id == t.rating.c.ticket)
            .where(t.ticket.c.address == address, t.rating.c.asked_at >= to_text(moment), unmarked("simulated"))
            .limit(1)
        )
        return self._connection.execute(query).first() is not None


class IdentityCodeRows(Rows):
    """A part of `SqlUnit`."""

    def put(self, code: IdentityCode) -> None:
        values = {
            "ticket": code.ticket,
            "customer": code.customer,
            "at": to_text(code.at),
            "body": code.model_dump(mode="json"),
        }
        self._put(t.identity_code, {"id": code.id}, values)

    def latest(self, ticket: TicketId) -> IdentityCode | None:
        row = t.identity_code.c
        bodies = self._connection.execute(sa.select(row.body).where(row.ticket == ticket)).scalars()
        codes = (IdentityCode.model_validate(body) for body in bodies)
        return max(codes, key=lambda code: (code.at, code.state != "void"), default=None)

    def waiting(self, now: datetime) -> tuple[IdentityCode, ...]:
        row = t.identity_code.c
        recent = row.at > to_text(now - timedelta(hours=1))  # none counts longer
        bodies = self._connection.execute(sa.select(row.body).where(recent).order_by(row.at, row.id)).scalars()
        codes = (IdentityCode.model_validate(body) for body in bodies)
        return tuple(code for code in codes if code.state_at(now) == "sent")

    def sent_to(self, contact: str, moment: datetime) -> tuple[IdentityCode, ...]:
        row = t.identity_code.c
        query = sa.select(row.body).where(row.at > to_text(moment)).order_by(row.at, row.id)
        codes = (IdentityCode.model_validate(body) for body in self._connection.execute(query).scalars())
        return tuple(code for code in codes if code.contact.lower() == contact.lower())

    def denied(self, ticket: TicketId) -> bool:
        merged = t.ticket.c.body["merged_into"].as_string() == ticket
        tickets = [ticket, *self._connection.execute(sa.select(t.ticket.c.id).where(merged)).scalars()]
        row = t.identity_code.c
        bodies = self._connection.execute(sa.select(row.body).where(row.ticket.in_(tickets))).scalars()
        return any(body.get("state") == "denied" for body in bodies)

    def since(self, ticket: TicketId, customer: CustomerId, moment: datetime) -> int:
        if self._connection.dialect.name == "postgresql":
            family = sa.cast(_CODES, sa.Integer)
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(family, sa.func.hashtext(customer))))
        row = t.identity_code.c
        count = sa.select(sa.func.count()).select_from(t.identity_code).where(row.at > to_text(moment))
        whose = (row.ticket == ticket, row.customer == customer)
        return max(int(self._connection.execute(count.where(one)).scalar_one()) for one in whose)


class ConsentRows(Rows):
    """A part of `SqlUnit`."""

    def put(self, offer: ConsentOffer) -> None:
        key = {"ticket": offer.ticket, "version": offer.version}
        self._put(t.consent_offer, key, {"body": offer.model_dump(mode="json")})

    def latest(self, ticket: TicketId) -> ConsentOffer | None:
        row = t.consent_offer.c
        query = sa.select(row.body).where(row.ticket == ticket).order_by(row.version.desc()).limit(1)
        body = self._connection.execute(query).scalar_one_or_none()
        return ConsentOffer.model_validate(body) if body else None
