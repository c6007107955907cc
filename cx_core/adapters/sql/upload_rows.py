"""Files that wait to be read, as rows: which process has them, and how often reading one was begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.knowledge_base.articles import SYNCED_BY, Upload

_READ = ("read", "same", "released")
_WAITS = t.upload.c.state == "waiting"


class UploadRows(Rows):
    """A part of `SqlUnit`; see ports.articles.UploadUnit."""

    def waiting_bytes(self) -> int:
        bodies = self._connection.execute(sa.select(t.upload.c.body).where(_WAITS)).scalars()
        return sum(Upload.model_validate(body).size for body in bodies)

    def free_uploads(self, now: datetime, *, lock: bool = False) -> tuple[tuple[Upload, int], ...]:
        table = t.upload.c
        query = (
            sa.select(table.body, table.tries)
            .where(_WAITS, table.until.is_(None) | (table.until < to_text(now)))
            .order_by(table.at, table.id)
        )
        if lock:  # whoever only looks must not: another process would leave out what nobody takes then
            query = query.with_for_update(skip_locked=True)
        return tuple((Upload.model_validate(body), tries) for body, tries in self._connection.execute(query))

    def hold_uploads(self, ids: Sequence[str], holder: str, until: datetime) -> None:
        self._update(t.upload.c.id.in_(list(ids)), holder=holder, until=to_text(until))

    def renew_uploads(self, ids: Sequence[str], holder: str, until: datetime) -> None:
        self._update(t.upload.c.id.in_(list(ids)) & (t.upload.c.holder == holder), until=to_text(until))

    def read_since(self, name: str, at: datetime) -> bool:
        table = t.upload.c
        later = sa.select(table.id).where(
            table.at > to_text(at),
            table.state.in_(_READ),
            table.body["name"].as_string() == name,
            table.body["person"].as_string() != SYNCED_BY,  # a folder's files are articles of its own
        )
        return self._connection.execute(later.limit(1)).first() is not None

    def begin_upload(self, id: str, holder: str) -> int | None:
        table = t.upload.c
        mine = sa.select(table.tries).where(_WAITS, table.id == id, table.holder == holder).with_for_update()
        before: int | None = self._connection.execute(mine).scalar_one_or_none()
        if before is not None:
            self._update(table.id == id, tries=before + 1)
        return before

    def let_uploads_go(self, ids: Sequence[str], holder: str, *, begun: bool) -> None:
        its = t.upload.c.id.in_(list(ids)) & (t.upload.c.holder == holder)
        self._update(its, holder="", until=None, **({"tries": t.upload.c.tries - 1} if begun else {}))

    def _update(self, which: sa.ColumnElement[bool], **values: object) -> None:
        self._connection.execute(sa.update(t.upload).where(_WAITS, which).values(**values))
