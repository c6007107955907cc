"""Tickets and all that belongs to them, in one SQL database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from cx_core.adapters import tables as t
from cx_core.adapters.database import from_text, reading, to_text
from cx_core.records import (
    PRIORITIES,
    Approval,
    CustomerId,
    Draft,
    Message,
    MessageId,
    Outcome,
    Person,
    PersonId,
    Proposal,
    StepId,
    Switch,
    Ticket,
    TicketId,
    subject,
)
from cx_core.views import QueueFilter, QueuePage, QueueRow

PAGE = 50
ERASED = "[erased on the customer's request]"


class AuditWithin(Protocol):
    """The part of the audit log that writes inside somebody else's transaction."""

    def append_within(
        self,
        connection: sa.Connection,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> int: ...


class SqlUnit:
    """One transaction; see ports.Unit."""

    def __init__(self, connection: sa.Connection, audit: AuditWithin) -> None:
        self._connection = connection
        self._audit = audit

    def ticket(self, id: TicketId) -> Ticket | None:
        found = self._connection.execute(sa.select(t.ticket.c.body).where(t.ticket.c.id == id).with_for_update())
        body = found.scalar_one_or_none()
        return Ticket.model_validate(body) if body else None

    def by_thread(self, channel: str, thread: str, address: str) -> Ticket | None:
        query = (
            sa.select(t.ticket.c.body)
            .where(t.ticket.c.thread == f"{channel}:{thread}", t.ticket.c.address == address)
            .order_by(t.ticket.c.opened_at.desc(), t.ticket.c.id.desc())
            .limit(1)
            .with_for_update()
        )
        body = self._connection.execute(query).scalar_one_or_none()
        return Ticket.model_validate(body) if body else None

    def put_ticket(self, ticket: Ticket, *, thread: str | None = None) -> None:
        row = {
            "customer": ticket.customer,
            "address": ticket.address,
            "status": ticket.status,
            "work": ticket.work,
            "priority_rank": PRIORITIES.index(ticket.priority),
            "route": ticket.route,
            "task_types": f" {' '.join(ticket.task_types)} ",
            "assignee": ticket.assignee,
            "version": ticket.version,
            "respond_by": to_text(ticket.respond_by) if ticket.respond_by else None,
            "opened_at": to_text(ticket.opened_at),
            "updated_at": to_text(ticket.updated_at),
            "search": f"{ticket.id} {ticket.subject} {ticket.customer_name} {ticket.address} {ticket.preview}".lower(),
            "body": ticket.model_dump(mode="json"),
        }
        if thread is not None:
            row["thread"] = f"{ticket.channel}:{thread}" if thread else ""
        changed = self._connection.execute(sa.update(t.ticket).where(t.ticket.c.id == ticket.id).values(row))
        if changed.rowcount == 0:
            self._connection.execute(sa.insert(t.ticket).values(id=ticket.id, **row))
        self._connection.execute(sa.insert(t.change).values(ticket=ticket.id))

    def message(self, id: MessageId) -> Message | None:
        row = self._connection.execute(sa.select(t.message).where(t.message.c.id == id)).mappings().one_or_none()
        return _message(row) if row else None

    def messages(self, ticket: TicketId) -> tuple[Message, ...]:
        query = sa.select(t.message).where(t.message.c.ticket == ticket).order_by(t.message.c.position)
        return tuple(_message(row) for row in self._connection.execute(query).mappings())

    def add_message(self, message: Message, *, after: int | None = None) -> None:
        place: object = sa.select(sa.func.count()).where(t.message.c.ticket == message.ticket).scalar_subquery()
        if after is not None:
            later = (t.message.c.ticket == message.ticket) & (t.message.c.position >= after)
            self._connection.execute(sa.update(t.message).where(later).values(position=t.message.c.position + 1))
            place = after
        row = message.model_dump() | {"at": to_text(message.at), "position": place}
        self._connection.execute(sa.insert(t.message).values(row))

    def proposal(self, ticket: TicketId, version: int) -> Proposal | None:
        query = sa.select(t.proposal.c.body).where(t.proposal.c.ticket == ticket, t.proposal.c.version == version)
        body = self._connection.execute(query).scalar_one_or_none()
        return Proposal.model_validate(body) if body else None

    def put_proposal(self, proposal: Proposal) -> None:
        key = {"ticket": proposal.ticket, "version": proposal.version}
        self._put(t.proposal, key, {"body": proposal.model_dump(mode="json")})
        older = (t.proposal.c.ticket == proposal.ticket) & (t.proposal.c.version < proposal.version)
        self._connection.execute(sa.update(t.proposal).where(older).values(void=True))

    def approval(self, ticket: TicketId, version: int) -> Approval | None:
        query = sa.select(t.approval.c.body).where(t.approval.c.ticket == ticket, t.approval.c.version == version)
        body = self._connection.execute(query).scalar_one_or_none()
        return Approval.model_validate(body) if body else None

    def put_approval(self, approval: Approval) -> None:
        self._connection.execute(
            sa.insert(t.approval).values(
                id=approval.id,
                ticket=approval.ticket,
                version=approval.version,
                body=approval.model_dump(mode="json"),
            )
        )

    def outcomes(self, ticket: TicketId) -> dict[tuple[int, StepId], Outcome]:
        query = sa.select(t.outcome).where(t.outcome.c.ticket == ticket).order_by(t.outcome.c.version, t.outcome.c.step)
        return {
            (row["version"], StepId(row["step"])): Outcome.model_validate(row["body"])
            for row in self._connection.execute(query).mappings()
        }

    def put_outcome(self, ticket: TicketId, version: int, outcome: Outcome) -> None:
        key = {"ticket": ticket, "version": version, "step": outcome.step}
        self._put(t.outcome, key, {"body": outcome.model_dump(mode="json")})

    def draft(self, ticket: TicketId) -> Draft | None:
        row = self._connection.execute(sa.select(t.draft).where(t.draft.c.ticket == ticket)).mappings().one_or_none()
        return Draft.model_validate({**row, "at": from_text(row["at"])}) if row else None

    def put_draft(self, draft: Draft) -> None:
        values = {"version": draft.version, "text": draft.text, "person": draft.person, "at": to_text(draft.at)}
        self._put(t.draft, {"ticket": draft.ticket}, values)

    def drop_draft(self, ticket: TicketId) -> None:
        self._connection.execute(sa.delete(t.draft).where(t.draft.c.ticket == ticket))

    def lease(self, ticket: TicketId, now: datetime) -> tuple[str, str] | None:
        query = sa.select(t.lease).where(t.lease.c.ticket == ticket, t.lease.c.until > to_text(now))
        row = self._connection.execute(query).mappings().one_or_none()
        return (row["person"], row["person_name"]) if row else None

    def put_lease(self, ticket: TicketId, person: Person, until: datetime) -> None:
        values = {"person": person.id, "person_name": person.name, "until": to_text(until)}
        self._put(t.lease, {"ticket": ticket}, values)

    def drop_lease(self, ticket: TicketId) -> None:
        self._connection.execute(sa.delete(t.lease).where(t.lease.c.ticket == ticket))

    def stopped(self, names: Sequence[str]) -> Switch | None:
        query = sa.select(t.switch).where(t.switch.c.name.in_(list(names))).order_by(t.switch.c.name).limit(1)
        row = self._connection.execute(query).mappings().one_or_none()
        return _switch(row) if row else None

    def put_switch(self, switch: Switch) -> None:
        values = {"person": switch.person, "reason": switch.reason, "at": to_text(switch.at)}
        self._put(t.switch, {"name": switch.name}, values)

    def drop_switch(self, name: str) -> None:
        self._connection.execute(sa.delete(t.switch).where(t.switch.c.name == name))

    def measure(
        self, ticket: Ticket, kind: str, at: datetime, *, seconds: float | None = None, solved_by: str = ""
    ) -> None:
        self._connection.execute(
            sa.insert(t.measure).values(
                ticket=ticket.id,
                kind=kind,
                at=to_text(at),
                seconds=seconds,
                channel=ticket.channel,
                tier=ticket.tier,
                task_types=" ".join(ticket.task_types),
                solved_by=solved_by,
            )
        )

    def record(
        self,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> None:
        self._audit.append_within(
            self._connection, kind, actor=actor, payload=payload, ticket=ticket, customer=customer
        )

    def forget(self, customer: CustomerId) -> tuple[frozenset[CustomerId], int]:
        address = customer.removeprefix("address:") if customer.startswith("address:") else None
        whose = t.ticket.c.customer == customer if address is None else sa.func.lower(t.ticket.c.address) == address
        bodies = self._connection.execute(sa.select(t.ticket.c.body).where(whose).with_for_update()).scalars().all()
        tickets = [Ticket.model_validate(body) for body in bodies]
        ids = [ticket.id for ticket in tickets]
        for table in (t.proposal, t.draft, t.approval, t.outcome, t.lease):
            self._connection.execute(sa.delete(table).where(table.c.ticket.in_(ids)))
        words = {"text": ERASED, "author": ""}
        self._connection.execute(sa.update(t.message).where(t.message.c.ticket.in_(ids)).values(words))
        for ticket in tickets:
            blank = {"address": "", "customer_name": "", "subject": ERASED, "preview": "", "customer": None}
            closed = {"status": "closed", "work": "done", "version": 0, "route": None}
            self.put_ticket(ticket.model_copy(update=blank | closed), thread="")
        names = {subject(ticket) for ticket in tickets}
        names |= {subject(ticket.model_copy(update={"customer": None})) for ticket in tickets}
        return frozenset(names), len(tickets)

    def _put(self, table: sa.Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        where = sa.and_(*(table.c[name] == value for name, value in key.items()))
        if self._connection.execute(sa.update(table).where(where).values(values)).rowcount == 0:
            self._connection.execute(sa.insert(table).values({**key, **values}))


class SqlStore:
    """Opens transactions and answers the questions the queue asks; see ports.Store."""

    def __init__(self, engine: sa.Engine, audit: AuditWithin) -> None:
        self._engine = engine
        self._reader = reading(engine)
        self._audit = audit

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        with self._engine.begin() as connection:
            yield SqlUnit(connection, self._audit)

    @contextmanager
    def look(self) -> Iterator[SqlUnit]:
        with self._reader.begin() as connection:
            yield SqlUnit(connection, self._audit)

    def queue(self, filter: QueueFilter, person: Person, page: int) -> QueuePage:
        where = _where(filter, person)
        order = (t.ticket.c.priority_rank.desc(), t.ticket.c.respond_by, t.ticket.c.id)
        with self._reader.begin() as connection:
            total = connection.execute(sa.select(sa.func.count()).select_from(t.ticket).where(*where)).scalar_one()
            pages = max(1, -(-total // PAGE))
            page = min(max(1, page), pages)
            # Ids first: sorting ten thousand rows must not carry their bodies along.
            order_of = sa.select(t.ticket.c.id).where(*where).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
            ids = connection.execute(order_of).scalars().all()
            found = connection.execute(sa.select(t.ticket.c.id, t.ticket.c.body).where(t.ticket.c.id.in_(ids)))
            bodies = {row[0]: row[1] for row in found}
        names = QueueRow.model_fields.keys()
        rows = tuple(QueueRow.model_validate({name: bodies[id].get(name) for name in names}) for id in ids)
        return QueuePage(rows=rows, total=total, page=page, pages=pages)

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]:
        query = sa.select(t.change.c.id, t.change.c.ticket).where(t.change.c.id > id).order_by(t.change.c.id).limit(500)
        with self._reader.begin() as connection:
            rows = connection.execute(query).all()
        return (rows[-1][0] if rows else id), tuple(dict.fromkeys(TicketId(row[1]) for row in rows))

    def newest_change(self) -> int:
        """The number of the latest change, for a listener that only wants what comes after."""
        with self._reader.begin() as connection:
            newest = connection.execute(sa.select(sa.func.max(t.change.c.id))).scalar_one_or_none()
        return int(newest or 0)

    def unread(self) -> tuple[tuple[TicketId, int], ...]:
        query = (
            sa.select(t.ticket.c.id, sa.func.count(t.message.c.id))
            .join(t.message, t.message.c.ticket == t.ticket.c.id)
            .where(t.ticket.c.work == "reading")
            .group_by(t.ticket.c.id)
        )
        with self._reader.begin() as connection:
            return tuple((TicketId(row[0]), row[1]) for row in connection.execute(query))

    def carrying(self) -> tuple[tuple[TicketId, int], ...]:
        query = sa.select(t.ticket.c.id, t.ticket.c.version).where(t.ticket.c.work == "carrying")
        with self._reader.begin() as connection:
            return tuple((TicketId(row[0]), row[1]) for row in connection.execute(query))

    def switches(self) -> tuple[Switch, ...]:
        with self._reader.begin() as connection:
            rows = connection.execute(sa.select(t.switch).order_by(t.switch.c.name)).mappings()
            return tuple(_switch(row) for row in rows)

    def known(self, ids: Sequence[MessageId]) -> frozenset[MessageId]:
        with self._reader.begin() as connection:
            found = connection.execute(sa.select(t.message.c.id).where(t.message.c.id.in_(list(ids)))).scalars()
            return frozenset(MessageId(id) for id in found)


def _where(filter: QueueFilter, person: Person) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if filter.statuses:
        where.append(t.ticket.c.status.in_(filter.statuses))
    if filter.routes:
        where.append(t.ticket.c.route.in_(filter.routes))
    if filter.task_types:
        where.append(
            sa.or_(*(t.ticket.c.task_types.contains(f" {name} ", autoescape=True) for name in filter.task_types))
        )
    if filter.mine:
        where.append(t.ticket.c.assignee == person.id)
    for word in filter.text.lower().split():
        where.append(t.ticket.c.search.contains(word, autoescape=True))
    return where


def _message(row: sa.RowMapping) -> Message:
    fields = {name: row[name] for name in Message.model_fields if name != "at"}
    return Message.model_validate({**fields, "at": from_text(row["at"])})


def _switch(row: sa.RowMapping) -> Switch:
    return Switch(name=row["name"], person=PersonId(row["person"]), reason=row["reason"], at=from_text(row["at"]))
