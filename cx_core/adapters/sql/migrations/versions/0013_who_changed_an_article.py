"""Who changed an article last, also where its words stayed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("article", sa.Column("changed_by", sa.String(length=40), server_default="", nullable=False))
