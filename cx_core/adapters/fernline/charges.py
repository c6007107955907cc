"""What is on an invoice line by line, what is not paid yet, and what Fernline gives back without a payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import billing
from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.calls import Arguments, Effect, ReadCall, Records, Write, held, money, record, text
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.adapters.sql.database import to_text
from cx_core.errors import SystemRefused
from cx_core.records import Money, Value

UNDO_TIME = timedelta(hours=24)
SETTLES_AFTER = timedelta(minutes=30)


def _waived() -> sa.ScalarSelect[Any]:
    standing = (t.waiver.c.line == t.invoice_line.c.number, t.waiver.c.status == "waived")
    return sa.select(sa.func.count()).where(*standing).scalar_subquery()


def _whole() -> sa.ScalarSelect[Any]:
    """What all lines of the same invoice come to: people name a bill by it."""
    line = t.invoice_line.alias()
    return sa.select(sa.func.sum(line.c.amount)).where(line.c.invoice == t.invoice_line.c.invoice).scalar_subquery()


def _line_records(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> Records:
    """Lines, newest invoice first, each with whose it is and whether it need not be paid."""
    found = (
        sa.select(
            t.invoice_line,
            t.invoice.c.customer,
            t.invoice.c.period,
            t.invoice.c.date,
            _whole().label("bill"),
            _waived().label("waived"),
        )
        .join(t.invoice)
        .where(*where)
        .order_by(t.invoice.c.date.desc(), t.invoice_line.c.position)
    )
    return tuple(
        record(
            "line",
            row.number,
            row.customer,
            {
                "invoice": to_id("invoice", row.invoice),
                "what": row.what,
                "text": row.text,
                "amount": Money(minor=row.amount),
                "bill": Money(minor=row.bill),
                "period": f"{row.period:%B %Y}",
                "date": row.date.isoformat(),
                "waived": bool(row.waived),
            },
        )
        for row in connection.execute(found).all()
    )


def _lines(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return _line_records(connection, t.invoice_line.c.invoice == to_number("invoice", arguments["invoice"]))


def _line(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return _line_records(connection, t.invoice_line.c.number == to_number("line", arguments["line"]))


def _of_customer(what: str) -> Any:  # noqa: ANN401  # a reading, as `ReadCall` has it
    def read(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
        mine = t.invoice.c.customer == to_number("customer", arguments["customer"])
        return _line_records(connection, mine, t.invoice_line.c.what == what)

    return read


def _waivers(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    """What was taken off a customer's invoices, and stays so; the latest first."""
    of_line = (t.invoice_line.c.invoice, t.invoice_line.c.what, t.invoice_line.c.amount)
    found = sa.select(t.waiver, *of_line, t.invoice.c.customer)
    found = found.join(t.invoice_line, t.waiver.c.line == t.invoice_line.c.number).join(t.invoice)
    mine = t.invoice.c.customer == to_number("customer", arguments["customer"])
    standing = found.where(mine, t.waiver.c.status == "waived").order_by(t.waiver.c.number.desc())
    return tuple(
        record(
            "waiver",
            row.number,
            row.customer,
            {
                "line": to_id("line", row.line),
                "invoice": to_id("invoice", row.invoice),
                "what": row.what,
                "amount": Money(minor=row.amount),
                "date": row.at[:10],
            },
        )
        for row in connection.execute(standing).all()
    )


def _failed_payments(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    """Payments that failed for invoices that are still to be paid."""
    failed = [
        one for one in billing.READS["payments"].run(connection, arguments, today) if one.fields["status"] == "failed"
    ]
    owed = {
        one.id: one
        for one in billing.READS["invoices"].run(connection, arguments, today)
        if one.fields["status"] in ("open", "overdue")
    }
    return tuple(one for one in failed if one.fields["invoice"] in owed)


def _credits(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    mine = t.credit.c.customer == to_number("customer", arguments["customer"])
    rows = connection.execute(sa.select(t.credit).where(mine).order_by(t.credit.c.number.desc())).all()
    return tuple(
        record(
            "credit",
            row.number,
            row.customer,
            {"amount": Money(minor=row.amount), "reason": row.reason, "at": row.at, "status": row.status},
        )
        for row in rows
    )


def _payment_links(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("invoice", arguments["invoice"])
    found = sa.select(t.payment_link, t.invoice.c.customer).join(t.invoice).where(t.payment_link.c.invoice == number)
    return tuple(
        record(
            "payment_link",
            row.number,
            row.customer,
            {
                "invoice": to_id("invoice", row.invoice),
                "amount": Money(minor=row.amount),
                "email": row.email,
                "at": row.at,
                "status": row.status,
            },
        )
        for row in connection.execute(found.order_by(t.payment_link.c.number.desc())).all()
    )


def _apply_credit(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    customer, amount = held(connection, "customer", arguments), money(arguments, "amount")
    reason = text(arguments, "reason")
    number = next_number(connection, "credit")
    connection.execute(
        sa.insert(t.credit).values(
            number=number,
            customer=customer.number,
            amount=amount.minor,
            reason=reason,
            at=to_text(now),
            status="issued",
        )
    )
    fields: dict[str, Value] = {"customer": to_id("customer", customer.number), "amount": amount, "reason": reason}
    return Effect(to_id("credit", number), fields, now + SETTLES_AFTER, {"credit": number})


def _withdraw_credit(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    credit = held(connection, "credit", {"credit": to_id("credit", before["credit"])})
    connection.execute(sa.update(t.credit).where(t.credit.c.number == credit.number).values(status="withdrawn"))
    return dict(fields)


def _waive_fee(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    invoice, line = held(connection, "invoice", arguments), held(connection, "line", arguments)
    if line.invoice != invoice.number:
        raise SystemRefused(f"{arguments['line']} is not a line of invoice {arguments['invoice']}.")
    if line.what not in ("late fee", "overage"):
        raise SystemRefused(f"{line.text} is not a fee; it cannot be waived.")
    (seen,) = _line_records(connection, t.invoice_line.c.number == line.number)
    if seen.fields["waived"]:
        raise SystemRefused(f"{line.text} on invoice {arguments['invoice']} has been waived already.")
    number = next_number(connection, "waiver")
    connection.execute(sa.insert(t.waiver).values(number=number, line=line.number, at=to_text(now), status="waived"))
    fields: dict[str, Value] = {
        "invoice": to_id("invoice", invoice.number),
        "line": to_id("line", line.number),
        "text": line.text,
        "amount": Money(minor=line.amount),
    }
    return Effect(to_id("waiver", number), fields, now + UNDO_TIME, {"waiver": number})


def _withdraw_waiver(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    waiver = held(connection, "waiver", {"waiver": to_id("waiver", before["waiver"])})
    connection.execute(sa.update(t.waiver).where(t.waiver.c.number == waiver.number).values(status="withdrawn"))
    return dict(fields)


def _send_payment_link(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    invoice = held(connection, "invoice", arguments)
    (seen,) = billing.READS["invoice"].run(connection, arguments, now.date())
    if seen.fields["status"] == "paid":
        raise SystemRefused(f"Invoice {seen.id} is paid; there is nothing to pay.")
    whose = sa.select(t.customer.c.email).where(t.customer.c.number == invoice.customer)
    address, amount = connection.execute(whose).scalar_one(), seen.fields["amount"]
    assert isinstance(amount, Money)  # noqa: S101  # every invoice has one
    number = next_number(connection, "payment_link")
    connection.execute(
        sa.insert(t.payment_link).values(
            number=number, invoice=invoice.number, amount=amount.minor, email=address, at=to_text(now), status="sent"
        )
    )
    return Effect(to_id("payment_link", number), {"invoice": seen.id, "amount": amount, "email": address})


READS = {
    "lines": ReadCall(_lines, ("invoice",)),
    "line": ReadCall(_line, ("line",)),
    "late_fees": ReadCall(_of_customer("late fee"), ("customer",)),
    "overages": ReadCall(_of_customer("overage"), ("customer",)),
    "waivers": ReadCall(_waivers, ("customer",)),
    "failed_payments": ReadCall(_failed_payments, ("customer",)),
    "credits": ReadCall(_credits, ("customer",)),
    "payment_links": ReadCall(_payment_links, ("invoice",)),
}
WRITES = {
    "apply_credit": Write(_apply_credit, ("customer", "amount", "reason"), _withdraw_credit),
    "waive_fee": Write(_waive_fee, ("invoice", "line"), _withdraw_waiver),
    "send_payment_link": Write(_send_payment_link, ("invoice",)),
}
