"""Messengers by signed webhooks, articles handed in by programs, and events in the order of their ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040_messengers"
down_revision = "0039_own_task_types"


def upgrade() -> None:
    op.create_table(
        "messenger",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "outgoing_message",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("base", sa.String(60), nullable=False, unique=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("messenger", sa.String(40), sa.ForeignKey("messenger.id"), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("exact", sa.String(64), nullable=False),
        sa.Column("template", sa.String(120), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("by_them", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.String(32)),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.String(32)),
        sa.Column("sealed", sa.LargeBinary()),
    )
    op.create_index("ix_outgoing_message_ticket", "outgoing_message", ["ticket"])
    op.create_index("ix_outgoing_message_next_try", "outgoing_message", ["next_try"])
    op.create_index("outgoing_message_state", "outgoing_message", ["messenger", "state", "settled_at"])
    op.create_index("outgoing_message_address", "outgoing_message", ["messenger", "address", "at"])
    op.create_table(
        "handed_in_article",
        sa.Column("token", sa.String(40), primary_key=True),
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("article", sa.String(80), sa.ForeignKey("article.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.add_column("notification", sa.Column("ticket", sa.String(40), nullable=False, server_default=""))
    op.create_index("notification_ticket", "notification", ["subscription", "ticket", "id"])
