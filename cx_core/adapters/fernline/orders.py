"""Orders, and what is sent again or comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.calls import Arguments, Effect, ReadCall, Records, Write, day, held, items, record, text
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, Money, Value

UNDO_TIME = timedelta(hours=24)


def _orders(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    return _order_records(connection, t.order.c.customer == to_number("customer", arguments["customer"]), today)


def _order(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    return _order_records(connection, t.order.c.number == to_number("order", arguments["order"]), today)


def _order_records(connection: sa.Connection, where: sa.ColumnElement[bool], today: date) -> Records:
    found = sa.select(t.order, t.customer.c.address.label("home")).join(t.customer)
    newest = found.where(where).order_by(t.order.c.date.desc(), t.order.c.number.desc())
    orders = connection.execute(newest).all()
    lines: dict[int, list[sa.Row[Any]]] = {row.number: [] for row in orders}
    by_position = sa.select(t.order_item).order_by(t.order_item.c.position)
    for line in connection.execute(by_position.where(t.order_item.c.order.in_(list(lines)))).all():
        lines[line.order].append(line)
    return tuple(_order_record(row, lines[row.number], today) for row in orders)


def _order_record(row: sa.Row[Any], lines: list[sa.Row[Any]], today: date) -> BusinessRecord:
    names = tuple(line.name for line in lines)
    waiting = row.status in ("processing", "shipped")
    fields: dict[str, Value] = {
        "item": ", ".join(names),
        "items": names,
        "date": row.date.isoformat(),
        "status": row.status,
        "expected": row.expected.isoformat(),
        "delivered": row.delivered and row.delivered.isoformat(),
        "late": (today if waiting else row.delivered or row.expected) > row.expected,
        "amount": Money(minor=sum(line.amount for line in lines)),
        "carrier": row.carrier,
        "tracking": row.tracking,
        "payment": None if row.payment is None else to_id("payment", row.payment),
        "address": row.address or row.home,
    }
    return record("order", row.number, row.customer, fields)


def _order_items(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    """What was in an order, one record an item, so that one of them can be meant."""
    return tuple(
        BusinessRecord(
            kind="order_item",
            id=f"{order.id}/{place}",
            customer=order.customer,
            fields={"order": order.id, "name": name, "items": (name,)},
        )
        for order in _order(connection, arguments, today)
        for place, name in enumerate(cast(tuple[str, ...], order.fields["items"]), 1)
    )


def _with_customer(connection: sa.Connection, table: sa.Table, kind: str, arguments: Arguments) -> list[sa.Row[Any]]:
    """Rows of a table of things that belong to an order: those of the order that stand, or the one named."""
    number = to_number(kind, arguments[kind])
    standing = sa.and_(table.c.order == number, table.c.status != "cancelled")
    found = sa.select(table, t.order.c.customer).join(t.order, table.c.order == t.order.c.number)
    chosen = found.where(standing if kind == "order" else table.c.number == number)
    return list(connection.execute(chosen.order_by(table.c.number.desc())).all())


def _replacements(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return tuple(_replacement_record(row) for row in _with_customer(connection, t.replacement, "order", arguments))


def _customer_replacements(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    mine = t.order.c.customer == to_number("customer", arguments["customer"])
    found = sa.select(t.replacement, t.order.c.customer).join(t.order, t.replacement.c.order == t.order.c.number)
    standing = found.where(mine, t.replacement.c.status != "cancelled").order_by(t.replacement.c.number.desc())
    return tuple(_replacement_record(row) for row in connection.execute(standing).all())


def _replacement(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    found = _with_customer(connection, t.replacement, "replacement", arguments)
    return tuple(_replacement_record(row) for row in found)


def _replacement_record(row: sa.Row[Any]) -> BusinessRecord:
    fields: dict[str, Value] = {
        "order": to_id("order", row.order),
        "items": tuple(row._mapping["items"]),
        "deliver_by": row.deliver_by.isoformat(),
        "status": row.status,
    }
    return record("replacement", row.number, row.customer, fields)


def _returns(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return tuple(_return_record(row) for row in _with_customer(connection, t.returned, "order", arguments))


def _return(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return tuple(_return_record(row) for row in _with_customer(connection, t.returned, "return", arguments))


def _return_record(row: sa.Row[Any]) -> BusinessRecord:
    fields: dict[str, Value] = {
        "order": to_id("order", row.order),
        "items": tuple(row._mapping["items"]),
        "reason": row.reason,
        "status": row.status,
        "label": row.label,
        "date": row.date.isoformat(),
    }
    return record("return", row.number, row.customer, fields)


def _send_replacement(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    order = held(connection, "order", arguments)
    wanted, by = _checked_items(connection, order.number, arguments), day(arguments, "deliver_by")
    if order.status not in ("shipped", "delivered"):
        raise SystemRefused(f"Order {arguments['order']} is {order.status}; there is nothing to replace.")
    if by <= now.date():
        raise SystemRefused(f"A replacement cannot be there by {by.isoformat()}; tomorrow is the soonest.")
    _refuse_twice(connection, t.replacement, "replacement", order.number, wanted)
    number = next_number(connection, "replacement")
    connection.execute(
        sa.insert(t.replacement).values(
            number=number, order=order.number, items=list(wanted), deliver_by=by, status="requested"
        )
    )
    reference = to_id("replacement", number)
    fields: dict[str, Value] = {
        "replacement": reference,
        "order": to_id("order", order.number),
        "items": wanted,
        "deliver_by": by.isoformat(),
    }
    return Effect(reference, fields, now + UNDO_TIME)


def _start_return(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    order = held(connection, "order", arguments)
    wanted, reason = _checked_items(connection, order.number, arguments), text(arguments, "reason")
    if order.status != "delivered":
        raise SystemRefused(f"Order {arguments['order']} is {order.status}; only a delivered order can come back.")
    _refuse_twice(connection, t.returned, "return", order.number, wanted)
    number = next_number(connection, "return")
    reference = to_id("return", number)
    label = f"Pack it, write {reference} on the parcel and drop it at any {order.carrier} point. It is free of charge."
    connection.execute(
        sa.insert(t.returned).values(
            number=number,
            order=order.number,
            items=list(wanted),
            reason=reason,
            status="requested",
            label=label,
            date=now.date(),
        )
    )
    fields: dict[str, Value] = {
        "return": reference,
        "order": to_id("order", order.number),
        "items": wanted,
        "label": label,
    }
    return Effect(reference, fields, now + UNDO_TIME)


def _checked_items(connection: sa.Connection, order: int, arguments: Arguments) -> tuple[str, ...]:
    wanted = items(arguments, "items")
    ordered = connection.scalars(sa.select(t.order_item.c.name).where(t.order_item.c.order == order)).all()
    if unknown := [name for name in wanted if name not in ordered]:
        raise SystemRefused(f"{unknown[0][:60]} is not part of order {to_id('order', order)}.")
    if len(set(wanted)) < len(wanted):
        raise SystemRefused("An item is named twice.")
    return wanted


def _refuse_twice(connection: sa.Connection, table: sa.Table, kind: str, order: int, wanted: tuple[str, ...]) -> None:
    """Nothing is replaced or returned twice at a time."""
    standing = sa.select(table.c.number, table.c["items"]).where(table.c.order == order, table.c.status != "cancelled")
    for number, names in connection.execute(standing).all():
        if again := sorted(set(wanted) & set(names)):
            raise SystemRefused(f"{again[0]} is part of {kind} {to_id(kind, number)} already.")


def _cancel(connection: sa.Connection, table: sa.Table, kind: str, fields: Arguments) -> dict[str, Value]:
    row = held(connection, kind, fields)
    if row.status != "requested":
        raise SystemRefused(f"The {kind} is {row.status} already.")
    connection.execute(sa.update(table).where(table.c.number == row.number).values(status="cancelled"))
    return dict(fields)


def _cancel_replacement(
    connection: sa.Connection, fields: Arguments, _before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    return _cancel(connection, t.replacement, "replacement", fields)


def _cancel_return(
    connection: sa.Connection, fields: Arguments, _before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    return _cancel(connection, t.returned, "return", fields)


READS = {
    "orders": ReadCall(_orders, ("customer",)),
    "order": ReadCall(_order, ("order",)),
    "order_items": ReadCall(_order_items, ("order",)),
    "replacements": ReadCall(_replacements, ("order",)),
    "customer_replacements": ReadCall(_customer_replacements, ("customer",)),
    "replacement": ReadCall(_replacement, ("replacement",)),
    "returns": ReadCall(_returns, ("order",)),
    "return": ReadCall(_return, ("return",)),
}
WRITES = {
    "send_replacement": Write(_send_replacement, ("order", "items", "deliver_by"), _cancel_replacement),
    "start_return": Write(_start_return, ("order", "items", "reason"), _cancel_return),
}
