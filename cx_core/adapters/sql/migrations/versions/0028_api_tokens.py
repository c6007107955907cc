"""What programs sign in with, and tickets in the order in which they changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028_api"
down_revision = "0027_sums"


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("used_at", sa.String(32)),
        sa.Column("mark", sa.String(64), nullable=False),
    )
    op.create_index("ticket_changed", "ticket", ["updated_at", "id"])
