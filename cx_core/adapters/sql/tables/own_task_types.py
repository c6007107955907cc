"""Task types that administrators make on the Task types page."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

own_task_type = sa.Table(
    "own_task_type",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),  # of its rules
    sa.Column("name", sa.String(80), nullable=False, unique=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # the version that is worked on
    sa.Column("in_force", sa.JSON),
    sa.Column("made_at", sa.String(32), nullable=False),
)
