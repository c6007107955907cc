"""The business's own facts as set on a page, and the callbacks that Rung keeps for its team."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

company_facts = sa.Table(  # laid over company.yaml; one row
    "company_facts",
    metadata,
    sa.Column("id", sa.String(10), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),  # the seal's
)

callback = sa.Table(
    "callback",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(200), nullable=False, unique=True),  # of the act: once per key
    sa.Column("undo_key", sa.String(200), unique=True),
    sa.Column("undone_at", sa.String(32)),
    sa.Column("ticket", sa.String(40), nullable=False, index=True),
    sa.Column("at", sa.String(10), nullable=False, index=True),  # a day, ISO 8601
    sa.Column("state", sa.String(10), nullable=False, index=True),  # scheduled, done, cancelled
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("receipt", sa.JSON, nullable=False),
)
