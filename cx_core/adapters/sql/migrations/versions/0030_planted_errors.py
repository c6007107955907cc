"""Proposals that were shown with an error on purpose, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030_planted"
down_revision = "0029_systems"


def upgrade() -> None:
    op.create_table(
        "planted_error",
        sa.Column("ticket", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("task_type", sa.String(60), nullable=False),
        sa.Column("decision", sa.String(10), server_default="", nullable=False),
        sa.Column("person", sa.String(40), server_default="", nullable=False),
        sa.Column("decided_at", sa.String(32), server_default="", nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
    )
    op.create_index("ix_planted_error_decision", "planted_error", ["decision"])
