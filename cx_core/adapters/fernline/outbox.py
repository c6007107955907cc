"""The sandbox's way out to customers: a table in place of mail and chat servers."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.database import reading, to_text
from cx_core.adapters.fernline import tables
from cx_core.adapters.fernline.tables import next_number, to_id
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.ports import Clock
from cx_core.records import Record


class Delivered(Record):
    """A message as the customer got it."""

    reference: str
    channel: str
    address: str
    subject: str
    text: str
    at: str


class FernlineOutbox:
    """Implements ports.Outbox over the database that `open_fernline` gives."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def deliver(self, *, key: str, channel: str, address: str, subject: str, text: str) -> str:
        """Once per key. Raises SystemRefused if the key carried another message before."""
        try:
            with self._engine.begin() as connection:
                return self._once(connection, key, (channel, address, subject, text))
        except sa.exc.DBAPIError as error:
            raise SystemUnreachable("The way out to customers does not answer.") from error

    def _once(self, connection: sa.Connection, key: str, message: tuple[str, str, str, str]) -> str:
        if not key or not message[1].strip():
            raise SystemRefused("A message needs a key and an address.")
        sent = connection.execute(sa.select(tables.delivered).where(tables.delivered.c.key == key)).one_or_none()
        if sent is not None:
            if (sent.channel, sent.address, sent.subject, sent.text) != message:
                raise SystemRefused("Another message was sent under this key; nothing was sent.")
            return to_id("delivered", sent.number)
        number = next_number(connection, "delivered")
        channel, address, subject, text = message
        connection.execute(
            sa.insert(tables.delivered).values(
                number=number, key=key, channel=channel, address=address, subject=subject, text=text,
                at=to_text(self._clock()),
            )
        )  # fmt: skip
        return to_id("delivered", number)

    def sent(self, address: str = "") -> tuple[Delivered, ...]:
        """Oldest first; to one address, or all."""
        table = tables.delivered
        chosen = sa.select(table).order_by(table.c.number)
        if address:
            chosen = chosen.where(table.c.address == address)
        with reading(self._engine).begin() as connection:
            rows = connection.execute(chosen).all()
        return tuple(
            Delivered(
                reference=to_id("delivered", row.number), channel=row.channel, address=row.address,
                subject=row.subject, text=row.text, at=row.at,
            )
            for row in rows
        )  # fmt: skip
