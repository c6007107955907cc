"""Money out, counted in the transaction that begins the act"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("customer", sa.String(length=80), nullable=False),
        sa.Column("task_type", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("spending", schema=None) as batch_op:
        batch_op.create_index("spending_customer", ["customer", "at"], unique=False)
        batch_op.create_index("spending_task_type", ["task_type", "at"], unique=False)
