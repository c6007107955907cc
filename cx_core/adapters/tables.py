"""Every table of Rung's own database. Changed only together with a migration beside it.

Times are stored as ISO 8601 text in UTC with a fixed width, so that they sort as text on every database.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("thread", sa.String(200), nullable=False, server_default=""),
    sa.Column("customer", sa.String(80), index=True),
    sa.Column("address", sa.String(320), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("work", sa.String(10), nullable=False),
    sa.Column("priority_rank", sa.Integer, nullable=False, server_default="1"),
    sa.Column("route", sa.String(12)),
    sa.Column("task_types", sa.Text, nullable=False, server_default=""),
    sa.Column("assignee", sa.String(40)),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("respond_by", sa.String(32)),
    sa.Column("opened_at", sa.String(32), nullable=False),
    sa.Column("updated_at", sa.String(32), nullable=False),
    sa.Column("search", sa.Text, nullable=False, server_default=""),
    sa.Column("body", sa.JSON, nullable=False),  # records.Ticket
    sa.Index("ticket_queue", "status", "priority_rank", "respond_by", "id"),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("sender", sa.String(10), nullable=False),
    sa.Column("author", sa.String(120), nullable=False, server_default=""),
    sa.Column("identity", sa.Integer, nullable=False, server_default="0"),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
)

proposal = sa.Table(
    "proposal",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("void", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("body", sa.JSON, nullable=False),  # records.Proposal
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

approval = sa.Table(
    "approval",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # records.Approval
    sa.UniqueConstraint("ticket", "version", name="approval_once"),
)

outcome = sa.Table(
    "outcome",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("step", sa.String(20), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.Outcome
)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("person_name", sa.String(120), nullable=False),
    sa.Column("until", sa.String(32), nullable=False),
)

change = sa.Table(
    "change",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)

measure = sa.Table(  # baseline events: what happened to a ticket, for figures over time
    "measure",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(40), nullable=False, index=True),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("seconds", sa.Float),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("tier", sa.String(20), nullable=False, server_default=""),
    sa.Column("task_types", sa.Text, nullable=False, server_default=""),
    sa.Column("solved_by", sa.String(10), nullable=False, server_default=""),
)

switch = sa.Table(
    "switch",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),  # "*" or a task type
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("email", sa.String(320), nullable=False, unique=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("demo", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=False),
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("email_hash", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Index("attempt_email", "email_hash", "at"),
    sa.Index("attempt_address", "address", "at"),
)

audit_event = sa.Table(
    "audit_event",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("ticket", sa.String(40), index=True),
    sa.Column("customer_ref", sa.String(64)),  # opaque reference to the key, not the customer's id
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("nonce", sa.LargeBinary, nullable=False),
    sa.Column("ciphertext", sa.LargeBinary, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
