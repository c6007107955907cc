"""Customers, their contracts, and calls to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.calls import Arguments, Effect, ReadCall, Records, Write, email, held, record, text
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.adapters.sql.database import to_text
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, Value
from cx_core.text.wording import say

UNDO_TIME = timedelta(hours=24)
LONGEST_TIME = 100
CONTACT_FIELDS = ("email", "phone", "address")
_PHONE = re.compile(r"\+?[0-9 ()./-]{7,30}")


def find_customers(connection: sa.Connection, address: str) -> Records:
    """By e-mail address, whatever its case, or by exact id."""
    number = to_number("customer", address)
    same_email = sa.func.lower(t.customer.c.email) == address.strip().lower()
    return customers(connection, same_email if number is None else t.customer.c.number == number)


def customers(connection: sa.Connection, where: sa.ColumnElement[bool], most: int | None = None) -> Records:
    """Those of whom this is true, lowest number first."""
    rows = connection.execute(sa.select(t.customer).where(where).order_by(t.customer.c.number).limit(most)).all()
    return tuple(_customer_record(row) for row in rows)


def _customer_record(row: sa.Row[Any]) -> BusinessRecord:
    fields: dict[str, Value] = {
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "address": row.address,
        "tier": row.tier,
        "minor": row.minor,
        "language": row.language,
        "born": row.born.isoformat(),
        "consent_marketing": row.consent_marketing,
        "customer_since": row.customer_since.isoformat(),
    }
    return record("customer", row.number, row.number, fields)


def _customer(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return customers(connection, t.customer.c.number == to_number("customer", arguments["customer"]))


def _contact(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    """One contact detail by itself, so that a change of it can be read back."""
    field = str(arguments["field"])
    if field not in CONTACT_FIELDS:
        return ()
    return tuple(
        BusinessRecord(
            kind="contact",
            id=f"{one.id}/{field}",
            customer=one.customer,
            fields={"field": field, "value": one.fields[field]},
        )
        for one in _customer(connection, arguments, today)
    )


def _contact_changes(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    theirs = t.contact_change.c.customer == to_number("customer", arguments["customer"])
    rows = connection.execute(
        sa.select(t.contact_change).where(theirs).order_by(t.contact_change.c.number.desc())
    ).all()
    return tuple(
        record("contact_change", row.number, row.customer, {"field": row.field, "at": row.at, "value": row.value})
        for row in rows
    )


def _callbacks(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return _callback_records(connection, t.callback.c.customer == to_number("customer", arguments["customer"]))


def _callback(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return _callback_records(connection, t.callback.c.number == to_number("callback", arguments["callback"]))


def _callback_records(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Records:
    rows = connection.execute(sa.select(t.callback).where(where).order_by(t.callback.c.number.desc())).all()
    return tuple(record("callback", row.number, row.customer, _callback_fields(row)) for row in rows)


def _callback_fields(row: sa.Row[Any]) -> dict[str, Value]:
    return {
        "at": row.at,
        "time": row.time,
        "when": _day_and_hour(row.at, row.time),
        "topic": row.topic,
        "status": row.status,
    }


def _day_and_hour(at: str, hours: str | None) -> str:
    """As people are told it: "Wednesday 13 January, after 16:00"."""
    return ", ".join(filter(None, (say(at), hours)))


def _change_contact(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    customer, field = held(connection, "customer", arguments), str(arguments["field"])
    if field not in CONTACT_FIELDS:
        raise SystemRefused(f"Only {', '.join(CONTACT_FIELDS)} can be changed, not {field[:40]}.")
    value, previous = _contact_value(field, text(arguments, "value")), str(customer._mapping[field])
    if value == previous:
        raise SystemRefused(f"The {field} is {value} already.")
    if field == "email" and any(
        one.id != to_id("customer", customer.number) for one in find_customers(connection, value)
    ):
        raise SystemRefused("Another customer uses this e-mail address.")
    _set_contact(connection, customer.number, field, value)
    number = next_number(connection, "contact_change")
    connection.execute(
        sa.insert(t.contact_change).values(
            number=number, customer=customer.number, field=field, value=value, previous=previous, at=to_text(now)
        )
    )
    fields: dict[str, Value] = {
        "customer": to_id("customer", customer.number),
        "field": field,
        "value": value,
        "previous": previous,
    }
    return Effect(to_id("contact_change", number), fields, now + UNDO_TIME)


def _contact_value(field: str, value: str) -> str:
    if field == "email":
        return email(value)
    if field == "phone" and (not _PHONE.fullmatch(value) or not 7 <= sum(c.isdigit() for c in value) <= 15):
        raise SystemRefused(f"{value[:40]} is not a telephone number.")
    if field == "address" and not 8 <= len(value) <= 300:
        raise SystemRefused("An address has between 8 and 300 characters.")
    return value


def _set_contact(connection: sa.Connection, customer: int, field: str, value: str) -> None:
    connection.execute(sa.update(t.customer).where(t.customer.c.number == customer).values({field: value}))


def _change_contact_back(
    connection: sa.Connection, fields: Arguments, _before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    customer, field = held(connection, "customer", fields), str(fields["field"])
    if customer._mapping[field] != fields["value"]:
        raise SystemRefused(f"The {field} has been changed again since.")
    _set_contact(connection, customer.number, field, str(fields["previous"]))
    return {**fields, "value": fields["previous"], "previous": fields["value"]}


def _schedule_callback(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    customer = held(connection, "customer", arguments)
    at, topic = text(arguments, "at"), text(arguments, "topic")
    hours = text(arguments, "time") if arguments.get("time") is not None else None
    if hours is not None and len(hours) > LONGEST_TIME:
        raise SystemRefused(f"The time is too long: {LONGEST_TIME} characters at most.")
    latest = _latest(at)
    if latest <= now:
        raise SystemRefused(f"{at} is in the past.")
    number = next_number(connection, "callback")
    connection.execute(
        sa.insert(t.callback).values(
            number=number, customer=customer.number, at=at, time=hours, topic=topic, status="scheduled"
        )
    )
    reference = to_id("callback", number)
    fields: dict[str, Value] = {
        "callback": reference,
        "at": at,
        "time": hours,
        "when": _day_and_hour(at, hours),
        "topic": topic,
    }
    return Effect(reference, fields, min(latest, now + UNDO_TIME))


def _latest(at: str) -> datetime:
    """The end of a day, or the time itself; a time without a zone is UTC. Raises SystemRefused."""
    try:
        if len(at) == len("2026-11-27"):
            return datetime.combine(date.fromisoformat(at), time.max, UTC)
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise SystemRefused(f"{at[:40]} is not a date or a time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _cancel_callback(
    connection: sa.Connection, fields: Arguments, _before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    callback = held(connection, "callback", fields)
    if callback.status != "scheduled":
        raise SystemRefused(f"The callback is {callback.status} already.")
    connection.execute(sa.update(t.callback).where(t.callback.c.number == callback.number).values(status="cancelled"))
    return dict(fields)


READS = {
    "customer": ReadCall(_customer, ("customer",)),
    "contact": ReadCall(_contact, ("customer", "field")),
    "contact_changes": ReadCall(_contact_changes, ("customer",)),
    "callbacks": ReadCall(_callbacks, ("customer",)),
    "callback": ReadCall(_callback, ("callback",)),
}
WRITES = {
    "change_contact": Write(_change_contact, ("customer", "field", "value"), _change_contact_back),
    "schedule_callback": Write(_schedule_callback, ("customer", "at", "topic"), _cancel_callback, ("time",)),
}
