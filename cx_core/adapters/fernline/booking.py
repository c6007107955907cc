"""Appointments, and the field team's calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.calls import Arguments, Effect, ReadCall, Records, Write, held, record, text
from cx_core.adapters.fernline.days import day_name
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.adapters.sql.database import to_text
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, Value

UNDO_TIME = timedelta(hours=24)
MOST_SLOTS = 60


def label(day: date, window: str) -> str:
    """Friday 27 November, 08:00-12:00."""
    return f"{day_name(day)}, {window}"


def _appointments(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    mine = t.appointment.c.customer == to_number("customer", arguments["customer"])
    return _appointment_records(connection, sa.and_(mine, t.appointment.c.status == "booked"))


def _appointment(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return _appointment_records(
        connection, t.appointment.c.number == to_number("appointment", arguments["appointment"])
    )


def _appointment_records(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Records:
    soonest = (t.appointment.c.date, t.appointment.c.window, t.appointment.c.number)
    rows = connection.execute(sa.select(t.appointment).where(where).order_by(*soonest)).all()
    return tuple(_appointment_record(row) for row in rows)


def _appointment_record(row: sa.Row[Any]) -> BusinessRecord:
    fields: dict[str, Value] = {
        "kind": row.kind,
        "date": row.date.isoformat(),
        "window": row.window,
        "status": row.status,
        "address": row.address,
        "contract": to_id("contract", row.contract),
        "slot": None if row.slot is None else to_id("slot", row.slot),
    }
    return record("appointment", row.number, row.customer, fields)


def _free_slots(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    number = to_number("appointment", arguments["appointment"])
    own = connection.execute(sa.select(t.appointment.c.slot).where(t.appointment.c.number == number)).one_or_none()
    if own is None:
        return ()
    free = sa.select(t.slot).where(t.slot.c.taken_by == "", t.slot.c.date > today)
    soonest = free.order_by(t.slot.c.date, t.slot.c.window, t.slot.c.number).limit(MOST_SLOTS)
    return tuple(_slot_record(row) for row in connection.execute(soonest).all())


def _slot_record(row: sa.Row[Any]) -> BusinessRecord:
    fields: dict[str, Value] = {
        "date": row.date.isoformat(),
        "window": row.window,
        "label": label(row.date, row.window),
        "free": not row.taken_by,
    }
    return record("slot", row.number, None, fields)


def _field_notes(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("appointment", arguments["appointment"])
    found = sa.select(t.field_note, t.appointment.c.customer).join(t.appointment)
    newest = found.where(t.field_note.c.appointment == number).order_by(t.field_note.c.number.desc())
    return tuple(
        record(
            "field_note",
            row.number,
            row.customer,
            {
                "appointment": to_id("appointment", row.appointment),
                "note": row.note,
                "at": row.at,
                "status": row.status,
            },
        )
        for row in connection.execute(newest).all()
    )


def take_slot(connection: sa.Connection, slot: sa.Row[Any], taken_by: str) -> None:
    """Exactly one party gets it. Raises SystemRefused for everybody else."""
    free = sa.update(t.slot).where(t.slot.c.number == slot.number, t.slot.c.taken_by == "")
    if connection.execute(free.values(taken_by=taken_by)).rowcount != 1:
        raise SystemRefused(f"{label(slot.date, slot.window)} has just gone to somebody else.")


def _booked(connection: sa.Connection, arguments: Arguments) -> sa.Row[Any]:
    appointment = held(connection, "appointment", arguments)
    if appointment.status != "booked":
        raise SystemRefused(f"Appointment {arguments['appointment']} is {appointment.status} already.")
    return appointment


def _reschedule(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    appointment, slot = _booked(connection, arguments), held(connection, "slot", arguments)
    if slot.number == appointment.slot:
        raise SystemRefused(f"The appointment is on {label(slot.date, slot.window)} already.")
    if slot.date <= now.date():
        raise SystemRefused(f"{label(slot.date, slot.window)} is too soon; tomorrow is the soonest.")
    _move(connection, appointment, slot)
    undo_until = min(now + UNDO_TIME, datetime.combine(appointment.date, time.min, UTC))
    reversible = appointment.slot is not None and undo_until > now
    return Effect(
        to_id("appointment", appointment.number),
        _moved_fields(appointment, slot),
        undo_until if reversible else None,
        {"slot": appointment.slot},
    )


def _move(connection: sa.Connection, appointment: sa.Row[Any], slot: sa.Row[Any]) -> None:
    take_slot(connection, slot, to_id("appointment", appointment.number))
    connection.execute(sa.update(t.slot).where(t.slot.c.number == appointment.slot).values(taken_by=""))
    connection.execute(
        sa.update(t.appointment)
        .where(t.appointment.c.number == appointment.number)
        .values(slot=slot.number, date=slot.date, window=slot.window)
    )


def _moved_fields(appointment: sa.Row[Any], slot: sa.Row[Any]) -> dict[str, Value]:
    return {
        "appointment": to_id("appointment", appointment.number),
        "slot": to_id("slot", slot.number),
        "date": slot.date.isoformat(),
        "window": slot.window,
        "label": label(slot.date, slot.window),
        "previous_label": label(appointment.date, appointment.window),
    }


def _move_back(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    appointment = _booked(connection, fields)
    if to_id("slot", appointment.slot) != fields["slot"]:
        raise SystemRefused("The appointment has been moved again since.")
    slot = held(connection, "slot", {"slot": to_id("slot", before["slot"])})
    _move(connection, appointment, slot)
    return _moved_fields(appointment, slot)


def _cancel(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    """The visit is off and its slot is free again."""
    appointment = _booked(connection, arguments)
    if appointment.date <= now.date():
        raise SystemRefused("The visit is today; call the field team.")
    _set_status(connection, appointment.number, "cancelled")
    connection.execute(sa.update(t.slot).where(t.slot.c.number == appointment.slot).values(taken_by=""))
    fields: dict[str, Value] = {
        "appointment": to_id("appointment", appointment.number),
        "kind": appointment.kind,
        "previous_label": label(appointment.date, appointment.window),
    }
    until = min(now + UNDO_TIME, datetime.combine(appointment.date, time.min, UTC))
    return Effect(
        to_id("appointment", appointment.number),
        fields,
        until if appointment.slot else None,
        {"slot": appointment.slot},
    )


def _book_again(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    """Only while nobody else has taken the slot."""
    appointment = held(connection, "appointment", fields)
    if appointment.status != "cancelled":
        raise SystemRefused(f"The appointment is {appointment.status}.")
    take_slot(connection, held(connection, "slot", {"slot": to_id("slot", before["slot"])}), str(fields["appointment"]))
    _set_status(connection, appointment.number, "booked")
    return dict(fields)


def _set_status(connection: sa.Connection, appointment: int, status: str) -> None:
    mine = t.appointment.c.number == appointment
    connection.execute(sa.update(t.appointment).where(mine).values(status=status))


def _notify_field_team(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    appointment, note = _booked(connection, arguments), text(arguments, "note")
    number = next_number(connection, "field_note")
    connection.execute(
        sa.insert(t.field_note).values(
            number=number, appointment=appointment.number, note=note, at=to_text(now), status="sent"
        )
    )
    fields: dict[str, Value] = {"appointment": to_id("appointment", appointment.number), "note": note}
    return Effect(to_id("field_note", number), fields, now + UNDO_TIME, {"note": number})


def _withdraw_note(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    note = held(connection, "field_note", {"field_note": to_id("field_note", before["note"])})
    connection.execute(sa.update(t.field_note).where(t.field_note.c.number == note.number).values(status="withdrawn"))
    return dict(fields)


READS = {
    "appointments": ReadCall(_appointments, ("customer",)),
    "appointment": ReadCall(_appointment, ("appointment",)),
    "free_slots": ReadCall(_free_slots, ("appointment",)),
    "field_notes": ReadCall(_field_notes, ("appointment",)),
}
WRITES = {
    "reschedule_appointment": Write(_reschedule, ("appointment", "slot"), _move_back),
    "cancel_appointment": Write(_cancel, ("appointment",), _book_again),
    "notify_field_team": Write(_notify_field_team, ("appointment", "note"), _withdraw_note),
}
