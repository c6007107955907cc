"""Imports of another desk's history."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

import_run = sa.Table(  # one file that was handed in
    "import_run",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("going", sa.Boolean, nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),  # views.import_views.ImportRun
)

import_item = sa.Table(  # what was taken, by a digest of its key over there; stays when its customer is erased
    "import_item",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("run", sa.String(40), nullable=False, index=True),
    sa.Column("of_ticket", sa.String(40), nullable=False, server_default="", index=True),  # the ticket it is in
    sa.Column("article", sa.String(200), nullable=False, server_default=""),
    sa.Column("content", sa.String(64), nullable=False, server_default=""),
    sa.Column("at", sa.String(32), nullable=False),
)
