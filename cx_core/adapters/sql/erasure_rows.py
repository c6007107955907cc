"""What is kept of a customer, found and counted; and requests to erase one, as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set

import sqlalchemy as sa
from pydantic import ValidationError

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import SENDER, AttachmentId, CustomerId, Ticket, TicketId, subject
from cx_core.views.erasure import ErasureRequest

OF_TICKETS = (
    t.proposal,
    t.draft,
    t.approval,
    t.first_approval,
    t.seal_use,
    t.outcome,
    t.lease,
    t.viewer,
    t.note,
    t.notice,
    t.attachment,
    t.flag,
    t.rating,
    t.rewording,
    t.solved_case,
    t.trial,
    t.autonomous_case,
    t.case_review,
    t.advisor_case,
    t.review_skip,
    t.first_answer,
    t.planted_error,
    t.identity_code,
    t.consent_offer,
    t.outgoing_mail,
    t.outgoing_message,
    t.connector_act,
    t.callback,
    t.chat_event,
    t.simulation_case,
)
"""Tables whose rows go with their ticket's customer."""


class ErasureRows(Rows):
    """A part of `SqlUnit`; see ports.erasure.ErasureRepository."""

    def subjects(self, text: str) -> tuple[CustomerId, ...]:
        small = text.lower()
        ticket = t.ticket.c
        there = (sa.func.lower(ticket.id) == small) | (sa.func.lower(ticket.customer) == small)
        query = sa.select(ticket.body).where(there | ticket.address.in_(self._written({small}))).order_by(ticket.id)
        bodies = self._connection.execute(query).scalars()
        subjects = dict.fromkeys(subject(Ticket.model_validate(body)) for body in bodies)
        return tuple(customer for customer in subjects if customer != SENDER)  # an erased ticket is nobody's

    def tickets_to_erase(self, customer: CustomerId, addresses: Collection[str] = ()) -> tuple[Ticket, ...]:
        query = sa.select(t.ticket.c.body).where(self._whose(customer, addresses)).order_by(t.ticket.c.id)
        bodies = self._connection.execute(query.with_for_update()).scalars()
        return tuple(Ticket.model_validate(body) for body in bodies)

    def written_from(self, customer: CustomerId) -> tuple[str, ...]:
        query = sa.select(t.ticket.c.address).where(t.ticket.c.customer == customer).distinct()
        return tuple(sorted({address.lower() for address in self._connection.execute(query).scalars()} - {""}))

    def used_by_others(self, customer: CustomerId, addresses: Collection[str]) -> frozenset[str]:
        others = sa.select(t.ticket.c.address).where(t.ticket.c.customer != customer).distinct()
        used = {address.lower() for address in self._connection.execute(others).scalars()}
        return frozenset(used & {address.lower() for address in addresses})

    def still_used(self, addresses: Collection[str], but: Collection[TicketId]) -> frozenset[str]:
        kept = sa.select(t.ticket.c.address).where(t.ticket.c.id.not_in(list(but))).distinct()
        used = {address.lower() for address in self._connection.execute(kept).scalars()}
        return frozenset(used & {address.lower() for address in addresses} - {""})

    def mails_to_erase(self, customer: CustomerId, addresses: Collection[str] = ()) -> tuple[int, ...]:
        sender = {customer.removeprefix(SENDER).lower()} if customer.startswith(SENDER) else set[str]()
        own = sender or {address.lower() for address in addresses}
        own = own - self.used_by_others(customer, own) - {""}
        table = t.set_apart_address.c
        query = sa.select(table.mail).where(table.address.in_(sorted(own))).distinct().order_by(table.mail)
        return tuple(self._connection.execute(query).scalars())

    def drop_mails(self, ids: Collection[int], why: str) -> None:
        gone = {"state": "discarded", "why": why, "next_try": None, "raw": None}
        self._connection.execute(sa.update(t.arrived_mail).where(t.arrived_mail.c.id.in_(list(ids))).values(gone))
        self._connection.execute(sa.delete(t.set_apart_address).where(t.set_apart_address.c.mail.in_(list(ids))))

    def belongings(self, tickets: Collection[TicketId]) -> dict[str, int]:
        counted = {table.name: self._count(table, table.c.ticket, tickets) for table in (t.message, *OF_TICKETS)}
        return {name: number for name, number in counted.items() if number}

    def naming(self, words: Collection[str], but: Collection[TicketId]) -> tuple[TicketId, ...]:
        if not words:
            return ()
        found: set[str] = set()
        small = sa.func.unicode_lower if self._connection.dialect.name == "sqlite" else sa.func.lower
        for table in (t.message, t.note):
            holds = sa.or_(*(small(table.c.text).contains(word.lower(), autoescape=True) for word in words))
            query = sa.select(table.c.ticket).where(holds, table.c.ticket.not_in(list(but))).distinct()
            found.update(self._connection.execute(query).scalars())
        return tuple(TicketId(id) for id in sorted(found))

    def attachments_of(self, tickets: Collection[TicketId]) -> tuple[AttachmentId, ...]:
        query = sa.select(t.attachment.c.id).where(t.attachment.c.ticket.in_(list(tickets)))
        return tuple(AttachmentId(id) for id in self._connection.execute(query).scalars())

    def all(self) -> tuple[ErasureRequest, ...]:
        query = sa.select(t.erasure.c.body).order_by(t.erasure.c.at, t.erasure.c.id).with_for_update()
        return tuple(_readable(self._connection.execute(query).scalars()))

    def put(self, request: ErasureRequest) -> None:
        values = {"at": to_text(request.at), "body": request.model_dump(mode="json")}
        self._put(t.erasure, {"id": request.id}, values)
        self.changed_everywhere()

    def _count(self, table: sa.Table, column: sa.Column[str], tickets: Collection[TicketId]) -> int:
        query = sa.select(sa.func.count()).select_from(table).where(column.in_(list(tickets)))
        return self._connection.execute(query).scalar_one()

    def _whose(self, customer: CustomerId, addresses: Collection[str]) -> sa.ColumnElement[bool]:
        ticket = t.ticket.c
        if customer.startswith(SENDER):
            return ticket.customer.is_(None) & ticket.address.in_(
                self._written({customer.removeprefix(SENDER).lower()})
            )
        own = {address.lower() for address in addresses} - self.used_by_others(customer, addresses) - {""}
        named = ticket.address.in_(self._written(own))
        return (ticket.customer == customer) | (ticket.customer.is_(None) & named)

    def _written(self, small: Set[str]) -> list[str]:
        """All ways in which addresses are on file that are these in small letters, as `subject` makes them.

        Databases make other letters than ours small: SQLite A to Z alone, PostgreSQL as its place says.
        """
        addresses = self._connection.execute(sa.select(t.ticket.c.address).distinct()).scalars()
        return [address for address in addresses if address.lower() in small]


def _readable(bodies: Iterable[object]) -> Iterable[ErasureRequest]:
    """What cannot be read was not written here, so nobody asked for it."""
    for body in bodies:
        try:
            yield ErasureRequest.model_validate(body)
        except ValidationError:
            continue
