"""Every level that was decided, what Rung proposes, which cases are simulated, and what of cases is added up."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

from cx_core.adapters.sql.database import from_text, to_text

revision = "0026"
down_revision = "0025_codes"


def upgrade() -> None:
    op.create_table(
        "level_decision",
        sa.Column("task_type", sa.String(60), primary_key=True),
        sa.Column("at", sa.String(32), primary_key=True),
        sa.Column("simulated", sa.Boolean, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "raise_proposal",
        sa.Column("task_type", sa.String(60), primary_key=True),
        sa.Column("simulated", sa.Boolean, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    with op.batch_alter_table("autonomous_case") as batch_op:
        batch_op.add_column(sa.Column("simulated", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("trial") as batch_op:
        for name, size in (("made_at", 32), ("ripe_at", 32), ("customer", 320), ("basis", 64)):
            batch_op.add_column(sa.Column(name, sa.String(size), server_default="", nullable=False))
        batch_op.add_column(sa.Column("shown", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("differs", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("permitted", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("simulated", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index("trial_basis", ["task_type", "simulated", "permitted", "basis", "made_at"])
    _fill()


_TRIAL = sa.table(
    "trial",
    sa.column("ticket", sa.String),
    sa.column("version", sa.Integer),
    sa.column("at", sa.String),
    sa.column("body", sa.JSON),
    sa.column("made_at", sa.String),
    sa.column("ripe_at", sa.String),
    sa.column("customer", sa.String),
    sa.column("basis", sa.String),
    sa.column("shown", sa.Boolean),
    sa.column("differs", sa.Boolean),
    sa.column("permitted", sa.Boolean),
    sa.column("simulated", sa.Boolean),
)


def _fill() -> None:
    """Of the cases that are there."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(_TRIAL)).mappings().all():
        body = row["body"]
        made = body.get("made_at")
        values = {
            "made_at": to_text(datetime.fromisoformat(made)) if made else row["at"],
            "ripe_at": to_text(from_text(row["at"]) + timedelta(days=7)),
            "customer": body["customer"],
            "basis": body["basis"],
            "shown": body.get("shown", True),
            "differs": bool(body.get("differences")),
            "permitted": body.get("permitted", True),
            "simulated": body.get("simulated", False),
        }
        here = (_TRIAL.c.ticket == row["ticket"]) & (_TRIAL.c.version == row["version"])
        connection.execute(sa.update(_TRIAL).where(here).values(values))
