"""Business systems called by an OpenAPI file, and what was begun on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033_connectors"
down_revision = "0032_mailboxes"


def upgrade() -> None:
    op.create_table(
        "connector",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("in_force", sa.JSON(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector")),
        sa.UniqueConstraint("name", name=op.f("uq_connector_name")),
    )
    op.create_table(
        "connector_act",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("ticket", sa.String(40), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("undoes", sa.String(200), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("reference", sa.String(200), server_default="", nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("sent_at", sa.String(32), server_default="", nullable=False),
        sa.Column("held_until", sa.String(32), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_connector_act")),
    )
    for column in ("ticket", "request", "undoes"):
        op.create_index(op.f(f"ix_connector_act_{column}"), "connector_act", [column])
    op.create_table(
        "connector_failure",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("connector", sa.String(40), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("trouble", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_failure")),
    )
    op.create_index(op.f("ix_connector_failure_connector"), "connector_failure", ["connector"])
