"""Orders on their way: another day, another address, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.calls import Arguments, Effect, ReadCall, Records, Write, day, held, text
from cx_core.adapters.fernline.days import day_name
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.adapters.sql.database import to_text
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, Money, Value

UNDO_TIME = timedelta(hours=24)
FARTHEST = timedelta(days=30)
SUNDAY = 6


def _delivery_days(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    """The days on which this order could come, soonest first; none for one that is not on its way any more."""
    number = to_number("order", arguments["order"])
    order = connection.execute(sa.select(t.order).where(t.order.c.number == number)).one_or_none()
    if order is None or order.status not in ("processing", "shipped"):
        return ()
    soonest = today + timedelta(days=1 if order.status == "shipped" else 2)
    days = (soonest + timedelta(days=n) for n in range((today + FARTHEST - soonest).days + 1))
    free = [one for one in days if one.weekday() != SUNDAY and one != order.expected]
    return tuple(
        BusinessRecord(
            kind="delivery_day", id=one.isoformat(), fields={"date": one.isoformat(), "label": day_name(one)}
        )
        for one in free
    )


def _on_its_way(connection: sa.Connection, arguments: Arguments) -> sa.Row[Any]:
    order = held(connection, "order", arguments)
    if order.status not in ("processing", "shipped"):
        raise SystemRefused(f"Order {arguments['order']} is {order.status} already.")
    return order


def _change_date(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    order, wanted, today = _on_its_way(connection, arguments), day(arguments, "date"), now.date()
    if wanted <= today:
        raise SystemRefused(f"{day_name(wanted)} is too soon; tomorrow is the soonest.")
    if wanted.weekday() == SUNDAY:
        raise SystemRefused(f"{day_name(wanted)} is a Sunday; parcels come from Monday to Saturday.")
    if wanted > today + FARTHEST:
        raise SystemRefused(f"{day_name(wanted)} is too far away; parcels are kept for 30 days at most.")
    if wanted == order.expected:
        raise SystemRefused(f"Order {arguments['order']} is expected on {day_name(wanted)} already.")
    _set(connection, order.number, expected=wanted)
    fields: dict[str, Value] = {
        "order": to_id("order", order.number),
        "date": wanted.isoformat(),
        "label": day_name(wanted),
        "previous": order.expected.isoformat(),
    }
    until = min(now + UNDO_TIME, datetime.combine(wanted, time.min, UTC))
    return Effect(to_id("order", order.number), fields, until)


def _change_date_back(
    connection: sa.Connection, fields: Arguments, _before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    order = _on_its_way(connection, fields)
    if order.expected.isoformat() != fields["date"]:
        raise SystemRefused("The day has been changed again since.")
    _set(connection, order.number, expected=date.fromisoformat(str(fields["previous"])))
    return {**fields, "date": fields["previous"], "previous": fields["date"]}


def _change_address(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    order, wanted = held(connection, "order", arguments), text(arguments, "address")
    if order.status != "processing":
        raise SystemRefused(f"Order {arguments['order']} is {order.status}; its address can no longer be changed.")
    if not 8 <= len(wanted) <= 300:
        raise SystemRefused("An address has between 8 and 300 characters.")
    if wanted == order.address:
        raise SystemRefused("It goes to this address already.")
    home = connection.scalar(sa.select(t.customer.c.address).where(t.customer.c.number == order.customer))
    _set(connection, order.number, address=wanted)
    fields: dict[str, Value] = {
        "order": to_id("order", order.number),
        "address": wanted,
        "previous": order.address or str(home),
    }
    return Effect(to_id("order", order.number), fields, now + UNDO_TIME, {"address": order.address})


def _change_address_back(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    order = held(connection, "order", fields)
    if order.status != "processing" or order.address != fields["address"]:
        raise SystemRefused("The order has gone out, or its address was changed again since.")
    _set(connection, order.number, address=before["address"])
    return {**fields, "address": fields["previous"], "previous": fields["address"]}


def _cancel_order(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    """Stops it and gives its payment back."""
    order = held(connection, "order", arguments)
    if order.status != "processing":
        raise SystemRefused(f"Order {arguments['order']} is {order.status}; it can no longer be cancelled.")
    _set(connection, order.number, status="cancelled")
    amount = Money(minor=0)
    payment = connection.execute(sa.select(t.payment).where(t.payment.c.number == order.payment)).one_or_none()
    if payment is not None and payment.status == "settled":
        given = sa.select(sa.func.coalesce(sa.func.sum(t.refund.c.amount), 0))
        issued = (t.refund.c.payment == payment.number, t.refund.c.status == "issued")
        amount = Money(minor=payment.amount - int(connection.execute(given.where(*issued)).scalar_one()))
    if payment is not None and amount.minor > 0:
        number = next_number(connection, "refund")
        values = {"number": number, "payment": payment.number, "amount": amount.minor, "at": to_text(now)}
        connection.execute(sa.insert(t.refund).values(**values, status="issued"))
    fields: dict[str, Value] = {
        "order": to_id("order", order.number),
        "amount": amount,
        "arrives": "within 3 working days",
    }
    return Effect(to_id("order", order.number), fields)


def _set(connection: sa.Connection, order: int, **values: object) -> None:
    connection.execute(sa.update(t.order).where(t.order.c.number == order).values(values))


READS = {"delivery_days": ReadCall(_delivery_days, ("order",))}
WRITES = {
    "change_delivery_date": Write(_change_date, ("order", "date"), _change_date_back),
    "change_delivery_address": Write(_change_address, ("order", "address"), _change_address_back),
    "cancel_order": Write(_cancel_order, ("order",)),
}
