"""Web chat: widgets, sessions of visitors, and what each visitor was sent."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

chat_widget = sa.Table(
    "chat_widget",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.ChatWidget
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.false()),
)

chat_session = sa.Table(
    "chat_session",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("widget", sa.String(40), sa.ForeignKey("chat_widget.id"), nullable=False, index=True),
    sa.Column("thread", sa.String(60), nullable=False, unique=True),
    sa.Column("numbered", sa.Integer, nullable=False, server_default="0"),  # of its latest event
    sa.Column("state", sa.JSON, nullable=False),  # records.ChatState
    sa.Column("seen_at", sa.String(32), nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.ChatSession
)

chat_event = sa.Table(
    "chat_event",
    metadata,
    sa.Column("session", sa.String(40), sa.ForeignKey("chat_session.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), index=True),
    sa.Column("message", sa.String(200)),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.UniqueConstraint("session", "key"),
)
