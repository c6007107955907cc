"""Business systems called by an OpenAPI file, and what was begun on them."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

connector = sa.Table(
    "connector",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # the version that is worked on
    sa.Column("in_force", sa.JSON),
    sa.Column("secret", sa.LargeBinary),  # of the version in force, encrypted with a key of the key store
    sa.Column("next_secret", sa.LargeBinary),  # of the version that is worked on, where it has another one
    sa.Column("made_at", sa.String(32), nullable=False),
)

connector_act = sa.Table(  # what was begun on a system, on record before it is called
    "connector_act",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("ticket", sa.String(40), nullable=False, index=True),
    sa.Column("action", sa.String(80), nullable=False),
    sa.Column("request", sa.String(64), nullable=False, index=True),  # SHA-256 of action and arguments
    sa.Column("state", sa.String(10), nullable=False),  # begun, sent, done, refused
    sa.Column("undoes", sa.String(200), index=True),
    sa.Column("before", sa.JSON, nullable=False),  # ids that the proof showed before; values that an undo puts back
    sa.Column("arguments", sa.JSON, nullable=False),
    sa.Column("reference", sa.String(200), nullable=False, server_default=""),
    sa.Column("receipt", sa.JSON),
    sa.Column("sent_at", sa.String(32), nullable=False, server_default=""),
    sa.Column("held_until", sa.String(32), nullable=False),  # somebody is at it
    sa.Column("holder", sa.String(32), nullable=False),  # which call took it last: an earlier one changes nothing
)

connector_failure = sa.Table(  # the latest calls that went wrong, without a word of a customer
    "connector_failure",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("connector", sa.String(40), nullable=False, index=True),
    sa.Column("action", sa.String(80), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("trouble", sa.String(300), nullable=False),
)
