"""Files that were handed in, as rows: what became of each, and which process has those that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.knowledge_base.articles import SYNCED_BY, Upload

_READ = ("read", "same", "released")
_WAITS = t.upload.c.state == "waiting"


class UploadRows(Rows):
    """A part of `SqlUnit`; see ports.articles.UploadRepository."""

    def get(self, id: str) -> Upload | None:
        body = self._connection.execute(
            sa.select(t.upload.c.body).where(t.upload.c.id == id).with_for_update()
        ).scalar_one_or_none()
        return Upload.model_validate(body) if body else None

    def of(self, sha256: str, *, refused: bool = True) -> Upload | None:
        passed_over = ("waiting", "same") if refused else ("waiting", "same", "refused")
        query = (
            sa.select(t.upload.c.body)
            .where(t.upload.c.sha256 == sha256, t.upload.c.state.not_in(passed_over))
            .order_by(t.upload.c.at.desc())
            .limit(1)
        )
        body = self._connection.execute(query).scalar_one_or_none()
        return Upload.model_validate(body) if body else None

    def latest(self, most: int) -> tuple[Upload, ...]:
        query = (
            sa.select(t.upload.c.body)
            .order_by(t.upload.c.state != "waiting", t.upload.c.at.desc(), t.upload.c.id)
            .limit(most)
        )
        return tuple(Upload.model_validate(body) for body in self._connection.execute(query).scalars())

    def put(self, upload: Upload, kept: Sequence[Mapping[str, object]] | None = None) -> None:
        values = {
            "sha256": upload.sha256,
            "state": upload.state,
            "at": to_text(upload.at),
            "body": upload.model_dump(mode="json"),
            "kept": list(kept) if kept is not None else None,
        }
        self._put(t.upload, {"id": upload.id}, values)

    def kept_of(self, upload: str) -> tuple[Mapping[str, object], ...]:
        kept = self._connection.execute(sa.select(t.upload.c.kept).where(t.upload.c.id == upload)).scalar_one_or_none()
        return tuple(kept or ())

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
