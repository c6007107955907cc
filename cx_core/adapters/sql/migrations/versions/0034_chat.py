"""Web chat: widgets, sessions of visitors, and what each visitor was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034_chat"
down_revision = "0033_connectors"


def upgrade() -> None:
    op.create_table(
        "chat_widget",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "chat_session",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("widget", sa.String(40), sa.ForeignKey("chat_widget.id"), nullable=False),
        sa.Column("thread", sa.String(60), nullable=False, unique=True),
        sa.Column("numbered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
    )
    op.create_index("ix_chat_session_widget", "chat_session", ["widget"])
    op.create_index("ix_chat_session_seen_at", "chat_session", ["seen_at"])
    op.create_table(
        "chat_event",
        sa.Column("session", sa.String(40), sa.ForeignKey("chat_session.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id")),
        sa.Column("message", sa.String(200)),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.UniqueConstraint("session", "key"),
    )
    op.create_index("ix_chat_event_ticket", "chat_event", ["ticket"])
