"""One-time codes, steps put to customers, and what a message is for where it is not about the matter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025_codes"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("message", sa.Column("purpose", sa.String(10), nullable=False, server_default=""))
    op.create_table(
        "identity_code",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
        sa.Column("customer", sa.String(80), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_index("identity_code_customer", "identity_code", ["customer", "at"])
    op.create_table(
        "consent_offer",
        sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
