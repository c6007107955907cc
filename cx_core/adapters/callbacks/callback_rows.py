"""Callbacks as rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.rows import Rows
from cx_core.records.colleagues import Callback, CallbackState


class CallbackRows(Rows):
    """A part of `SqlUnit`; see ports.callbacks.CallbackRepository."""

    def open(self, most: int) -> tuple[Callback, ...]:
        c = t.callback.c
        query = sa.select(t.callback).where(c.state == "scheduled").order_by(c.at, c.id).limit(most)
        return tuple(callback_of(row) for row in self._connection.execute(query))

    def get(self, id: int) -> Callback | None:
        query = sa.select(t.callback).where(t.callback.c.id == id).with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else callback_of(row)

    def of_day(self, day: date) -> tuple[Callback, ...]:
        """Newest first."""
        c = t.callback.c
        query = sa.select(t.callback).where(c.at == day.isoformat()).order_by(c.id.desc())
        return tuple(callback_of(row) for row in self._connection.execute(query))

    def finish(self, id: int) -> None:
        self.set_state(id, "done")

    def set_state(self, id: int, state: CallbackState) -> None:
        self._connection.execute(sa.update(t.callback).where(t.callback.c.id == id).values(state=state))


def callback_of(row: sa.Row[Any]) -> Callback:
    return Callback(id=row.id, ticket=row.ticket, at=row.at, state=row.state, **row.body)
