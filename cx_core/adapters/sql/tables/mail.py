"""Mailboxes, what was found in them, and what goes out by them."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.tables.schema import metadata

mailbox = sa.Table(
    "mailbox",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),  # records.Mailbox
    sa.Column("secret", sa.LargeBinary),  # encrypted
    sa.Column("state", sa.JSON, nullable=False),  # records.MailboxState
    sa.Column("holder", sa.String(40), nullable=False, server_default=""),  # which process fetches from it
    sa.Column("until", sa.String(32)),
    sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.false()),
)

mailbox_watermark = sa.Table(
    "mailbox_watermark",
    metadata,
    sa.Column("mailbox", sa.String(40), sa.ForeignKey("mailbox.id"), primary_key=True),
    sa.Column("validity", sa.BigInteger, primary_key=True),
    sa.Column("uid", sa.BigInteger, nullable=False),
    sa.Column("earlier_to", sa.BigInteger, nullable=False),
    sa.Column("stuck_uid", sa.BigInteger, nullable=False),
    sa.Column("stuck_tries", sa.Integer, nullable=False),
)

arrived_mail = sa.Table(
    "arrived_mail",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("mailbox", sa.String(40), sa.ForeignKey("mailbox.id"), nullable=False),
    sa.Column("key", sa.String(140), nullable=False),
    sa.Column("validity", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("body_digest", sa.String(64), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_try", sa.String(32)),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("raw", sa.LargeBinary),  # encrypted; until it is taken
    sa.UniqueConstraint("mailbox", "key"),
    sa.Index("arrived_mail_state", "state", "next_try", "id"),
)

set_apart_address = sa.Table(
    "set_apart_address",
    metadata,
    sa.Column("mail", sa.Integer, sa.ForeignKey("arrived_mail.id"), primary_key=True),
    sa.Column("address", sa.String(320), primary_key=True, index=True),  # in small letters; "": it was looked through
)

outgoing_mail = sa.Table(
    "outgoing_mail",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("mailbox", sa.String(40), sa.ForeignKey("mailbox.id"), nullable=False),
    sa.Column("address", sa.String(320), nullable=False),
    sa.Column("message_id", sa.String(300), nullable=False, unique=True),
    sa.Column("exact", sa.String(64), nullable=False),
    sa.Column("automatic", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_try", sa.String(32), index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("settled_at", sa.String(32)),
    sa.Column("raw", sa.LargeBinary),  # encrypted; until it is settled
    sa.Index("outgoing_mail_address", "address", "at"),
)
