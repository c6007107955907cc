"""Attachments as rows; their bytes lie apart, see `ports.Files`."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import Attachment, AttachmentId, MessageId, TicketId


class AttachmentRows(Rows):
    """A part of `SqlUnit`."""

    def add(self, attachment: Attachment) -> None:
        row = attachment.model_dump() | {"at": to_text(attachment.at)}
        self._connection.execute(sa.insert(t.attachment).values(row))

    def get(self, id: AttachmentId) -> Attachment | None:
        return next(iter(self._attachments(t.attachment.c.id == id)), None)

    def of(self, ticket: TicketId) -> tuple[Attachment, ...]:
        return self._attachments(t.attachment.c.ticket == ticket)

    def _attachments(self, where: sa.ColumnElement[bool]) -> tuple[Attachment, ...]:
        query = sa.select(t.attachment).where(where).order_by(t.attachment.c.at, t.attachment.c.id)
        rows = self._connection.execute(query).mappings()
        return tuple(Attachment.model_validate({**row, "at": from_text(row["at"])}) for row in rows)

    def send(self, ids: Sequence[AttachmentId], message: MessageId) -> None:
        if ids:
            chosen = t.attachment.c.id.in_(list(ids))
            self._connection.execute(sa.update(t.attachment).where(chosen).values(message=message))

    def drop(self, id: AttachmentId) -> None:
        self._connection.execute(sa.delete(t.attachment).where(t.attachment.c.id == id))
