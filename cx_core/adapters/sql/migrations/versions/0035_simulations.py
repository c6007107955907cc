"""Simulations of a level before it goes live: what was asked for, and what would have become of each ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035_simulations"
down_revision = "0034_chat"


def upgrade() -> None:
    op.create_table(
        "simulation",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("at", sa.String(32), nullable=False, index=True),
        sa.Column("going", sa.Boolean(), nullable=False, index=True),
        sa.Column("body", sa.JSON(), nullable=False),
    )
    op.create_table(
        "simulation_case",
        sa.Column("simulation", sa.String(40), sa.ForeignKey("simulation.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("ticket", sa.String(40), nullable=False, index=True),
        sa.Column("body", sa.JSON(), nullable=False),
    )
