"""When closed tickets were solved, so that the queue can sort them by it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

ticket = sa.table(
    "ticket",
    sa.column("id", sa.String),
    sa.column("status", sa.String),
    sa.column("solved_at", sa.String),
    sa.column("body", sa.JSON),
)


def upgrade() -> None:
    connection = op.get_bind()
    solved = ticket.c.body["solved_at"].as_string()
    closed = sa.select(ticket.c.id, solved).where(ticket.c.status == "closed", solved.is_not(None))
    for id, at in connection.execute(closed).all():
        text = datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        connection.execute(sa.update(ticket).where(ticket.c.id == id).values(solved_at=text))
