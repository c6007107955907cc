"""What tells a mail of a program, and what an answer refers to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("message", sa.Column("by_program", sa.String(length=200), server_default="", nullable=False))
    op.add_column("message", sa.Column("refers", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_ticket_address", "ticket", ["address"])
