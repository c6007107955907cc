"""What is told or asked outside Rung."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

subscription = sa.Table(  # which events go where, by e-mail or webhook
    "subscription",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("events", sa.JSON, nullable=False),
    sa.Column("way", sa.String(10), nullable=False),
    sa.Column("target", sa.String(400), nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("at", sa.String(32), nullable=False),
)

notification = sa.Table(  # one event on its way to one subscription
    "notification",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("subscription", sa.String(40), sa.ForeignKey("subscription.id"), nullable=False, index=True),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("ticket", sa.String(40), nullable=False, server_default=""),  # its events go out one after the other
    sa.Column("body", sa.JSON, nullable=False),  # ids and figures, never a customer's words
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_try", sa.String(32), index=True),  # None: sent, or given up
    sa.Column("sent_at", sa.String(32)),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
    sa.Index("notification_ticket", "subscription", "ticket", "id"),
)

alarm = sa.Table(  # a state people were told of, until it is over
    "alarm",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("since", sa.String(32), nullable=False),
)

model_use = sa.Table(  # what a language model was asked and what it cost, without a word of it
    "model_use",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("ticket", sa.String(40), index=True),
    sa.Column("task", sa.String(20), nullable=False),
    sa.Column("model", sa.String(120), nullable=False),
    sa.Column("prompt_version", sa.String(64), nullable=False),
    sa.Column("input_tokens", sa.Integer, nullable=False),
    sa.Column("output_tokens", sa.Integer, nullable=False),
    sa.Column("ms", sa.Float, nullable=False),
    sa.Column("ok", sa.Boolean, nullable=False),
)

api_token = sa.Table(  # what programs sign in with, by the digest of each secret
    "api_token",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("used_at", sa.String(32)),
    sa.Column("mark", sa.String(64), nullable=False),
)

handed_in_article = sa.Table(  # what a program handed in under an id of its own, so that it is taken once
    "handed_in_article",
    metadata,
    sa.Column("token", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("article", sa.String(80), sa.ForeignKey("article.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)
