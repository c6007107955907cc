"""Connected systems, as rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import Connector, ConnectorFailure, KeptConnector, credentials_digest


class ConnectorRows(Rows):
    """A part of `SqlUnit`."""

    def all(self) -> tuple[KeptConnector, ...]:
        return kept_connectors(self._connection)

    def get(self, id: str) -> KeptConnector | None:
        row = self._connection.execute(
            sa.select(t.connector).where(t.connector.c.id == id).with_for_update()
        ).one_or_none()
        return None if row is None else _kept(row)

    def put(self, draft: Connector) -> None:
        made = to_text(draft.made_at or datetime.now(UTC))
        values = {"name": draft.name, "state": draft.state, "body": draft.model_dump(mode="json")}
        self._put(t.connector, {"id": draft.id}, {**values, "made_at": made})
        self.changed_everywhere()

    def put_in_force(self, id: str, connector: Connector | None) -> None:
        body = connector.model_dump(mode="json") if connector else sa.null()
        values: dict[str, object] = {"in_force": body}
        c = t.connector.c
        waits = self._connection.execute(sa.select(c.next_secret).where(c.id == id)).scalar_one_or_none()
        if connector is not None and waits is not None and credentials_digest(waits) == connector.credentials:
            values |= {"secret": waits, "next_secret": None}
        self._connection.execute(sa.update(t.connector).where(c.id == id).values(values))

    def put_secret(self, id: str, sealed: bytes) -> None:
        self._connection.execute(sa.update(t.connector).where(t.connector.c.id == id).values(next_secret=sealed))

    def drop(self, id: str) -> None:
        self._connection.execute(sa.delete(t.connector).where(t.connector.c.id == id))

    def failures(self, id: str, most: int) -> tuple[ConnectorFailure, ...]:
        c = t.connector_failure.c
        query = sa.select(c.action, c.at, c.trouble).where(c.connector == id).order_by(c.id.desc()).limit(most)
        return tuple(
            ConnectorFailure(action=row.action, at=from_text(row.at), trouble=row.trouble)
            for row in self._connection.execute(query)
        )


def named_secret(connector: Connector, secret: bytes | None, next_secret: bytes | None) -> bytes | None:
    """Of what is kept, the credentials that this version names; None if they are gone."""
    if not connector.credentials:
        return secret
    kept = (one for one in (secret, next_secret) if one is not None)
    return next((one for one in kept if credentials_digest(one) == connector.credentials), None)


def kept_connectors(connection: sa.Connection) -> tuple[KeptConnector, ...]:
    """All of them, by name."""
    return tuple(_kept(row) for row in connection.execute(sa.select(t.connector).order_by(t.connector.c.name)))


def _kept(row: sa.Row[Any]) -> KeptConnector:
    draft = Connector.model_validate(row.body)
    return KeptConnector(
        draft=draft,
        in_force=Connector.model_validate(row.in_force) if row.in_force else None,
        secret_kept=named_secret(draft, row.secret, row.next_secret) is not None,
    )
