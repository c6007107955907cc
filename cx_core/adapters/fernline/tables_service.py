"""Tables of what Fernline does for people's lines, devices and accounts; the others are in `tables`."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.fernline.tables import metadata, number_column, reference, text_column

outage = sa.Table(
    "outage",
    metadata,
    number_column(),
    text_column("area", 60),
    text_column("cause", 200),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date),  # expected, once it is known
)

service_ticket = sa.Table(
    "service_ticket",
    metadata,
    number_column(),
    reference("contract"),
    text_column("category", 40),
    text_column("severity", 10),
    sa.Column("opened", sa.Date, nullable=False),
    text_column("status", 10),
)

outage_notice = sa.Table(  # who wants to hear when it is over
    "outage_notice",
    metadata,
    number_column(),
    reference("contract"),
    reference("outage", index=False),
    text_column("at", 32),
    text_column("status", 10),  # subscribed, withdrawn
)

plan_change = sa.Table(
    "plan_change",
    metadata,
    number_column(),
    reference("contract"),
    reference("plan", index=False),
    sa.Column("previous", sa.Integer, nullable=False),
    sa.Column("starts", sa.Date, nullable=False),
    text_column("at", 32),
    text_column("status", 10),  # agreed, withdrawn
)

device = sa.Table(
    "device",
    metadata,
    number_column(),
    reference("customer"),
    text_column("model", 80),
    sa.Column("since", sa.Date, nullable=False),
)

guide = sa.Table(  # a setup guide that was sent
    "guide",
    metadata,
    number_column(),
    reference("device"),
    text_column("email", 320),
    text_column("at", 32),
    text_column("status", 10),
)

password_reset = sa.Table(
    "password_reset",
    metadata,
    number_column(),
    reference("customer"),
    text_column("email", 320),
    text_column("at", 32),
    text_column("status", 10),
)
