"""The sandbox's way out to customers: a table in place of mail and chat servers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import sqlalchemy as sa

from cx_core.adapters.fernline import tables
from cx_core.adapters.fernline.tables import next_number, to_id
from cx_core.adapters.sql.database import reading, to_text
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.ports import Clock
from cx_core.records import File, Record


class Delivered(Record):
    """A message as the customer got it."""

    reference: str
    channel: str
    address: str
    subject: str
    text: str
    at: str
    files: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class FernlineOutbox:
    """Implements ports.Outbox over the database that `open_fernline` gives."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Once per key. Raises SystemRefused if the key carried another message before; under another subject it is the
        same one: a person who sends again what may have gone out by itself answers under their own.

        Of files the sandbox keeps what they are and their digests: enough to tell them, and nothing of a customer's.
        """
        told = [(file.name, file.media_type, hashlib.sha256(file.content).hexdigest()) for file in files]
        try:
            with self._engine.begin() as connection:
                return self._once(connection, key, (channel, address, subject, text), told, headers)
        except sa.exc.DBAPIError as error:
            raise SystemUnreachable("The way out to customers does not answer.") from error

    def _once(
        self,
        connection: sa.Connection,
        key: str,
        message: tuple[str, str, str, str],
        files: list[tuple[str, str, str]],
        headers: Mapping[str, str],
    ) -> str:
        if not key or not message[1].strip():
            raise SystemRefused("A message needs a key and an address.")
        sent = connection.execute(sa.select(tables.delivered).where(tables.delivered.c.key == key)).one_or_none()
        if sent is not None:
            same = (sent.channel, sent.address, sent.text) == (message[0], message[1], message[3])
            if not same or self._files(connection, sent.number) != files:
                raise SystemRefused("Another message was sent under this key; nothing was sent.")
            return to_id("delivered", sent.number)
        number = next_number(connection, "delivered")
        channel, address, subject, text = message
        connection.execute(
            sa.insert(tables.delivered).values(
                number=number,
                key=key,
                channel=channel,
                address=address,
                subject=subject,
                text=text,
                at=to_text(self._clock()),
            )
        )
        for place, (name, media_type, sha256) in enumerate(files):
            row = {"delivered": number, "place": place, "name": name, "media_type": media_type, "sha256": sha256}
            connection.execute(sa.insert(tables.delivered_file).values(row))
        for name, value in headers.items() if channel == "email" else ():
            row = {"delivered": number, "name": name, "value": value}
            connection.execute(sa.insert(tables.delivered_header).values(row))
        return to_id("delivered", number)

    def _files(self, connection: sa.Connection, number: int) -> list[tuple[str, str, str]]:
        """Name, type and digest of what went with a message."""
        table = tables.delivered_file
        query = sa.select(table.c.name, table.c.media_type, table.c.sha256).where(table.c.delivered == number)
        return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(table.c.place))]

    def _headers(self, connection: sa.Connection, number: int) -> tuple[tuple[str, str], ...]:
        table = tables.delivered_header
        query = sa.select(table.c.name, table.c.value).where(table.c.delivered == number).order_by(table.c.name)
        return tuple((row.name, row.value) for row in connection.execute(query))

    def sent(self, address: str = "") -> tuple[Delivered, ...]:
        """Oldest first; to one address, or all."""
        table = tables.delivered
        chosen = sa.select(table).order_by(table.c.number)
        if address:
            chosen = chosen.where(table.c.address == address)
        with reading(self._engine).begin() as connection:
            rows = connection.execute(chosen).all()
            files = {row.number: tuple(file[0] for file in self._files(connection, row.number)) for row in rows}
            headers = {row.number: self._headers(connection, row.number) for row in rows}
        return tuple(
            Delivered(
                reference=to_id("delivered", row.number),
                channel=row.channel,
                address=row.address,
                subject=row.subject,
                text=row.text,
                at=row.at,
                files=files[row.number],
                headers=headers[row.number],
            )
            for row in rows
        )
