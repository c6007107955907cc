"""Where a mail asks for answers, beside each message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037_reply_to"
down_revision = "0036_next_secrets"


def upgrade() -> None:
    op.add_column("message", sa.Column("reply_to", sa.Text(), server_default="", nullable=False))
