"""What goes in and out of a call to one of Fernline's systems, and how arguments are checked.

A refusal is written for the advisor who will read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from cx_core.adapters.fernline import tables
from cx_core.adapters.fernline.tables import to_id, to_number
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, CustomerId, Money, Value

Arguments = Mapping[str, Value]
Records = tuple[BusinessRecord, ...]

LONGEST_TEXT = 2000
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


class Effect(NamedTuple):
    """What a write did. `before` is what its undo must know; without `undo_until` there is no undo."""

    reference: str
    fields: dict[str, Value]
    undo_until: datetime | None = None
    before: Mapping[str, Any] | None = None


class ReadCall(NamedTuple):
    """A read and the names of its arguments. It runs with today's date."""

    run: Callable[[sa.Connection, Arguments, date], Records]
    arguments: tuple[str, ...]


class Write(NamedTuple):
    """A write, its arguments' names, and how it is taken back: with the receipt's fields and `before`."""

    run: Callable[[sa.Connection, Arguments, datetime], Effect]
    arguments: tuple[str, ...]
    undo: Callable[[sa.Connection, Arguments, Mapping[str, Any], datetime], dict[str, Value]] | None = None
    optional: tuple[str, ...] = ()


def record(kind: str, number: int, customer: int | None, fields: dict[str, Value]) -> BusinessRecord:
    owner = None if customer is None else CustomerId(to_id("customer", customer))
    return BusinessRecord(kind=kind, id=to_id(kind, number), customer=owner, fields=fields)


def check_names(action: str, arguments: Arguments, names: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    """Exactly these arguments, with or without the optional ones. Raises SystemRefused."""
    if missing := [name for name in names if arguments.get(name) is None]:
        raise SystemRefused(f"{action} needs {' and '.join(missing)}.")
    if unknown := sorted(set(arguments) - {*names, *optional}):
        raise SystemRefused(f"{action} does not know {' and '.join(unknown)}.")


def held(connection: sa.Connection, kind: str, arguments: Arguments) -> sa.Row[Any]:
    """The row that the argument `kind` names, held until the transaction ends. Raises SystemRefused."""
    table = tables.metadata.tables[kind]
    number = to_number(kind, arguments[kind])
    row = connection.execute(sa.select(table).where(table.c.number == number).with_for_update()).one_or_none()
    if row is None:
        raise SystemRefused(f"There is no {kind} {str(arguments[kind])[:40]}.")
    return row


def text(arguments: Arguments, name: str) -> str:
    value = arguments[name]
    if not isinstance(value, str) or not value.strip():
        raise SystemRefused(f"The {name} is empty.")
    if len(value) > LONGEST_TEXT:
        raise SystemRefused(f"The {name} is too long: {LONGEST_TEXT} characters at most.")
    return value.strip()


def email(value: str) -> str:
    if len(value) > 320 or not _EMAIL.fullmatch(value):
        raise SystemRefused(f"{value[:60]} is not an e-mail address.")
    return value


def money(arguments: Arguments, name: str) -> Money:
    value = arguments[name]
    if not isinstance(value, Money) or value.currency != "GBP":
        raise SystemRefused(f"The {name} must be an amount in pounds.")
    if value.minor <= 0:
        raise SystemRefused(f"The {name} must be more than nothing.")
    return value


def day(arguments: Arguments, name: str) -> date:
    try:
        return date.fromisoformat(text(arguments, name))
    except ValueError:
        raise SystemRefused(f"{str(arguments[name])[:40]} is not a date.") from None


def items(arguments: Arguments, name: str) -> tuple[str, ...]:
    value = arguments[name]
    if not isinstance(value, tuple) or not value:
        raise SystemRefused("Name at least one item.")
    return value
