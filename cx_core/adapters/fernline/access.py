"""Devices with their guides, and sign-ins."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline import tables_service as s
from cx_core.adapters.fernline.calls import Arguments, Effect, ReadCall, Records, Write, held, record
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.adapters.sql.database import to_text
from cx_core.errors import SystemRefused
from cx_core.records import Value

AGAIN_AFTER = timedelta(minutes=10)
"""A password is reset once in so long."""


def _devices(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return _device_records(connection, s.device.c.customer == to_number("customer", arguments["customer"]))


def _device(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return _device_records(connection, s.device.c.number == to_number("device", arguments["device"]))


def _device_records(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Records:
    newest = sa.select(s.device).where(where).order_by(s.device.c.since.desc(), s.device.c.number.desc())
    return tuple(
        record(
            "device",
            row.number,
            row.customer,
            {"name": row.model, "since": row.since.isoformat(), "guide": f"Setting up your {row.model}"},
        )
        for row in connection.execute(newest).all()
    )


def _guides_sent(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("device", arguments["device"])
    found = sa.select(s.guide, s.device.c.customer).join(s.device).where(s.guide.c.device == number)
    return tuple(
        record(
            "guide",
            row.number,
            row.customer,
            {"device": to_id("device", row.device), "email": row.email, "at": row.at, "status": row.status},
        )
        for row in connection.execute(found.order_by(s.guide.c.number.desc())).all()
    )


def _password_resets(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    mine = s.password_reset.c.customer == to_number("customer", arguments["customer"])
    rows = connection.execute(sa.select(s.password_reset).where(mine).order_by(s.password_reset.c.number.desc())).all()
    return tuple(
        record("password_reset", row.number, row.customer, {"email": row.email, "at": row.at, "status": row.status})
        for row in rows
    )


def _email(connection: sa.Connection, customer: int) -> str:
    return str(connection.execute(sa.select(t.customer.c.email).where(t.customer.c.number == customer)).scalar_one())


def _send_guide(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    device = held(connection, "device", arguments)
    address, number = _email(connection, device.customer), next_number(connection, "guide")
    values = {"number": number, "device": device.number, "email": address, "at": to_text(now), "status": "sent"}
    connection.execute(sa.insert(s.guide).values(values))
    fields: dict[str, Value] = {"device": to_id("device", device.number), "name": device.model, "email": address}
    return Effect(to_id("guide", number), fields)


def _send_reset(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    """To the address on file, never to another."""
    customer = held(connection, "customer", arguments)
    latest = sa.select(sa.func.max(s.password_reset.c.at)).where(s.password_reset.c.customer == customer.number)
    before = connection.execute(latest).scalar_one_or_none()
    if before is not None and before > to_text(now - AGAIN_AFTER):
        raise SystemRefused("A link to reset the password went out less than ten minutes ago.")
    number = next_number(connection, "password_reset")
    values = {"number": number, "customer": customer.number, "email": customer.email, "at": to_text(now)}
    connection.execute(sa.insert(s.password_reset).values(**values, status="sent"))
    fields: dict[str, Value] = {"customer": to_id("customer", customer.number), "valid": "for one hour"}
    return Effect(to_id("password_reset", number), fields)


READS = {
    "devices": ReadCall(_devices, ("customer",)),
    "device": ReadCall(_device, ("device",)),
    "guides_sent": ReadCall(_guides_sent, ("device",)),
    "password_resets": ReadCall(_password_resets, ("customer",)),
}
WRITES = {
    "send_setup_guide": Write(_send_guide, ("device",)),
    "send_password_reset": Write(_send_reset, ("customer",)),
}
