"""A ticket: what was said, proposed and drafted, and who has it."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("thread", sa.String(200), nullable=False, server_default=""),
    sa.Column("customer", sa.String(80), index=True),
    sa.Column("address", sa.String(320), nullable=False, index=True),
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
    sa.Column("team", sa.String(40), nullable=False, server_default=""),
    sa.Column("wake_at", sa.String(32), index=True),  # when a pending ticket comes back by itself
    sa.Column("solved_at", sa.String(32), index=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.Ticket
    sa.Index("ticket_queue", "status", "priority_rank", "respond_by", "id"),
    sa.Index("ticket_changed", "updated_at", "id"),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("sender", sa.String(10), nullable=False),
    sa.Column("author", sa.String(120), nullable=False, server_default=""),
    sa.Column("identity", sa.Integer, nullable=False, server_default="0"),
    sa.Column("by_program", sa.String(200), nullable=False, server_default=""),
    sa.Column("refers", sa.Text, nullable=False, server_default=""),
    sa.Column("channel", sa.String(10)),
    sa.Column("purpose", sa.String(10), nullable=False, server_default=""),
    sa.Column("also_to", sa.Text, nullable=False, server_default=""),  # of a mail, who else got it
    sa.Column("reply_to", sa.Text, nullable=False, server_default=""),  # of a mail, where it asks for answers
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
    sa.Column("choices", sa.JSON, nullable=False, server_default="{}"),  # arguments edited, steps left out and added
    sa.Column("earlier", sa.JSON, nullable=False, server_default="[]"),  # texts before each rewriting
    sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
)

rewording = sa.Table(  # what a language model offered in place of a person's words
    "rewording",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("disclosure", sa.Text, nullable=False, server_default=""),
    sa.Column("at", sa.String(32), nullable=False),
)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("person_name", sa.String(120), nullable=False),
    sa.Column("since", sa.String(32), nullable=False, server_default=""),
    sa.Column("until", sa.String(32), nullable=False),
)

viewer = sa.Table(  # who looks at a ticket, which keeps nobody from it
    "viewer",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("person_name", sa.String(120), nullable=False),
    sa.Column("since", sa.String(32), nullable=False),
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
    sa.Column("person", sa.String(40)),
    sa.Column("simulated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("measure_kind", "kind", "at"),
)

attachment = sa.Table(  # what it is; the bytes lie in a folder of their own
    "attachment",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("message", sa.String(200)),  # None: with the draft, not sent yet
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("person", sa.String(40)),  # None: the customer
    sa.Column("trouble", sa.String(300), nullable=False, server_default=""),  # why it was not kept
    sa.Column("at", sa.String(32), nullable=False),
)

rating = sa.Table(  # the short question after a solved ticket, and its answer
    "rating",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("asked_at", sa.String(32), nullable=False),
    sa.Column("score", sa.Integer),  # 1 to 5
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    sa.Column("answered_at", sa.String(32)),
)

identity_code = sa.Table(  # sent to a customer; the code itself is kept nowhere
    "identity_code",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("customer", sa.String(80), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),  # records.IdentityCode
    sa.Index("identity_code_customer", "customer", "at"),
)

consent_offer = sa.Table(  # a step that cannot be undone, as it was put to the customer
    "consent_offer",
    metadata,
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.ConsentOffer
)
