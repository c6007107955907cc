"""What every part of a transaction in SQL works with."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.records import EVERY_TICKET


class Rows:
    """Rows of the transaction they belong to; see `unit.SqlUnit`, which is made of such parts."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def changed_everywhere(self) -> None:
        """Have every page that is open look again: something that all of them show has changed."""
        self._connection.execute(sa.insert(t.change).values(ticket=EVERY_TICKET))

    def _put(self, table: sa.Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        where = sa.and_(*(table.c[name] == value for name, value in key.items()))
        if self._connection.execute(sa.update(table).where(where).values(values)).rowcount == 0:
            self._connection.execute(sa.insert(table).values({**key, **values}))


def unmarked(mark: str) -> sa.ColumnElement[bool]:
    """Whether a ticket does not bear this mark, "simulated" or "test": one that was kept without it does not either."""
    without: sa.ColumnElement[bool] = t.ticket.c.body[mark].as_boolean().is_distinct_from(sa.true())
    return without
