"""Invoices, payments and refunds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.calls import (
    Arguments,
    Effect,
    ReadCall,
    Records,
    Write,
    email,
    held,
    money,
    record,
    text,
)
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.adapters.sql.database import to_text
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, Money, Value

SETTLES_AFTER = timedelta(minutes=30)
REPEAT_WITHIN = timedelta(days=7)
ARRIVES = "within 3 working days"

_STANDS = ("settled", "disputed")  # money that has come in, be it contested
_REFUNDED = (
    sa.select(sa.func.coalesce(sa.func.sum(t.refund.c.amount), 0))
    .where(t.refund.c.payment == t.payment.c.number, t.refund.c.status == "issued")
    .scalar_subquery()
    .label("refunded")
)
_LAST_REFUND = (
    sa.select(sa.func.max(t.refund.c.at))
    .where(t.refund.c.payment == t.payment.c.number, t.refund.c.status == "issued")
    .scalar_subquery()
    .label("refunded_at")
)


def _rows(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
    """Payments with what was refunded of each, oldest first."""
    found = sa.select(t.payment, _REFUNDED, _LAST_REFUND).where(where).order_by(t.payment.c.date, t.payment.c.number)
    return connection.execute(found).all()


def _repeats(rows: Sequence[sa.Row[Any]]) -> dict[int, int]:
    """Payment to the earlier one it repeats: same invoice, same amount, at most 7 days before, not given back."""
    standing = [row for row in rows if row.status in _STANDS]
    repeats: dict[int, int] = {}
    for position, row in enumerate(standing):
        for earlier in standing[:position]:
            same = (earlier.invoice, earlier.amount) == (row.invoice, row.amount)
            if same and row.date - earlier.date <= REPEAT_WITHIN and earlier.refunded < earlier.amount:
                repeats.setdefault(row.number, earlier.number)
    return repeats


def _payment_record(row: sa.Row[Any], duplicate_of: int | None) -> BusinessRecord:
    fields: dict[str, Value] = {
        "invoice": to_id("invoice", row.invoice),
        "amount": Money(minor=row.amount),
        "date": row.date.isoformat(),
        "method": row.method,
        "card_last4": row.card_last4,
        "status": "refunded" if row.refunded >= row.amount and row.status == "settled" else row.status,
        "refunded": Money(minor=row.refunded),
        "refunded_on": row.refunded_at and row.refunded_at[:10],
        "duplicate_of": None if duplicate_of is None else to_id("payment", duplicate_of),
    }
    return record("payment", row.number, row.customer, fields)


def _payments(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    rows = _rows(connection, t.payment.c.customer == to_number("customer", arguments["customer"]))
    repeats = _repeats(rows)
    return tuple(_payment_record(row, repeats.get(row.number)) for row in reversed(rows))


def _payment(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("payment", arguments["payment"])
    invoice = sa.select(t.payment.c.invoice).where(t.payment.c.number == number).scalar_subquery()
    rows = _rows(connection, t.payment.c.invoice == invoice)
    repeats = _repeats(rows)
    return tuple(_payment_record(row, repeats.get(row.number)) for row in rows if row.number == number)


def _possible_duplicates(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    return tuple(
        one
        for one in _payments(connection, arguments, today)
        if one.fields["duplicate_of"] and one.fields["status"] == "settled" and one.fields["refunded"] == Money(minor=0)
    )


def _refunds(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("payment", arguments["payment"])
    found = sa.select(t.refund, t.payment.c.customer).join(t.payment).where(t.refund.c.payment == number)
    return tuple(
        record(
            "refund",
            row.number,
            row.customer,
            {
                "payment": to_id("payment", row.payment),
                "amount": Money(minor=row.amount),
                "at": row.at,
                "status": row.status,
            },
        )
        for row in connection.execute(found.order_by(t.refund.c.number.desc())).all()
    )


def _invoices(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    return _invoice_records(connection, t.invoice.c.customer == to_number("customer", arguments["customer"]), today)


def _invoice(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    return _invoice_records(connection, t.invoice.c.number == to_number("invoice", arguments["invoice"]), today)


def _invoice_records(connection: sa.Connection, where: sa.ColumnElement[bool], today: date) -> Records:
    newest = sa.select(t.invoice).where(where).order_by(t.invoice.c.date.desc(), t.invoice.c.number.desc())
    invoices = connection.execute(newest).all()
    numbers = [row.number for row in invoices]
    waived = sa.select(t.waiver.c.line).where(t.waiver.c.status == "waived")
    given = set(connection.execute(waived).scalars())
    lines: dict[int, list[sa.Row[Any]]] = {number: [] for number in numbers}
    by_position = sa.select(t.invoice_line).order_by(t.invoice_line.c.position)
    for line in connection.execute(by_position.where(t.invoice_line.c.invoice.in_(numbers))).all():
        if line.number not in given:
            lines[line.invoice].append(line)
    paid = dict.fromkeys(numbers, 0)
    for row in _rows(connection, t.payment.c.invoice.in_(numbers)):
        paid[row.invoice] += row.amount - row.refunded if row.status in _STANDS else 0
    return tuple(_invoice_record(row, lines[row.number], paid[row.number], today) for row in invoices)


def _invoice_record(row: sa.Row[Any], lines: Sequence[sa.Row[Any]], paid: int, today: date) -> BusinessRecord:
    amount = sum(line.amount for line in lines)
    fields: dict[str, Value] = {
        "date": row.date.isoformat(),
        "due": row.due.isoformat(),
        "amount": Money(minor=amount),
        "status": "paid" if paid >= amount else "overdue" if row.due < today else "open",
        "period": f"{row.period:%B %Y}",
        "kind": _bill_of(lines),
        "lines": tuple(f"{line.text}: {Money(minor=line.amount)}" for line in lines),
        "items": tuple(line.text for line in lines if line.what == "goods"),
    }
    return record("invoice", row.number, row.customer, fields)


def _bill_of(lines: Sequence[sa.Row[Any]]) -> str:
    """What a bill is called: by its plan, or for goods alone."""
    plan = next((line.text for line in lines if line.what == "plan"), "")
    return "mobile phone bill" if plan.startswith("Mobile") else "broadband internet bill" if plan else "goods"


def _mailings(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("invoice", arguments["invoice"])
    found = sa.select(t.mailing, t.invoice.c.customer).join(t.invoice).where(t.mailing.c.invoice == number)
    return tuple(
        record(
            "mailing",
            row.number,
            row.customer,
            {"invoice": to_id("invoice", row.invoice), "email": row.email, "at": row.at, "status": row.status},
        )
        for row in connection.execute(found.order_by(t.mailing.c.number.desc())).all()
    )


def _refund_payment(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    payment, amount = held(connection, "payment", arguments), money(arguments, "amount")
    id = to_id("payment", payment.number)
    if payment.status != "settled":
        raise SystemRefused(f"Payment {id} is {payment.status}; only a settled payment can be refunded.")
    (row,) = _rows(connection, t.payment.c.number == payment.number)
    left = Money(minor=row.amount - row.refunded)
    if left.minor <= 0:
        raise SystemRefused(f"Payment {id} has been refunded in full already.")
    if amount.minor > left.minor:
        raise SystemRefused(f"{amount} is more than the {left} that is left to refund of payment {id}.")
    number = next_number(connection, "refund")
    connection.execute(
        sa.insert(t.refund).values(
            number=number, payment=payment.number, amount=amount.minor, at=to_text(now), status="issued"
        )
    )
    fields: dict[str, Value] = {
        "payment": id,
        "amount": amount,
        "invoice": to_id("invoice", payment.invoice),
        "arrives": ARRIVES,
    }
    return Effect(to_id("refund", number), fields, now + SETTLES_AFTER, {"refund": number})


def _cancel_refund(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    refund = held(connection, "refund", {"refund": to_id("refund", before["refund"])})
    if refund.status != "issued":
        raise SystemRefused(f"The refund is {refund.status} already.")
    connection.execute(sa.update(t.refund).where(t.refund.c.number == refund.number).values(status="cancelled"))
    return dict(fields)


def _resend_invoice(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    invoice, address = held(connection, "invoice", arguments), email(text(arguments, "email"))
    number = next_number(connection, "mailing")
    connection.execute(
        sa.insert(t.mailing).values(
            number=number, invoice=invoice.number, email=address, at=to_text(now), status="sent"
        )
    )
    return Effect(to_id("mailing", number), {"invoice": to_id("invoice", invoice.number), "email": address})


READS = {
    "payments": ReadCall(_payments, ("customer",)),
    "payment": ReadCall(_payment, ("payment",)),
    "possible_duplicates": ReadCall(_possible_duplicates, ("customer",)),
    "refunds": ReadCall(_refunds, ("payment",)),
    "invoices": ReadCall(_invoices, ("customer",)),
    "invoice": ReadCall(_invoice, ("invoice",)),
    "mailings": ReadCall(_mailings, ("invoice",)),
}
WRITES = {
    "refund_payment": Write(_refund_payment, ("payment", "amount"), _cancel_refund),
    "resend_invoice": Write(_resend_invoice, ("invoice", "email")),
}
