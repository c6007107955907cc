"""The channel of a message whose ticket was merged into one of another channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("message", sa.Column("channel", sa.String(10)))
