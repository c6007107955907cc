"""Of tickets done alone what is added up: cases that nothing speaks of need not be read one by one."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from cx_core.adapters.sql.database import from_text, to_text

revision = "0027_sums"
down_revision = "0026"

_CASE = sa.table(
    "autonomous_case",
    sa.column("ticket", sa.String),
    sa.column("version", sa.Integer),
    sa.column("at", sa.String),
    sa.column("body", sa.JSON),
    sa.column("ripe_at", sa.String),
    sa.column("task_types", sa.Text),
    sa.column("stratum", sa.Text),
    sa.column("plain", sa.Boolean),
)


def upgrade() -> None:
    with op.batch_alter_table("autonomous_case") as batch_op:
        batch_op.add_column(sa.Column("ripe_at", sa.String(32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("task_types", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("stratum", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("plain", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index("autonomous_case_plain", ["simulated", "plain", "task_types", "at", "stratum"])
    sums = ("task_type", "simulated", "basis", "permitted", "at", "customer", "shown", "differs", "ripe_at")
    op.create_index("trial_sums", "trial", [*sums, "ticket", "version"])
    connection = op.get_bind()
    for row in connection.execute(sa.select(_CASE)).mappings().all():
        body = row["body"]
        spoken_of = ("drawn", "trouble", "failed", "unverified")
        values = {
            "ripe_at": to_text(from_text(row["at"]) + timedelta(days=7)),
            "task_types": " ".join(body["task_types"]),
            "stratum": body["stratum"],
            "plain": body.get("probability") is not None and not any(body.get(name) for name in spoken_of),
        }
        here = (_CASE.c.ticket == row["ticket"]) & (_CASE.c.version == row["version"])
        connection.execute(sa.update(_CASE).where(here).values(values))
