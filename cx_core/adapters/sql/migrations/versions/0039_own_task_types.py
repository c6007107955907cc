"""Task types that administrators make on the Task types page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039_own_task_types"
down_revision = "0038_own_business"


def upgrade() -> None:
    op.create_table(
        "own_task_type",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("in_force", sa.JSON(), nullable=True),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_task_type")),
        sa.UniqueConstraint("name", name=op.f("uq_own_task_type_name")),
        sa.UniqueConstraint("number", name=op.f("uq_own_task_type_number")),
    )
