"""Messengers and messages on their way out by them, as rows; see ports.messengers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import TicketId
from cx_core.records.channels.messengers import Messenger, MessengerState, OutgoingMessage

CHANNEL = "messenger"
_TIMES = ("at", "next_try", "settled_at")
_OUTGOING = [column for column in t.outgoing_message.c if column.name != "sealed"]


class MessengerRows(Rows):
    """A part of `SqlUnit`; see ports.messengers.MessengerRepository."""

    def all(self) -> tuple[Messenger, ...]:
        query = sa.select(t.messenger.c.body).where(~t.messenger.c.removed)
        bodies = self._connection.execute(query.order_by(t.messenger.c.at, t.messenger.c.id)).scalars()
        return tuple(Messenger.model_validate(body) for body in bodies)

    def get(self, id: str) -> Messenger | None:
        query = sa.select(t.messenger.c.body).where(t.messenger.c.id == id, ~t.messenger.c.removed)
        body = self._connection.execute(query).scalar_one_or_none()
        return Messenger.model_validate(body) if body else None

    def put(self, messenger: Messenger) -> None:
        body, here = messenger.model_dump(mode="json"), t.messenger.c.id == messenger.id
        if self._connection.execute(sa.update(t.messenger).where(here).values(body=body)).rowcount == 0:
            fresh = {"id": messenger.id, "state": MessengerState().model_dump(mode="json"), "at": to_text(messenger.at)}
            self._connection.execute(sa.insert(t.messenger).values(**fresh, body=body))

    def remove(self, id: str) -> None:
        self._connection.execute(sa.update(t.messenger).where(t.messenger.c.id == id).values(removed=True))

    def state(self, id: str) -> MessengerState:
        query = sa.select(t.messenger.c.state).where(t.messenger.c.id == id).with_for_update()
        return MessengerState.model_validate(self._connection.execute(query).scalar_one_or_none() or {})

    def put_state(self, id: str, state: MessengerState) -> None:
        values = {"state": state.model_dump(mode="json")}
        self._connection.execute(sa.update(t.messenger).where(t.messenger.c.id == id).values(values))

    def of_ticket(self, ticket: TicketId) -> str:
        return self._thread(ticket).partition(":")[2].partition(":")[0]

    def last_words(self, ticket: TicketId) -> datetime | None:
        thread, id = self._thread(ticket), self.of_ticket(ticket)
        if not id:
            return None
        query = (
            sa.select(sa.func.max(t.message.c.at))
            .join(t.ticket, t.ticket.c.id == t.message.c.ticket)
            .where(
                t.ticket.c.thread == thread,
                t.message.c.sender == "customer",
                t.message.c.id.startswith(f"{CHANNEL}:{id}:", autoescape=True),
            )
        )
        at = self._connection.execute(query).scalar_one_or_none()
        return from_text(at) if at else None

    def _thread(self, ticket: TicketId) -> str:
        query = sa.select(t.ticket.c.thread).where(t.ticket.c.id == ticket)
        thread = self._connection.execute(query).scalar_one_or_none() or ""
        return thread if thread.startswith(f"{CHANNEL}:") else ""


class OutgoingMessageRows(Rows):
    """A part of `SqlUnit`; see ports.messengers.OutgoingMessageRepository."""

    def add(self, message: OutgoingMessage, sealed: bytes) -> None:
        self._connection.execute(sa.insert(t.outgoing_message).values(**_values(message), sealed=sealed))

    def get(self, key: str) -> OutgoingMessage | None:
        return self._one(t.outgoing_message.c.key == key)

    def by_base(self, messenger: str, base: str) -> OutgoingMessage | None:
        return self._one((t.outgoing_message.c.messenger == messenger) & (t.outgoing_message.c.base == base))

    def put(self, message: OutgoingMessage) -> None:
        names = ("attempt", "state", "by_them", "words", "tries", "next_try", "settled_at")
        values = _values(message)
        here = t.outgoing_message.c.key == message.key
        self._connection.execute(
            sa.update(t.outgoing_message).where(here).values({name: values[name] for name in names})
        )

    def sealed(self, key: str) -> bytes | None:
        query = sa.select(t.outgoing_message.c.sealed).where(t.outgoing_message.c.key == key)
        return self._connection.execute(query).scalar_one_or_none()

    def due(self, now: datetime, most: int) -> tuple[OutgoingMessage, ...]:
        one, other = t.outgoing_message.c, t.outgoing_message.alias("earlier")
        same = (other.c.messenger == one.messenger) & (other.c.address == one.address)
        before = (other.c.at < one.at) | ((other.c.at == one.at) & (other.c.key < one.key))
        waits = sa.exists().where(same, other.c.state == "queued", before)
        query = sa.select(*_OUTGOING).where(one.state == "queued", one.next_try <= to_text(now), ~waits)
        query = query.order_by(one.next_try, one.key).limit(most)
        locked = query.with_for_update(skip_locked=True, of=t.outgoing_message)
        return tuple(_outgoing(row) for row in self._connection.execute(locked).mappings())

    def failed(self, messenger: str, since: datetime, most: int) -> tuple[OutgoingMessage, ...]:
        table = t.outgoing_message.c
        bad = (table.messenger == messenger) & (table.state == "refused") & (table.settled_at >= to_text(since))
        query = sa.select(*_OUTGOING).where(bad).order_by(table.settled_at.desc(), table.key).limit(most)
        return tuple(_outgoing(row) for row in self._connection.execute(query).mappings())

    def queued(self, messenger: str) -> tuple[OutgoingMessage, ...]:
        table = t.outgoing_message.c
        query = sa.select(*_OUTGOING).where(table.messenger == messenger, table.state == "queued")
        return tuple(_outgoing(row) for row in self._connection.execute(query.order_by(table.at, table.key)).mappings())

    def last_delivered(self, messenger: str) -> datetime | None:
        table = t.outgoing_message.c
        done = (table.messenger == messenger) & (table.state == "delivered")
        at = self._connection.execute(sa.select(sa.func.max(table.settled_at)).where(done)).scalar_one_or_none()
        return from_text(at) if at else None

    def forget_before(self, moment: datetime) -> None:
        table = t.outgoing_message.c
        old = table.settled_at.is_not(None) & (table.settled_at < to_text(moment)) & table.sealed.is_not(None)
        self._connection.execute(sa.update(t.outgoing_message).where(old).values(sealed=None))

    def _one(self, where: sa.ColumnElement[bool]) -> OutgoingMessage | None:
        query = sa.select(*_OUTGOING).where(where).with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return _outgoing(row) if row else None


def _values(message: OutgoingMessage) -> dict[str, object]:
    """As they stand in the row, times as text."""
    moments: Mapping[str, datetime | None] = {name: getattr(message, name) for name in _TIMES}
    return message.model_dump() | {name: to_text(at) if at else None for name, at in moments.items()}


def _outgoing(row: sa.RowMapping) -> OutgoingMessage:
    moments = {name: from_text(row[name]) if row[name] else None for name in _TIMES}
    return OutgoingMessage.model_validate({**row, **moments})
