"""Tokens of programs as rows, each under a seal that is the last of its name.

Whoever can write to the database but has not the keys lets no program in, gives none another scope, and cannot put a
token back as it was before it was revoked.
"""

from __future__ import annotations

import json
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.seal_rows import SealRows
from cx_core.ports.sealing import Marked, Renewal, Sealer
from cx_core.records import ApiToken


class ApiTokenRows(SealRows):
    """A part of `SqlUnit`; see ports.api_tokens.ApiTokenRepository."""

    def __init__(self, connection: sa.Connection, renewal: Renewal | None, sealer: Sealer) -> None:
        super().__init__(connection, renewal)
        self._sealer = sealer

    def all(self) -> tuple[ApiToken, ...]:
        rows = self._connection.execute(sa.select(t.api_token).order_by(t.api_token.c.at.desc())).mappings().all()
        sealed = self._sealer.all_marked_last([_marked(row) for row in rows])
        return tuple(_token(row) for row in rows if _name(row["id"]) in sealed)

    def by_digest(self, digest: str) -> ApiToken | None:
        query = sa.select(t.api_token).where(t.api_token.c.digest == digest)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None or not self._sealer.marked_last(*_marked(row)):
            return None
        return _token(row)

    def put(self, token: ApiToken, digest: str = "") -> None:
        body = token.model_dump(mode="json", exclude={"used_at"})
        if not digest:
            query = sa.select(t.api_token.c.digest).where(t.api_token.c.id == token.id)
            digest = self._connection.execute(query).scalar_one()
        mark = self.mark_anew(_name(token.id), _exact(digest, body))
        self._put(
            t.api_token, {"id": token.id}, {"digest": digest, "body": body, "at": to_text(token.at), "mark": mark}
        )

    def used(self, id: str, at: datetime) -> None:
        self._connection.execute(sa.update(t.api_token).where(t.api_token.c.id == id).values(used_at=to_text(at)))


def _token(row: sa.RowMapping) -> ApiToken:
    used = from_text(row["used_at"]) if row["used_at"] else None
    return ApiToken.model_validate({**row["body"], "used_at": used})


def _marked(row: sa.RowMapping) -> Marked:
    return Marked(_name(row["id"]), _exact(row["digest"], row["body"]), row["mark"])


def _name(id: str) -> str:
    return f"api token {id}"


def _exact(digest: str, body: object) -> str:
    return json.dumps({"digest": digest, "body": body}, sort_keys=True)
