"""Imports as rows; see ports.imports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.erasure_rows import OF_TICKETS
from cx_core.adapters.sql.rows import Rows
from cx_core.records import IMPORTED_ID, TicketId
from cx_core.records.imports import ImportItem
from cx_core.views.channels.import_views import UNFINISHED, ImportRun

_BY_PEOPLE = (t.draft, t.approval, t.flag, t.rating, t.rewording, t.first_approval, t.outgoing_mail)
"""Where somebody's work on a ticket lies."""


class ImportRows(Rows):
    """A part of `SqlUnit`."""

    def put(self, run: ImportRun) -> None:
        values = {"at": to_text(run.at), "going": run.worked_on, "body": run.model_dump(mode="json")}
        self._put(t.import_run, {"id": run.id}, values)

    def get(self, id: str) -> ImportRun | None:
        query = sa.select(t.import_run.c.body).where(t.import_run.c.id == id).with_for_update()
        body = self._connection.execute(query).scalar_one_or_none()
        return ImportRun.model_validate(body) if body is not None else None

    def newest(self, most: int) -> tuple[ImportRun, ...]:
        query = sa.select(t.import_run.c.body).order_by(t.import_run.c.at.desc(), t.import_run.c.id).limit(most)
        return tuple(ImportRun.model_validate(body) for body in self._connection.execute(query).scalars())

    def going(self) -> tuple[ImportRun, ...]:
        query = sa.select(t.import_run.c.body).where(t.import_run.c.going).order_by(t.import_run.c.at)
        return tuple(ImportRun.model_validate(body) for body in self._connection.execute(query).scalars())

    def waiting(self) -> tuple[ImportRun, ...]:
        row = t.import_run.c
        there = row.body["state"].as_string().in_([*UNFINISHED, "failed"])
        bodies = self._connection.execute(sa.select(row.body).where(there).order_by(row.at)).scalars()
        return tuple(ImportRun.model_validate(body) for body in bodies)

    def items(self, keys: Collection[str]) -> Mapping[str, ImportItem]:
        query = sa.select(t.import_item).where(t.import_item.c.key.in_(list(keys)))
        return {row["key"]: _item(row) for row in self._connection.execute(query).mappings()}

    def put_items(self, items: Iterable[ImportItem]) -> None:
        for one in items:
            values = one.model_dump(exclude={"key", "ticket", "at"}) | {
                "of_ticket": one.ticket,
                "at": to_text(one.at),
            }
            self._put(t.import_item, {"key": one.key}, values)

    def drop_item(self, key: str) -> None:
        self._connection.execute(sa.delete(t.import_item).where(t.import_item.c.key == key))

    def tickets_of(self, run: str, after: TicketId | None, most: int) -> tuple[TicketId, ...]:
        row = t.import_item.c
        query = sa.select(row.of_ticket).where(row.run == run, row.of_ticket > (after or "")).distinct()
        found = self._connection.execute(query.order_by(row.of_ticket).limit(most)).scalars()
        return tuple(TicketId(id) for id in found)

    def articles_of(self, run: str) -> tuple[ImportItem, ...]:
        query = sa.select(t.import_item).where(t.import_item.c.run == run, t.import_item.c.article != "")
        return tuple(_item(row) for row in self._connection.execute(query).mappings())

    def untouched(self, ticket: TicketId) -> bool:
        message, note, measure, other = t.message.c, t.note.c, t.measure.c, t.ticket.c
        done = [sa.exists().where(table.c.ticket == ticket) for table in _BY_PEOPLE]
        done += [
            sa.exists().where(message.ticket == ticket, message.id.not_like(f"{IMPORTED_ID}%")),
            sa.exists().where(note.ticket == ticket, note.id.not_like(f"{IMPORTED_ID}%")),
            sa.exists().where(measure.ticket == ticket, measure.kind != "closed"),
            sa.exists().where(other.body["merged_into"].as_string() == ticket),
            sa.exists().where(other.body["linked_to"].as_string() == ticket),
            sa.exists().where(other.id == ticket, sa.func.coalesce(other.assignee, "") != ""),
        ]
        return not self._connection.execute(sa.select(sa.or_(*done))).scalar_one()

    def remove_tickets(self, tickets: Collection[TicketId]) -> None:
        ids = list(tickets)
        for table in (*OF_TICKETS, t.message, t.passage_use, t.measure):
            self._connection.execute(sa.delete(table).where(table.c.ticket.in_(ids)))
        self._connection.execute(sa.delete(t.import_item).where(t.import_item.c.of_ticket.in_(ids)))
        self._connection.execute(sa.delete(t.ticket).where(t.ticket.c.id.in_(ids)))
        self.changed_everywhere()

    def look_again(self, ticket: TicketId) -> None:
        self._connection.execute(sa.delete(t.solved_case).where(t.solved_case.c.ticket == ticket))


def _item(row: sa.RowMapping) -> ImportItem:
    fields = {name: row[name] for name in ImportItem.model_fields if name not in ("ticket", "at")}
    return ImportItem.model_validate({**fields, "ticket": row["of_ticket"], "at": from_text(row["at"])})
