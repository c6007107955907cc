"""Whose the mails are that were set apart: by whom erasure finds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043_set_apart_addresses"
down_revision = "0041_imports"


def upgrade() -> None:
    op.create_table(
        "set_apart_address",
        sa.Column("mail", sa.Integer(), sa.ForeignKey("arrived_mail.id"), primary_key=True),
        sa.Column("address", sa.String(320), primary_key=True),
    )
    op.create_index("ix_set_apart_address_address", "set_apart_address", ["address"])
