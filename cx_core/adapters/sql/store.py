"""Tickets and all that belongs to them, in one SQL database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.llm.token_budget import model_spenders, model_uses
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import checkpoint, from_text, reading, to_text, transaction
from cx_core.adapters.sql.policy_rows import ruled
from cx_core.adapters.sql.rows import unmarked
from cx_core.adapters.sql.solved_case_rows import candidates
from cx_core.adapters.sql.ticket_rows import OVER, erased_id
from cx_core.adapters.sql.unit import AuditWithin, SqlUnit
from cx_core.ports import Sealer
from cx_core.records import (
    MessageId,
    Person,
    PersonId,
    Proposal,
    Switch,
    TicketId,
)
from cx_core.views import Measured, ModelUse, QueueFilter, QueuePage, QueueRow
from cx_core.views.policy_views import RuledStep

PAGE = 50
PAGES_KEPT = 64
"""Pages of the queue, by filter, kept until a ticket changes."""

SWEEPS = 5
"""How often the log of writes is tried to be emptied: a page that reads is in the way for some milliseconds."""

ANSWERS = ("approve", "edit")
"""Kinds of baseline events that are an answer sent off."""


class SqlStore:
    """Opens transactions and answers the questions the queue asks; see ports.Store."""

    def __init__(self, engine: sa.Engine, audit: AuditWithin, sealer: Sealer) -> None:
        self._engine = engine
        self._reader = reading(engine)
        self._audit = audit
        self._sealer = sealer
        self._pages: dict[tuple[QueueFilter, PersonId | None, int], tuple[int, QueuePage]] = {}

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        with self._sealer.renewing() as renewal, transaction(self._engine) as connection:
            yield SqlUnit(connection, self._audit, self._sealer, renewal)

    @contextmanager
    def look(self) -> Iterator[SqlUnit]:
        with transaction(self._reader) as connection:
            yield SqlUnit(connection, self._audit, self._sealer)

    def scrub(self) -> bool:
        """What was deleted may stand in SQLite's log of writes, which goes here; PostgreSQL reuses the space itself.

        Also pages of the queue that are kept go: they may show what is no more.
        """
        self._pages.clear()
        if self._engine.dialect.name != "sqlite":
            return True
        return any(checkpoint(self._engine) for _ in range(SWEEPS))

    def queue(self, filter: QueueFilter, person: Person, page: int) -> QueuePage:
        """A page is made once per change for everybody who looks at the same one.

        Only on SQLite, where changes are numbered in the order in which they are committed.
        """
        asked = (filter, person.id if filter.mine else None, page)
        with transaction(self._reader) as connection:
            if self._engine.dialect.name != "sqlite":
                return _page(connection, filter, person, page)
            newest = _newest(connection)
            kept = self._pages.get(asked)
            if kept is not None and kept[0] == newest:
                return kept[1]
            made = _page(connection, filter, person, page)
        if len(self._pages) >= PAGES_KEPT:
            self._pages.clear()
        self._pages[asked] = (newest, made)
        return made

    def total(self, filter: QueueFilter, person: Person) -> int:
        with transaction(self._reader) as connection:
            return _total(connection, _where(filter, person, connection.dialect.name))

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

    def ready(self) -> tuple[TicketId, ...]:
        query = sa.select(t.ticket.c.id).where(t.ticket.c.work == "ready", t.ticket.c.status.in_(("new", "open")))
        with transaction(self._reader) as connection:
            return tuple(TicketId(id) for id in connection.execute(query).scalars())

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
        of_tickets = sa.and_(
            m.ticket.in_(answers),
            m.kind.in_((*ANSWERS, "given_back", "withdrawn", "first_response", "reopened", "rated")),
        )
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
            .where(unmarked("simulated"))
            .where(unmarked("test"))
            .order_by(t.ticket.c.opened_at.desc(), t.ticket.c.id)
            .limit(most)
        )
        with transaction(self._reader) as connection:
            return tuple(Proposal.model_validate(body) for body in connection.execute(query).scalars())

    def unlearnt(self, solved_before: datetime, most: int, *, imported: bool = False) -> tuple[TicketId, ...]:
        with transaction(self._reader) as connection:
            found = connection.execute(candidates(solved_before, most, imported=imported)).scalars()
            return tuple(TicketId(id) for id in found)

    def due_before(self, moment: datetime) -> tuple[TicketId, ...]:
        told = t.ticket.c.body["escalated_at"].as_string().is_not(None)
        due = t.ticket.c.respond_by < to_text(moment)
        return self._ids(t.ticket.c.status.in_(("new", "open", "pending")), due, ~told)

    def _ids(self, *where: sa.ColumnElement[bool]) -> tuple[TicketId, ...]:
        with transaction(self._reader) as connection:
            return tuple(TicketId(id) for id in connection.execute(sa.select(t.ticket.c.id).where(*where)).scalars())

    def carrying(self) -> tuple[tuple[TicketId, int], ...]:
        query = sa.select(t.ticket.c.id, t.ticket.c.version).where(t.ticket.c.work.in_(("sending", "carrying")))
        with transaction(self._reader) as connection:
            return tuple((TicketId(row[0]), row[1]) for row in connection.execute(query))

    def switches(self) -> tuple[Switch, ...]:
        with self.look() as unit:
            return unit.switches.on()

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


def _page(connection: sa.Connection, filter: QueueFilter, person: Person, page: int) -> QueuePage:
    where = _where(filter, person, connection.dialect.name)
    # Ids first: sorting ten thousand rows must not carry their bodies along.
    ordered = sa.select(t.ticket.c.id).where(*where).order_by(*_order(filter))
    if filter.text:  # every message is looked through for it: once, and not again to count what was found
        hits = connection.execute(ordered).scalars().all()
        total = len(hits)
        pages, page = _pages(total, page)
        ids = hits[(page - 1) * PAGE : page * PAGE]
    else:
        total = _total(connection, where)
        pages, page = _pages(total, page)
        ids = connection.execute(ordered.limit(PAGE).offset((page - 1) * PAGE)).scalars().all()
    bodies = dict(connection.execute(sa.select(t.ticket.c.id, t.ticket.c.body).where(t.ticket.c.id.in_(ids))).all())
    return QueuePage(rows=tuple(_row(bodies[id]) for id in ids), total=total, page=page, pages=pages)


def _total(connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]]) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(t.ticket).where(*where)).scalar_one())


def _order(filter: QueueFilter) -> tuple[sa.ColumnElement[Any], ...]:
    """Most pressing first; what is over, latest first; what was put off, soonest back first; what is due, soonest."""
    ticket = t.ticket.c
    if filter.due_before is not None:
        return ticket.respond_by, ticket.id
    if filter.statuses and set(filter.statuses) <= set(OVER):
        return sa.func.coalesce(ticket.solved_at, ticket.updated_at).desc(), ticket.id
    if filter.statuses == ("pending",):
        return ticket.wake_at.is_(None), ticket.wake_at, ticket.updated_at.desc(), ticket.id
    return ticket.priority_rank.desc(), ticket.respond_by, ticket.id


def _pages(total: int, page: int) -> tuple[int, int]:
    """How many pages there are, and the one of them that is nearest to this."""
    pages = max(1, -(-total // PAGE))
    return pages, min(max(1, page), pages)


def _where(filter: QueueFilter, person: Person, dialect: str) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if filter.statuses:
        where.append(t.ticket.c.status.in_(filter.statuses))
    if filter.routes:
        where.append(t.ticket.c.route.in_(filter.routes))
    if filter.task_types:
        where.append(
            sa.or_(*(t.ticket.c.task_types.contains(f" {name} ", autoescape=True) for name in filter.task_types))
        )
    if filter.languages:
        where.append(t.ticket.c.body["language"].as_string().in_(filter.languages))
    where += _whose(filter, person)
    if filter.at_risk:
        where.append(t.ticket.c.body["escalated_at"].as_string().is_not(None))
    if filter.due_before is not None:
        where.append(t.ticket.c.respond_by < to_text(filter.due_before))
    if filter.among is not None:
        where.append(t.ticket.c.id.in_(filter.among))
    for word in filter.text.lower().split():
        said = sa.select(t.message.c.ticket).where(_holds(t.message.c.text, word, dialect))
        where.append(t.ticket.c.search.contains(word, autoescape=True) | t.ticket.c.id.in_(said))
    return where


def _whose(filter: QueueFilter, person: Person) -> Iterator[sa.ColumnElement[bool]]:
    if filter.mine:
        yield t.ticket.c.assignee == person.id
    if filter.team:
        yield t.ticket.c.team == filter.team
    if filter.unassigned:
        yield sa.func.coalesce(t.ticket.c.assignee, "") == ""


def _holds(text: sa.Column[str], word: str, dialect: str) -> sa.ColumnElement[bool]:
    """Whether this word, given in small letters, is in the text in any letters.

    SQLite's LIKE takes small and large letters of ASCII alone for the same; a word with others is looked for as it is
    usually written: small, as a name, in capitals.
    """
    if dialect != "sqlite":
        return text.icontains(word, autoescape=True)
    spellings = (word,) if word.isascii() else (word, word.capitalize(), word.upper())
    return sa.or_(*(text.contains(spelling, autoescape=True) for spelling in spellings))
