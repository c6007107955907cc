"""Fernline's systems behind the back-office port: every write once per key, its receipt beside its effect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import (
    access,
    billing,
    booking,
    charges,
    contracts,
    crm,
    deliveries,
    network,
    orders,
    tables,
    usage,
)
from cx_core.adapters.fernline.calls import Arguments, ReadCall, Write, check_names, held
from cx_core.adapters.fernline.finding import Finder
from cx_core.adapters.sql.database import reading
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.ports import Clock
from cx_core.records import ActionName, BusinessRecord, Money, Receipt, Value

Trouble = Callable[[str], None]
"""Called with a call's name when it arrives ("refund_payment", "undo", "receipt") and, for what writes, once more
after the commit ("refund_payment:committed"). May raise SystemUnreachable: a system that does not answer."""

_SYSTEMS = (crm, contracts, usage, billing, charges, orders, deliveries, booking, network, access)
_READS: Mapping[str, ReadCall] = {name: read for system in _SYSTEMS for name, read in system.READS.items()}
_WRITES: Mapping[str, Write] = {name: write for system in _SYSTEMS for name, write in system.WRITES.items()}


class Fernline:
    """Implements ports.BackOffice over the database that `open_fernline` gives."""

    def __init__(self, engine: sa.Engine, clock: Clock, trouble: Trouble | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._trouble = trouble or (lambda _name: None)

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        self._trouble("find_customers")
        with _answering(), reading(self._engine).begin() as connection:
            return crm.find_customers(connection, address)

    def search(self, text: str, most: int) -> tuple[BusinessRecord, ...]:
        self._trouble("search")
        with _answering(), reading(self._engine).begin() as connection:
            return Finder(connection, _READS, self._clock().date(), most).search(text)

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        self._trouble(name)
        if name not in _READS:
            raise SystemRefused(f"There is no reading called {name}.")
        read = _READS[name]
        check_names(name, arguments, read.arguments)
        with _answering(), reading(self._engine).begin() as connection:
            return read.run(connection, arguments, self._clock().date())

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        self._trouble(name)
        if name not in _WRITES:
            raise SystemRefused(f"There is no action called {name}.")
        action, request = _WRITES[name], _request(name, arguments)
        check_names(name, arguments, action.arguments, action.optional)
        with _answering(), self._engine.begin() as connection:
            if (first := _first_receipt(connection, key, request)) is not None:
                return first
            now = self._clock()
            effect = action.run(connection, arguments, now)
            receipt = Receipt(
                key=key,
                action=name,
                reference=effect.reference,
                fields=effect.fields,
                at=now,
                undo_until=effect.undo_until,
            )
            _keep(connection, receipt, request, before=effect.before)
        self._trouble(f"{name}:committed")
        return receipt

    def receipt(self, key: str) -> Receipt | None:
        self._trouble("receipt")
        with _answering(), reading(self._engine).begin() as connection:
            row = _kept(connection, key)
            return None if row is None else Receipt.model_validate(row.body)

    def undo(self, key: str, undo_key: str) -> Receipt:
        self._trouble("undo")
        request = json.dumps({"undo": key})
        with _answering(), self._engine.begin() as connection:
            if (first := _first_receipt(connection, undo_key, request)) is not None:
                return first
            now = self._clock()
            row = _undoable(connection, key, now)
            done = Receipt.model_validate(row.body)
            take_back = _WRITES[done.action].undo
            if take_back is None:
                raise SystemRefused("This cannot be taken back.")
            fields = take_back(connection, done.fields, row.before, now)
            receipt = Receipt(key=undo_key, action=done.action, reference=done.reference, fields=fields, at=now)
            _keep(connection, receipt, request, undoes=key)
        self._trouble("undo:committed")
        return receipt

    def book_slot(self, slot: str, taken_by: str = "another customer") -> None:
        """Somebody else takes a slot. Raises SystemRefused if it is taken or unknown."""
        with _answering(), self._engine.begin() as connection:
            booking.take_slot(connection, held(connection, "slot", {"slot": slot}), taken_by)


@contextmanager
def _answering() -> Iterator[None]:
    """A database in trouble is a system that did not answer; the same call with the same key may come again."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise SystemUnreachable("Fernline's systems do not answer.") from error


def _request(name: str, arguments: Arguments) -> str:
    plain = {key: value.model_dump() if isinstance(value, Money) else value for key, value in arguments.items()}
    return json.dumps({"action": name, "arguments": plain}, sort_keys=True)


def _kept(connection: sa.Connection, key: str) -> sa.Row[Any] | None:
    return connection.execute(
        sa.select(tables.receipt).where(tables.receipt.c.key == key).with_for_update()
    ).one_or_none()


def _first_receipt(connection: sa.Connection, key: str, request: str) -> Receipt | None:
    """What this key did before. Raises SystemRefused if that was something else."""
    if not key:
        raise SystemRefused("A key is needed, so that nothing is done twice.")
    if (
        connection.dialect.name == "postgresql"
    ):  # until the first call with this key has committed; SQLite writes in turn
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(key))))
    row = _kept(connection, key)
    if row is None:
        return None
    if row.request != request:
        raise SystemRefused("This key belongs to another request; nothing was done.")
    return Receipt.model_validate(row.body)


def _undoable(connection: sa.Connection, key: str, now: datetime) -> sa.Row[Any]:
    row = _kept(connection, key)
    if row is None or row.undoes is not None:
        raise SystemRefused("There is nothing to take back.")
    until = Receipt.model_validate(row.body).undo_until
    if until is None:
        raise SystemRefused("This cannot be taken back.")
    if now > until:
        raise SystemRefused(f"It is too late: this could be taken back until {until:%H:%M} UTC on {until:%d %B}.")
    undone = sa.select(tables.receipt.c.key).where(tables.receipt.c.undoes == key)
    if connection.execute(undone).first() is not None:
        raise SystemRefused("This has been taken back already.")
    return row


def _keep(
    connection: sa.Connection,
    receipt: Receipt,
    request: str,
    *,
    before: Mapping[str, Any] | None = None,
    undoes: str | None = None,
) -> None:
    connection.execute(
        sa.insert(tables.receipt).values(
            key=receipt.key,
            request=request,
            undoes=undoes,
            before=dict(before or {}),
            body=receipt.model_dump(mode="json"),
        )
    )
