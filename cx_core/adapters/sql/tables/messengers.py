"""Messengers connected by signed webhooks, and what goes out by them."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

messenger = sa.Table(
    "messenger",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.false()),
)

outgoing_message = sa.Table(
    "outgoing_message",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("base", sa.String(60), nullable=False, unique=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("messenger", sa.String(40), sa.ForeignKey("messenger.id"), nullable=False),
    sa.Column("address", sa.String(320), nullable=False),
    sa.Column("exact", sa.String(64), nullable=False),
    sa.Column("template", sa.String(120), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("by_them", sa.Boolean, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_try", sa.String(32), index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("settled_at", sa.String(32)),
    sa.Column("sealed", sa.LargeBinary),  # its words, encrypted; until it is settled for some days
    sa.Index("outgoing_message_state", "messenger", "state", "settled_at"),
    sa.Index("outgoing_message_address", "messenger", "address", "at"),
)
