"""Fernline's own tables, apart from Rung's: the business would keep them whether or not Rung existed.

Every record has a number; people see it with its kind's letters ("P-7"). Amounts are minor units of GBP,
times are fixed-width UTC text. What follows from other
columns (paid, overdue, late, refunded, a repeated charge) is not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

metadata = sa.MetaData()

LETTERS: Final[Mapping[str, str]] = {
    "customer": "C",
    "plan": "PL",
    "contract": "K",
    "order": "O",
    "invoice": "I",
    "payment": "P",
    "refund": "F",
    "slot": "S",
    "appointment": "A",
    "field_note": "N",
    "replacement": "R",
    "return": "RT",
    "callback": "B",
    "mailing": "M",
    "contact_change": "CC",
    "usage": "U",
    "outage": "OU",
    "service_ticket": "ST",
    "delivered": "OUT",
    "line": "L",
    "waiver": "W",
    "credit": "CR",
    "payment_link": "PK",
    "plan_change": "PC",
    "device": "DV",
    "guide": "G",
    "password_reset": "PR",
    "outage_notice": "ON",
    "delivery_change": "DC",
}
"""Kind of record to the letters of its ids."""


def to_id(kind: str, number: int) -> str:
    """("payment", 7) is P-7."""
    return f"{LETTERS[kind]}-{number}"


def to_number(kind: str, id: object) -> int | None:
    """The inverse of `to_id`; None for what cannot be an id of this kind."""
    letters, _, digits = str(id).partition("-")
    if letters != LETTERS[kind] or not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return None
    number = int(digits)
    return number if to_id(kind, number) == id else None


def number_column() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)


def reference(kind: str, *, optional: bool = False, index: bool = True) -> sa.Column[int]:
    """A reference to a record of this kind."""
    key = sa.ForeignKey(f"{kind}.number")
    return sa.Column(kind, sa.Integer, key, nullable=optional, index=index)


def text_column(name: str, length: int, *, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default=default)


customer = sa.Table(
    "customer",
    metadata,
    number_column(),
    text_column("name", 120),
    sa.Column("email", sa.String(320), nullable=False),
    text_column("phone", 40),
    text_column("address", 300),
    text_column("tier", 10),
    sa.Column("minor", sa.Boolean, nullable=False),
    text_column("language", 5),
    sa.Column("born", sa.Date, nullable=False),
    sa.Column("consent_marketing", sa.Boolean, nullable=False),
    sa.Column("customer_since", sa.Date, nullable=False),
)
sa.Index("customer_email", sa.func.lower(customer.c.email))

plan = sa.Table(
    "plan",
    metadata,
    number_column(),
    text_column("name", 60),
    sa.Column("monthly", sa.Integer, nullable=False),
    sa.Column("megabits", sa.Integer, nullable=False),
    sa.Column("gigabytes", sa.Integer),  # None: unlimited
)

contract = sa.Table(
    "contract",
    metadata,
    number_column(),
    reference("customer"),
    reference("plan", index=False),
    sa.Column("since", sa.Date, nullable=False),
    text_column("status", 10),  # active, ending, ended
    sa.Column("ends", sa.Date),
)

usage = sa.Table(  # a missing day is a gap in the log, not a day without use
    "usage",
    metadata,
    number_column(),
    reference("contract"),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("megabytes", sa.Integer, nullable=False),
)

invoice = sa.Table(
    "invoice",
    metadata,
    number_column(),
    reference("customer"),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("period", sa.Date, nullable=False),  # any day of the month it is for
    sa.Column("starts", sa.Date),  # first and last day for which use is billed; None: for goods alone
    sa.Column("ends", sa.Date),
)

invoice_line = sa.Table(
    "line",
    metadata,
    number_column(),
    reference("invoice"),
    sa.Column("position", sa.Integer, nullable=False),
    text_column("what", 12),  # plan, late fee, overage, goods, once
    text_column("text", 200),
    sa.Column("amount", sa.Integer, nullable=False),
)

waiver = sa.Table(  # a line that need not be paid
    "waiver",
    metadata,
    number_column(),
    reference("line"),
    text_column("at", 32),
    text_column("status", 10),  # waived, withdrawn
)

credit = sa.Table(  # set off against the next invoice
    "credit",
    metadata,
    number_column(),
    reference("customer"),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    text_column("at", 32),
    text_column("status", 10),  # issued, withdrawn
)

payment_link = sa.Table(
    "payment_link",
    metadata,
    number_column(),
    reference("invoice"),
    sa.Column("amount", sa.Integer, nullable=False),
    text_column("email", 320),
    text_column("at", 32),
    text_column("status", 10),
)

payment = sa.Table(
    "payment",
    metadata,
    number_column(),
    reference("invoice"),
    reference("customer"),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    text_column("method", 20),
    sa.Column("card_last4", sa.String(4)),
    text_column("status", 10),  # settled, pending, failed, disputed; refunded follows from refunds
)

refund = sa.Table(
    "refund",
    metadata,
    number_column(),
    reference("payment"),
    sa.Column("amount", sa.Integer, nullable=False),
    text_column("at", 32),
    text_column("status", 10),  # issued, cancelled
)

order = sa.Table(
    "order",
    metadata,
    number_column(),
    reference("customer"),
    sa.Column("date", sa.Date, nullable=False),
    text_column("status", 12),
    sa.Column("expected", sa.Date, nullable=False),
    sa.Column("delivered", sa.Date),
    text_column("carrier", 40),
    text_column("tracking", 40),
    reference("payment", optional=True, index=False),
    sa.Column("address", sa.String(300)),  # None: the customer's own
)

order_item = sa.Table(
    "order_item",
    metadata,
    sa.Column("order", sa.Integer, sa.ForeignKey("order.number"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    text_column("name", 120),
    sa.Column("amount", sa.Integer, nullable=False),
)

slot = sa.Table(  # one visit of one field team; `taken_by` is empty while free
    "slot",
    metadata,
    number_column(),
    sa.Column("date", sa.Date, nullable=False, index=True),
    text_column("window", 20),
    text_column("taken_by", 40, default=""),
)

appointment = sa.Table(
    "appointment",
    metadata,
    number_column(),
    reference("customer"),
    reference("contract", index=False),
    text_column("kind", 20),
    sa.Column("date", sa.Date, nullable=False),
    text_column("window", 20),
    text_column("status", 10),
    text_column("address", 300),
    reference("slot", optional=True, index=False),
)

field_note = sa.Table(
    "field_note",
    metadata,
    number_column(),
    reference("appointment"),
    sa.Column("note", sa.Text, nullable=False),
    text_column("at", 32),
    text_column("status", 10),  # sent, withdrawn
)

replacement = sa.Table(
    "replacement",
    metadata,
    number_column(),
    reference("order"),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("deliver_by", sa.Date, nullable=False),
    text_column("status", 12),  # requested, sent, cancelled
)

returned = sa.Table(
    "return",
    metadata,
    number_column(),
    reference("order"),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    text_column("status", 12),  # requested, received, cancelled
    text_column("label", 300),
    sa.Column("date", sa.Date, nullable=False),  # when it was set up
)

callback = sa.Table(
    "callback",
    metadata,
    number_column(),
    reference("customer"),
    text_column("at", 40),  # as it was asked: an ISO date, or date and time
    sa.Column("time", sa.String(100)),  # the hours that were named, in words; none: any
    sa.Column("topic", sa.Text, nullable=False),
    text_column("status", 12),  # scheduled, cancelled
)

mailing = sa.Table(
    "mailing",
    metadata,
    number_column(),
    reference("invoice"),
    text_column("email", 320),
    text_column("at", 32),
    text_column("status", 10),
)

contact_change = sa.Table(
    "contact_change",
    metadata,
    number_column(),
    reference("customer"),
    text_column("field", 20),
    text_column("value", 320),
    text_column("previous", 320),
    text_column("at", 32),
)

counter = sa.Table(  # the next number of each kind; taken inside the transaction that uses it
    "counter",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("next", sa.Integer, nullable=False),
)

receipt = sa.Table(  # one per write or undo, in the same transaction as its effect
    "receipt",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request", sa.Text, nullable=False),  # action and arguments, canonical
    sa.Column("undoes", sa.String(200), unique=True),
    sa.Column("before", sa.JSON, nullable=False),  # what an undo must know
    sa.Column("body", sa.JSON, nullable=False),  # records.Receipt
)

delivered = sa.Table(
    "delivered",
    metadata,
    number_column(),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    text_column("channel", 10),
    sa.Column("address", sa.String(320), nullable=False, index=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    text_column("at", 32),
)

delivered_file = sa.Table(  # what went with a message, without its bytes
    "delivered_file",
    metadata,
    sa.Column("delivered", sa.Integer, sa.ForeignKey("delivered.number"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    text_column("name", 200),
    text_column("media_type", 80),
    text_column("sha256", 64),
)

delivered_header = sa.Table(  # of a mail
    "delivered_header",
    metadata,
    sa.Column("delivered", sa.Integer, sa.ForeignKey("delivered.number"), primary_key=True),
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

seeded = sa.Table(  # one row: which week the dates are made for
    "seeded",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("week", sa.Date, nullable=False),
)


def next_number(connection: sa.Connection, kind: str) -> int:
    """The next free number of a kind; on PostgreSQL the counter's row is locked until the transaction ends."""
    found = connection.execute(sa.select(counter.c.next).where(counter.c.kind == kind).with_for_update()).scalar_one()
    connection.execute(sa.update(counter).where(counter.c.kind == kind).values(next=found + 1))
    return int(found)
