"""Mailboxes: how far each was fetched, the mails that were found, and the mails that go out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032_mailboxes"
down_revision = "0031_people"


def upgrade() -> None:
    op.add_column("message", sa.Column("also_to", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "mailbox",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary()),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False, server_default=""),
        sa.Column("until", sa.String(32)),
        sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "mailbox_watermark",
        sa.Column("mailbox", sa.String(40), sa.ForeignKey("mailbox.id"), primary_key=True),
        sa.Column("validity", sa.BigInteger(), primary_key=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("uid", "earlier_to", "stuck_uid")),
        sa.Column("stuck_tries", sa.Integer(), nullable=False),
    )
    _create_mails()


def _create_mails() -> None:
    op.create_table(
        "arrived_mail",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("mailbox", sa.String(40), sa.ForeignKey("mailbox.id"), nullable=False),
        sa.Column("key", sa.String(140), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("validity", "uid", "size")),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.String(32)),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("raw", sa.LargeBinary()),
        sa.UniqueConstraint("mailbox", "key"),
    )
    op.create_index("arrived_mail_state", "arrived_mail", ["state", "next_try", "id"])
    op.create_table(
        "outgoing_mail",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("ticket", sa.String(40), sa.ForeignKey("ticket.id"), nullable=False),
        sa.Column("mailbox", sa.String(40), sa.ForeignKey("mailbox.id"), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("message_id", sa.String(300), nullable=False, unique=True),
        sa.Column("exact", sa.String(64), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.String(32)),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.String(32)),
        sa.Column("raw", sa.LargeBinary()),
    )
    op.create_index("ix_outgoing_mail_ticket", "outgoing_mail", ["ticket"])
    op.create_index("ix_outgoing_mail_next_try", "outgoing_mail", ["next_try"])
    op.create_index("outgoing_mail_address", "outgoing_mail", ["address", "at"])
