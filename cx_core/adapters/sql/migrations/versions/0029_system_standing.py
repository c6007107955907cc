"""How each system has answered lately, so that acting alone is paused for what needs one that does not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029_systems"
down_revision = "0028_api"


def upgrade() -> None:
    op.create_table(
        "system_standing",
        sa.Column("system", sa.String(60), primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
