"""Who looks at a ticket, apart from who has it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "viewer",
        sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
        sa.Column("person", sa.String(40), primary_key=True),
        sa.Column("person_name", sa.String(120), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
    )
