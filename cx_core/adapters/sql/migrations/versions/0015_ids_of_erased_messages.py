"""Ids of messages whose customer was erased before ids were: a mail's often names who wrote it."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

message = sa.table("message", sa.column("id", sa.String), sa.column("text", sa.Text))


def upgrade() -> None:
    connection = op.get_bind()
    erased = sa.select(message.c.id).where(
        message.c.text == "[erased on the customer's request]", message.c.id.not_like("erased:%")
    )
    for id in connection.execute(erased).scalars().all():
        digest = hashlib.sha256(id.encode()).hexdigest()
        connection.execute(sa.update(message).where(message.c.id == id).values(id=f"erased:{digest}"))
