"""Tickets and all that belongs to them, in one SQL database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters import tables as t
from cx_core.adapters.case_rows import candidates
from cx_core.adapters.database import checkpoint, from_text, reading, to_text, transaction
from cx_core.adapters.model_budget import model_spenders, model_uses
from cx_core.adapters.policy_rows import ruled
from cx_core.adapters.unit import AuditWithin, SqlUnit, erased_id, switch_of
from cx_core.policy_views import RuledStep
from cx_core.records import (
    MessageId,
    Person,
    PersonId,
    Proposal,
    Switch,
    TicketId,
)
from cx_core.views import Measured, ModelUse, QueueFilter, QueuePage, QueueRow

PAGE = 50
PAGES_KEPT = 64
"""Pages of the queue, by filter, kept until a ticket changes."""

ANSWERS = ("approve", "edit")
"""Kinds of baseline events that are an answer sent off."""


class SqlStore:
    """Opens transactions and answers the questions the queue asks; see ports.Store."""

    def __init__(self, engine: sa.Engine, audit: AuditWithin) -> None:
        self._engine = engine
        self._reader = reading(engine)
        self._audit = audit
        self._pages: dict[tuple[QueueFilter, PersonId | None, int], tuple[int, QueuePage]] = {}

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        with transaction(self._engine) as connection:
            yield SqlUnit(connection, self._audit)

    @contextmanager
    def look(self) -> Iterator[SqlUnit]:
        with transaction(self._reader) as connection:
            yield SqlUnit(connection, self._audit)

    def scrub(self) -> None:
        """What was deleted may stand in SQLite's log of writes, which goes here; PostgreSQL reuses the space itself."""
        if self._engine.dialect.name == "sqlite":
            checkpoint(self._engine)

    def queue(self, filter: QueueFilter, person: Person, page: int) -> QueuePage:
        """A page is made once per change for everybody who looks at the same one.

        Only on SQLite, where changes are numbered in the order in which they are committed.
        """
        asked = (filter, person.id if filter.mine else None, page)
        with transaction(self._reader) as connection:
            if self._engine.dialect.name != "sqlite":
                return _page(connection, _where(filter, person), page)
            newest = _newest(connection)
            kept = self._pages.get(asked)
            if kept is not None and kept[0] == newest:
                return kept[1]
            made = _page(connection, _where(filter, person), page)
        if len(self._pages) >= PAGES_KEPT:
            self._pages.clear()
        self._pages[asked] = (newest, made)
        return made

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]:
        query = sa.select(t.change.c.id, t.change.c.ticket).where(t.change.c.id > id).order_by(t.change.c.id).limit(500)
        with transaction(self._reader) as connection:
            rows = connection.execute(query).all()
        return (rows[-1][0] if rows else id), tuple(dict.fromkeys(TicketId(row[1]) for row in rows))

    def newest_change(self) -> int:
        """The number of the latest change, for a listener that only wants what comes after."""
        with transaction(self._reader) as connection:
            return _newest(connection)

    def unread(self) -> tuple[tuple[TicketId, int], ...]:
        query = (
            sa.select(t.ticket.c.id, sa.func.count(t.message.c.id))
            .join(t.message, t.message.c.ticket == t.ticket.c.id)
            .where(t.ticket.c.work == "reading")
            .group_by(t.ticket.c.id)
        )
        with transaction(self._reader) as connection:
            return tuple((TicketId(row[0]), row[1]) for row in connection.execute(query))

    def counts(self) -> dict[str, int]:
        query = sa.select(t.ticket.c.status, sa.func.count()).group_by(t.ticket.c.status)
        with transaction(self._reader) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def assigned(self) -> dict[PersonId, int]:
        live = t.ticket.c.status.in_(("new", "open"))
        query = sa.select(t.ticket.c.assignee, sa.func.count()).where(live).group_by(t.ticket.c.assignee)
        with transaction(self._reader) as connection:
            return {PersonId(row[0] or ""): row[1] for row in connection.execute(query)}

    def held(self, now: datetime) -> tuple[tuple[TicketId, PersonId], ...]:
        query = sa.select(t.lease.c.ticket, t.lease.c.person).where(t.lease.c.until > to_text(now))
        with transaction(self._reader) as connection:
            return tuple((TicketId(row[0]), PersonId(row[1])) for row in connection.execute(query))

    def due(self, moment: datetime, most: int) -> tuple[QueueRow, ...]:
        where = (t.ticket.c.status.in_(("new", "open")), t.ticket.c.respond_by < to_text(moment))
        query = sa.select(t.ticket.c.body).where(*where).order_by(t.ticket.c.respond_by, t.ticket.c.id).limit(most)
        with transaction(self._reader) as connection:
            return tuple(_row(body) for body in connection.execute(query).scalars())

    def seconding(self, now: datetime, most: int) -> tuple[QueueRow, ...]:
        one = t.first_approval.c
        query = (
            sa.select(t.ticket.c.body)
            .join(t.first_approval, (one.ticket == t.ticket.c.id) & (one.version == t.ticket.c.version))
            .where(t.ticket.c.work.in_(("ready", "returned")), one.until > to_text(now))
            .order_by(one.until, t.ticket.c.id)
            .limit(most)
        )
        with transaction(self._reader) as connection:
            return tuple(_row(body) for body in connection.execute(query).scalars())

    def arrivals(self, since: datetime) -> tuple[datetime, ...]:
        kinds = t.measure.c.kind.in_(("received", "reopened"))
        query = sa.select(t.measure.c.at).where(kinds, t.measure.c.at > to_text(since), ~t.measure.c.simulated)
        with transaction(self._reader) as connection:
            return tuple(from_text(at) for at in connection.execute(query).scalars())

    def measured(self, person: PersonId, since: datetime) -> tuple[Measured, ...]:
        m = t.measure.c
        answers = sa.select(m.ticket).where(m.person == person, m.kind.in_(ANSWERS), m.at >= to_text(since))
        theirs = sa.and_(m.person == person, m.kind.in_(("reject", "withdrawn")))
        of_tickets = sa.and_(m.ticket.in_(answers), m.kind.in_((*ANSWERS, "first_response", "reopened", "rated")))
        columns = (m.ticket, m.kind, m.at, m.seconds, m.person, m.simulated)
        query = sa.select(*columns).where(m.at >= to_text(since), theirs | of_tickets).order_by(m.at, m.id)
        with transaction(self._reader) as connection:
            return tuple(
                Measured.model_validate({**row, "at": from_text(row["at"])})
                for row in connection.execute(query).mappings()
            )

    def waking(self, person: PersonId, until: datetime) -> tuple[QueueRow, ...]:
        due = (t.ticket.c.status == "pending", t.ticket.c.assignee == person, t.ticket.c.wake_at < to_text(until))
        query = sa.select(t.ticket.c.body).where(*due).order_by(t.ticket.c.wake_at, t.ticket.c.id)
        with transaction(self._reader) as connection:
            return tuple(_row(body) for body in connection.execute(query).scalars())

    def awaited(self, now: datetime) -> tuple[TicketId, ...]:
        return self._ids(t.ticket.c.status == "pending", t.ticket.c.wake_at <= to_text(now))

    def solved_before(self, moment: datetime) -> tuple[TicketId, ...]:
        return self._ids(t.ticket.c.status == "solved", t.ticket.c.solved_at < to_text(moment))

    def latest_proposals(self, since: datetime, most: int) -> tuple[Proposal, ...]:
        query = (
            sa.select(t.proposal.c.body)
            .join(t.ticket, (t.ticket.c.id == t.proposal.c.ticket) & (t.ticket.c.version == t.proposal.c.version))
            .where(t.ticket.c.opened_at >= to_text(since))
            .where(t.ticket.c.body["simulated"].as_boolean().is_distinct_from(sa.true()))
            .order_by(t.ticket.c.opened_at.desc(), t.ticket.c.id)
            .limit(most)
        )
        with transaction(self._reader) as connection:
            return tuple(Proposal.model_validate(body) for body in connection.execute(query).scalars())

    def unlearnt(self, solved_before: datetime, most: int) -> tuple[TicketId, ...]:
        with transaction(self._reader) as connection:
            found = connection.execute(candidates(solved_before, most)).scalars()
            return tuple(TicketId(id) for id in found)

    def due_before(self, moment: datetime) -> tuple[TicketId, ...]:
        told = t.ticket.c.body["escalated_at"].as_string().is_not(None)
        due = t.ticket.c.respond_by < to_text(moment)
        return self._ids(t.ticket.c.status.in_(("new", "open")), due, ~told)

    def _ids(self, *where: sa.ColumnElement[bool]) -> tuple[TicketId, ...]:
        with transaction(self._reader) as connection:
            return tuple(TicketId(id) for id in connection.execute(sa.select(t.ticket.c.id).where(*where)).scalars())

    def carrying(self) -> tuple[tuple[TicketId, int], ...]:
        query = sa.select(t.ticket.c.id, t.ticket.c.version).where(t.ticket.c.work.in_(("sending", "carrying")))
        with transaction(self._reader) as connection:
            return tuple((TicketId(row[0]), row[1]) for row in connection.execute(query))

    def switches(self) -> tuple[Switch, ...]:
        with transaction(self._reader) as connection:
            rows = connection.execute(sa.select(t.switch).order_by(t.switch.c.name)).mappings()
            return tuple(switch_of(row) for row in rows)

    def ruled(self, since: datetime, most: int) -> tuple[RuledStep, ...]:
        with transaction(self._reader) as connection:
            return ruled(connection, since, most)

    def model_uses(self, since: datetime) -> tuple[ModelUse, ...]:
        with transaction(self._reader) as connection:
            return model_uses(connection, since)

    def model_spenders(self, since: datetime, most: int) -> tuple[tuple[TicketId, int], ...]:
        with transaction(self._reader) as connection:
            return model_spenders(connection, since, most)

    def known(self, ids: Sequence[MessageId]) -> frozenset[MessageId]:
        as_kept = {kept: id for id in ids for kept in (id, erased_id(id))}
        with transaction(self._reader) as connection:
            found = connection.execute(sa.select(t.message.c.id).where(t.message.c.id.in_(list(as_kept)))).scalars()
            return frozenset(as_kept[MessageId(id)] for id in found)


def _row(body: Mapping[str, object]) -> QueueRow:
    """A body written by an older version lacks what it did not know; the row's defaults say what that means."""
    return QueueRow.model_validate({name: body[name] for name in QueueRow.model_fields.keys() & body.keys()})


def _newest(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.max(t.change.c.id))).scalar_one_or_none() or 0)


def _page(connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]], page: int) -> QueuePage:
    order = (t.ticket.c.priority_rank.desc(), t.ticket.c.respond_by, t.ticket.c.id)
    total = connection.execute(sa.select(sa.func.count()).select_from(t.ticket).where(*where)).scalar_one()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    # Ids first: sorting ten thousand rows must not carry their bodies along.
    order_of = sa.select(t.ticket.c.id).where(*where).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    ids = connection.execute(order_of).scalars().all()
    found = connection.execute(sa.select(t.ticket.c.id, t.ticket.c.body).where(t.ticket.c.id.in_(ids)))
    bodies = {row[0]: row[1] for row in found}
    return QueuePage(rows=tuple(_row(bodies[id]) for id in ids), total=total, page=page, pages=pages)


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
    if filter.team:
        where.append(t.ticket.c.team == filter.team)
    if filter.at_risk:
        where.append(t.ticket.c.body["escalated_at"].as_string().is_not(None))
    if filter.among is not None:
        where.append(t.ticket.c.id.in_(filter.among))
    for word in filter.text.lower().split():
        where.append(t.ticket.c.search.contains(word, autoescape=True))
    return where
