"""Task types of the Task types page, as rows."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import reading, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.ports import Sealer
from cx_core.records import KeptOwnTaskType, OwnTaskType, own_task_type_exact

_log = logging.getLogger(__name__)


class OwnTaskTypeRows(Rows):
    """A part of `SqlUnit`."""

    def all(self) -> tuple[KeptOwnTaskType, ...]:
        return kept_own_task_types(self._connection)

    def get(self, id: str) -> KeptOwnTaskType | None:
        query = sa.select(t.own_task_type).where(t.own_task_type.c.id == id).with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _kept(row)

    def put(self, draft: OwnTaskType) -> None:
        values = {
            "number": draft.number,
            "name": draft.name,
            "state": draft.state,
            "body": draft.model_dump(mode="json"),
            "made_at": to_text(draft.made_at or datetime.now(UTC)),
        }
        self._put(t.own_task_type, {"id": draft.id}, values)
        self.changed_everywhere()

    def put_in_force(self, id: str, one: OwnTaskType | None) -> None:
        body = one.model_dump(mode="json") if one else sa.null()
        update = sa.update(t.own_task_type).where(t.own_task_type.c.id == id)
        self._connection.execute(update.values(in_force=body))

    def drop(self, id: str) -> None:
        self._connection.execute(sa.delete(t.own_task_type).where(t.own_task_type.c.id == id))


class OwnTaskTypesInForce:
    """Reads which task types of the page are in force, as they were signed."""

    def __init__(self, engine: sa.Engine, sealer: Sealer) -> None:
        self._reader = reading(engine)
        self._sealer = sealer

    def now(self) -> tuple[OwnTaskType, ...]:
        """In the order of their numbers. A row that was not put in force here as it is on file is none."""
        c = t.own_task_type.c
        with self._reader.begin() as connection:
            rows = connection.execute(sa.select(c.id, c.in_force).order_by(c.number)).all()
        in_force = [one for row in rows if row.in_force and (one := _read(row.id, row.in_force)) is not None]
        return tuple(one for one in in_force if self._sealer.marked_last(*own_task_type_exact(one), one.mark))


def _read(id: str, body: object) -> OwnTaskType | None:
    try:
        return OwnTaskType.model_validate(body)
    except ValidationError as error:  # written by another version, or changed outside Rung
        _log.error("Task type %s on file cannot be read, and is not in force: %s", id, error.errors()[0]["msg"])
        return None


def kept_own_task_types(connection: sa.Connection) -> tuple[KeptOwnTaskType, ...]:
    """All of them, by number."""
    return tuple(
        _kept(row) for row in connection.execute(sa.select(t.own_task_type).order_by(t.own_task_type.c.number))
    )


def _kept(row: sa.Row[Any]) -> KeptOwnTaskType:
    return KeptOwnTaskType(
        draft=OwnTaskType.model_validate(row.body),
        in_force=_read(row.id, row.in_force) if row.in_force else None,
    )
