"""Seals of accounts and sessions; accounts get theirs when the keys are there, at the first start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    for table in ("account", "session"):
        op.add_column(table, sa.Column("mark", sa.String(length=64), server_default="", nullable=False))
