"""How often a draft was kept, so that a page which shows an older one does not overwrite it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("draft", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
