"""What colleagues tell each other about a ticket, and about the copilot's work."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

note = sa.Table(  # internal: no customer ever sees one
    "note",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("person_name", sa.String(120), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("mentions", sa.JSON, nullable=False),  # account ids
    sa.Column("at", sa.String(32), nullable=False),
)

notice = sa.Table(  # what a colleague should see: a mention, a ticket handed over, one about to miss its time
    "notice",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("sender", sa.String(120), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("seen_at", sa.String(32)),
    sa.Index("notice_person", "person", "seen_at", "id"),
)

flag = sa.Table(  # a person says that the copilot got something wrong
    "flag",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)
