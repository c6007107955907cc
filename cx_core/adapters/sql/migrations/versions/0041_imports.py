"""Imports of another desk's history: each file, and the keys of what was taken of any."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041_imports"
down_revision = "0040_messengers"


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("at", sa.String(32), nullable=False, index=True),
        sa.Column("going", sa.Boolean(), nullable=False, index=True),
        sa.Column("body", sa.JSON(), nullable=False),
    )
    op.create_table(
        "import_item",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("run", sa.String(40), nullable=False, index=True),
        sa.Column("of_ticket", sa.String(40), nullable=False, server_default="", index=True),
        sa.Column("article", sa.String(200), nullable=False, server_default=""),
        sa.Column("content", sa.String(64), nullable=False, server_default=""),
        sa.Column("at", sa.String(32), nullable=False),
    )
