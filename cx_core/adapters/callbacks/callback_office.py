"""A back office that keeps callbacks in Rung's own database, and asks the business's systems for everything else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from cx_core.adapters.callbacks.callback_rows import CallbackRows
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, reading, to_text
from cx_core.errors import SystemRefused
from cx_core.ports import BackOffice, Clock
from cx_core.ports.business import CountedAnswers
from cx_core.records import ActionName, BusinessRecord, Receipt, Value
from cx_core.records.colleagues import Callback
from cx_core.text.wording import say

SCHEDULE, CALLBACKS = ActionName("schedule_callback"), ActionName("callbacks")
LONGEST = {"number": 40, "time": 100, "topic": 500}
UNDO_TIME = timedelta(hours=24)


class CallbackOffice:
    """Implements ports.BackOffice, and ports.CountedAnswers where the systems behind it do."""

    def __init__(self, engine: sa.Engine, clock: Clock, timezone: str, systems: BackOffice) -> None:
        self._engine = engine
        self._reader = reading(engine)
        self._clock = clock
        self._zone = ZoneInfo(timezone)
        self._systems = systems

    @property
    def heard(self) -> int:
        return self._systems.heard if isinstance(self._systems, CountedAnswers) else 0

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        return self._systems.find_customers(address)

    def search(self, text: str, most: int) -> tuple[BusinessRecord, ...]:
        return self._systems.search(text, most)

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        if name != CALLBACKS:
            return self._systems.read(name, arguments)
        day = _day(arguments.get("at"))
        with self._reader.begin() as connection:
            return tuple(_record(one) for one in CallbackRows(connection).of_day(day))

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        if name != SCHEDULE:
            return self._systems.write(name, arguments, key)
        if not key:
            raise SystemRefused("A key is needed, so that nothing is done twice.")
        now, body, day = self._clock(), _body(arguments), _day(arguments.get("at"))
        end = datetime.combine(day, time.max, self._zone)
        with self._engine.begin() as connection:
            if (kept := self._kept(connection, key)) is not None:
                return kept
            if end <= now:
                raise SystemRefused(f"{day.isoformat()} is in the past.")
            values: dict[str, object] = {"key": key, "ticket": key.partition(":")[0][:40], "at": day.isoformat()}
            values |= {"state": "scheduled", "body": body, "receipt": {}}
            id = connection.execute(sa.insert(t.callback).values(**values).returning(t.callback.c.id)).scalar_one()
            made = Callback(id=id, ticket=str(values["ticket"]), at=day, **body)  # type: ignore[arg-type]
            receipt = Receipt(
                key=key,
                action=SCHEDULE,
                reference=made.reference,
                fields={"callback": made.reference, **_fields(made)},
                at=now,
                undo_until=min(end, now + UNDO_TIME),
            )
            kept_as = receipt.model_dump(mode="json")
            connection.execute(sa.update(t.callback).where(t.callback.c.id == id).values(receipt=kept_as))
        return receipt

    def receipt(self, key: str) -> Receipt | None:
        with self._reader.begin() as connection:
            kept = self._kept(connection, key) or self._undone(connection, key)
        return kept if kept is not None else self._systems.receipt(key)

    def undo(self, key: str, undo_key: str) -> Receipt:
        with self._engine.begin() as connection:
            if (before := self._undone(connection, undo_key)) is not None:
                return before
            query = sa.select(t.callback).where(t.callback.c.key == key).with_for_update()
            row = connection.execute(query).one_or_none()
            if row is not None:
                kept, now = Receipt.model_validate(row.receipt), self._clock()
                if row.state != "scheduled":
                    raise SystemRefused(f"The callback is {row.state} already.")
                if kept.undo_until is not None and now > kept.undo_until:
                    raise SystemRefused("It is too late to cancel this callback.")
                values = {"state": "cancelled", "undo_key": undo_key, "undone_at": to_text(now)}
                connection.execute(sa.update(t.callback).where(t.callback.c.id == row.id).values(**values))
                return kept.replace(key=undo_key, at=now, undo_until=None)
        return self._systems.undo(key, undo_key)

    def _kept(self, connection: sa.Connection, key: str) -> Receipt | None:
        body = connection.execute(sa.select(t.callback.c.receipt).where(t.callback.c.key == key)).scalar_one_or_none()
        return Receipt.model_validate(body) if body else None

    def _undone(self, connection: sa.Connection, key: str) -> Receipt | None:
        """The receipt of a cancellation under this key."""
        query = sa.select(t.callback).where(t.callback.c.undo_key == key)
        row = connection.execute(query).one_or_none() if key else None
        if row is None:
            return None
        return Receipt.model_validate(row.receipt).replace(key=key, at=from_text(row.undone_at), undo_until=None)


def _body(arguments: Mapping[str, Value]) -> dict[str, str]:
    """Number, hour and topic, as they are kept. Raises SystemRefused."""
    body = {name: str(arguments.get(name) or "").strip() for name in LONGEST}
    for name, text in body.items():
        if len(text) > LONGEST[name]:
            raise SystemRefused(f"The {name} is too long: {LONGEST[name]} characters at most.")
    if not any(sign.isdigit() for sign in body["number"]):
        raise SystemRefused("There is no telephone number to call.")
    if not body["topic"]:
        raise SystemRefused("It is not said what the call is about.")
    return body


def _day(value: Value) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise SystemRefused(f"{str(value)[:40]} is not a date.") from None


def _record(one: Callback) -> BusinessRecord:
    return BusinessRecord(kind="callback", id=one.reference, fields={**_fields(one), "status": one.state})


def _fields(one: Callback) -> dict[str, Value]:
    day = one.at.isoformat()
    when = ", ".join(filter(None, (say(day), one.time)))
    return {"number": one.number, "at": day, "time": one.time or None, "when": when, "topic": one.topic}
