"""Files that were handed in and wait: which process has them, and how often reading one was begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("upload", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("upload", sa.Column("holder", sa.String(length=40), server_default="", nullable=False))
    op.add_column("upload", sa.Column("until", sa.String(length=32), nullable=True))
