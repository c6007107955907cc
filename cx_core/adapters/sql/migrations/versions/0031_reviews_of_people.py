"""Answers by people that are reviewed as the copilot's are, and cases that a reviewer left to another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031_people"
down_revision = "0030_planted"


def upgrade() -> None:
    op.create_table(
        "advisor_case",
        sa.Column("ticket", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
    )
    op.create_index("ix_advisor_case_state", "advisor_case", ["state"])
    op.create_table(
        "review_skip",
        sa.Column("ticket", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("person", sa.String(40), primary_key=True),
    )
