"""The business's own facts, and callbacks that Rung keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038_own_business"
down_revision = "0037_reply_to"


def upgrade() -> None:
    op.create_table(
        "company_facts",
        sa.Column("id", sa.String(10), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
    )
    op.create_table(
        "callback",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("undo_key", sa.String(200), unique=True),
        sa.Column("undone_at", sa.String(32)),
        sa.Column("ticket", sa.String(40), nullable=False),
        sa.Column("at", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
    )
    for name in ("ticket", "at", "state"):
        op.create_index(f"ix_callback_{name}", "callback", [name])
