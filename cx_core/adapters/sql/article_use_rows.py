"""What became of articles in tickets, as rows. `use_since` counts them for whoever has a connection only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.knowledge_base.articles import PassageUse, UseCount, UseKind
from cx_core.ports.article_use import UseCounts
from cx_core.records import ArticleId, Ticket, TicketId

_USE = t.passage_use.c
_TICKETS = sa.func.count(sa.distinct(_USE.ticket)).label("tickets")
_MADE_UP = sa.func.count(sa.distinct(sa.case((_USE.simulated, _USE.ticket)))).label("simulated")
_MORE_THAN_FOUND: tuple[UseKind, ...] = ("cited", "quoted", "kept", "edited_out", "solved", "reopened")


class UseRows(Rows):
    """A part of `SqlUnit`; see ports.article_use.ArticleUseRepository."""

    def add_uses(self, ticket: Ticket, version: int, uses: Sequence[PassageUse], at: datetime) -> None:
        if not uses:
            return
        known = {_key(use) for number, use in self.uses(ticket.id) if number == version}
        fresh = {_key(use): use for use in uses if _key(use) not in known}
        shared = {"ticket": ticket.id, "version": version, "at": to_text(at), "simulated": ticket.simulated}
        if fresh:
            rows = [{**shared, **use.model_dump()} for use in fresh.values()]
            self._connection.execute(sa.insert(t.passage_use), rows)

    def uses(self, ticket: TicketId) -> tuple[tuple[int, PassageUse], ...]:
        query = sa.select(t.passage_use).where(_USE.ticket == ticket).order_by(_USE.version, _USE.at, _USE.kind)
        return tuple((row["version"], _use(row)) for row in self._connection.execute(query).mappings())

    def unsolve(self, ticket: TicketId, at: datetime) -> None:
        solved = (_USE.ticket == ticket) & (_USE.kind == "solved")
        values = {"kind": "reopened", "at": to_text(at)}
        self._connection.execute(sa.update(t.passage_use).where(solved).values(values))

    def use_since(self, since: datetime | None = None) -> Mapping[ArticleId, UseCounts]:
        return use_since(self._connection, since)

    def tickets_found(self, since: datetime) -> UseCount:
        found = sa.select(_TICKETS, _MADE_UP).where(_USE.kind == "retrieved", _USE.at >= to_text(since))
        return _count(self._connection.execute(found).mappings().one())

    def use_of_versions(self, article: ArticleId, numbers: Sequence[int], since: datetime) -> UseCounts:
        theirs = (_USE.article == article) & _USE.number.in_(list(numbers)) & (_USE.at >= to_text(since))
        query = sa.select(_USE.kind, _TICKETS, _MADE_UP).where(theirs).group_by(_USE.kind)
        return {row["kind"]: _count(row) for row in self._connection.execute(query).mappings()}

    def use_by_version(self, article: ArticleId) -> Mapping[int, UseCounts]:
        query = (
            sa.select(_USE.number, _USE.kind, _TICKETS, _MADE_UP)
            .where(_USE.article == article)
            .group_by(_USE.number, _USE.kind)
        )
        found: dict[int, dict[UseKind, UseCount]] = {}
        for row in self._connection.execute(query).mappings():
            found.setdefault(row["number"], {})[row["kind"]] = _count(row)
        return found

    def tickets_using(self, article: ArticleId, most: int) -> tuple[tuple[Ticket, tuple[UseKind, ...], datetime], ...]:
        last = sa.func.max(_USE.at).label("last")
        more = (_USE.article == article) & _USE.kind.in_(_MORE_THAN_FOUND)
        newest = (
            sa.select(_USE.ticket, last)
            .where(more)
            .group_by(_USE.ticket)
            .order_by(last.desc(), _USE.ticket)
            .limit(most)
        )
        found = {TicketId(row[0]): from_text(row[1]) for row in self._connection.execute(newest)}
        bodies = self._connection.execute(sa.select(t.ticket.c.body).where(t.ticket.c.id.in_(list(found)))).scalars()
        tickets = {ticket.id: ticket for ticket in map(Ticket.model_validate, bodies)}
        kinds: dict[TicketId, dict[UseKind, None]] = {id: {} for id in found}
        became = sa.select(_USE.ticket, _USE.kind).where(more, _USE.ticket.in_(list(found))).order_by(_USE.at)
        for ticket, kind in self._connection.execute(became):
            kinds[ticket][kind] = None
        return tuple((tickets[id], tuple(kinds[id]), at) for id, at in found.items() if id in tickets)


def use_since(connection: sa.Connection, since: datetime | None = None) -> dict[ArticleId, dict[UseKind, UseCount]]:
    """Tickets by article and kind, in all and simulated ones, since a moment or since the beginning."""
    query = sa.select(_USE.article, _USE.kind, _TICKETS, _MADE_UP).group_by(_USE.article, _USE.kind)
    if since is not None:
        query = query.where(_USE.at >= to_text(since))
    found: dict[ArticleId, dict[UseKind, UseCount]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(ArticleId(row["article"]), {})[row["kind"]] = _count(row)
    return found


def _count(row: sa.RowMapping) -> UseCount:
    return UseCount(tickets=row["tickets"], simulated=row["simulated"])


def _key(use: PassageUse) -> tuple[str, str, str]:
    return use.article, use.heading, use.kind


def _use(row: sa.RowMapping) -> PassageUse:
    return PassageUse(article=ArticleId(row["article"]), heading=row["heading"], number=row["number"], kind=row["kind"])
