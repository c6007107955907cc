"""Mailboxes, arrived mails and outgoing mails, as rows; see ports.mailboxes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import (
    ArrivalState,
    ArrivedMail,
    Mailbox,
    MailboxState,
    OutgoingMail,
    TicketId,
    Watermark,
)

_TIMES = ("at", "next_try", "settled_at")
_ARRIVED = [column for column in t.arrived_mail.c if column.name != "raw"]
_OUTGOING = [column for column in t.outgoing_mail.c if column.name != "raw"]


class MailboxRows(Rows):
    """A part of `SqlUnit`; see ports.mailboxes.MailboxRepository."""

    def all(self) -> tuple[Mailbox, ...]:
        query = sa.select(t.mailbox.c.body).where(~t.mailbox.c.removed)
        found = [Mailbox.model_validate(body) for body in self._connection.execute(query).scalars()]
        return tuple(sorted(found, key=lambda mailbox: (mailbox.at, mailbox.id)))

    def get(self, id: str) -> Mailbox | None:
        body = self._connection.execute(sa.select(t.mailbox.c.body).where(t.mailbox.c.id == id)).scalar_one_or_none()
        return Mailbox.model_validate(body) if body else None

    def put(self, mailbox: Mailbox) -> None:
        body = mailbox.model_dump(mode="json")
        same = t.mailbox.c.id == mailbox.id
        if self._connection.execute(sa.update(t.mailbox).where(same).values(body=body)).rowcount == 0:
            state = MailboxState(mailbox=mailbox.id).model_dump(mode="json")
            self._connection.execute(sa.insert(t.mailbox).values(id=mailbox.id, body=body, state=state))

    def remove(self, id: str) -> None:
        gone = sa.update(t.mailbox).where(t.mailbox.c.id == id).values(removed=True, secret=None)
        self._connection.execute(gone)

    def secret(self, id: str) -> bytes | None:
        query = sa.select(t.mailbox.c.secret).where(t.mailbox.c.id == id)
        return self._connection.execute(query).scalar_one_or_none()

    def put_secret(self, id: str, sealed: bytes) -> None:
        self._connection.execute(sa.update(t.mailbox).where(t.mailbox.c.id == id).values(secret=sealed))

    def state(self, id: str) -> MailboxState:
        query = sa.select(t.mailbox.c.state).where(t.mailbox.c.id == id)
        body = self._connection.execute(query).scalar_one_or_none()
        return MailboxState.model_validate(body) if body else MailboxState(mailbox=id)

    def put_state(self, state: MailboxState) -> None:
        put = sa.update(t.mailbox).where(t.mailbox.c.id == state.mailbox)
        self._connection.execute(put.values(state=state.model_dump(mode="json")))

    def hold(self, id: str, holder: str, now: datetime, until: datetime) -> bool:
        row = t.mailbox.c
        free = row.until.is_(None) | (row.until <= to_text(now)) | (row.holder == holder)
        held = sa.update(t.mailbox).where(row.id == id, free).values(holder=holder, until=to_text(until))
        return self._connection.execute(held).rowcount > 0

    def let_go(self, id: str, holder: str) -> None:
        theirs = (t.mailbox.c.id == id) & (t.mailbox.c.holder == holder)
        self._connection.execute(sa.update(t.mailbox).where(theirs).values(until=None))

    def watermark(self, id: str, validity: int) -> Watermark | None:
        table = t.mailbox_watermark
        query = sa.select(table).where(table.c.mailbox == id, table.c.validity == validity).with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return Watermark.model_validate(dict(row)) if row else None

    def ever_fetched(self, id: str) -> bool:
        query = sa.select(t.mailbox_watermark.c.mailbox).where(t.mailbox_watermark.c.mailbox == id).limit(1)
        return self._connection.execute(query).first() is not None

    def put_watermark(self, mark: Watermark) -> None:
        values = mark.model_dump(exclude={"mailbox", "validity"})
        self._put(t.mailbox_watermark, {"mailbox": mark.mailbox, "validity": mark.validity}, values)

    def begin_anew(self, id: str) -> None:
        self._connection.execute(sa.delete(t.mailbox_watermark).where(t.mailbox_watermark.c.mailbox == id))
        self._connection.execute(sa.update(t.arrived_mail).where(t.arrived_mail.c.mailbox == id).values(validity=0))


class ArrivedMailRows(Rows):
    """A part of `SqlUnit`; see ports.mailboxes.ArrivedMailRepository."""

    def known(self, mailbox: str, keys: Collection[str]) -> dict[str, ArrivedMail]:
        table = t.arrived_mail.c
        query = sa.select(*_ARRIVED).where(table.mailbox == mailbox, table.key.in_(list(keys)))
        return {row["key"]: _arrived(row) for row in self._connection.execute(query).mappings()}

    def add(self, mail: ArrivedMail, sealed: bytes | None) -> bool:
        if self.known(mail.mailbox, (mail.key,)):
            return False
        values = _times(mail.model_dump(exclude={"id"}), mail)
        self._connection.execute(sa.insert(t.arrived_mail).values(**values, raw=sealed))
        return True

    def before(self, mail: ArrivedMail) -> tuple[ArrivedMail, ...]:
        table = t.arrived_mail.c
        anywhere = table.mailbox.in_(sa.select(t.mailbox.c.id))  # an index begins with the mailbox
        query = sa.select(*_ARRIVED).where(anywhere, table.key == mail.key, table.id < mail.id)
        return tuple(_arrived(row) for row in self._connection.execute(query).mappings())

    def get(self, id: int) -> ArrivedMail | None:
        query = sa.select(*_ARRIVED).where(t.arrived_mail.c.id == id).with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return _arrived(row) if row else None

    def put(self, mail: ArrivedMail, *, forget: bool = False) -> None:
        values = _times(mail.model_dump(exclude={"id"}), mail) | ({"raw": None} if forget else {})
        self._connection.execute(sa.update(t.arrived_mail).where(t.arrived_mail.c.id == mail.id).values(values))
        if forget:
            self._connection.execute(sa.delete(t.set_apart_address).where(t.set_apart_address.c.mail == mail.id))

    def put_bytes(self, id: int, sealed: bytes) -> None:
        self._connection.execute(sa.update(t.arrived_mail).where(t.arrived_mail.c.id == id).values(raw=sealed))

    def sealed(self, id: int) -> bytes | None:
        query = sa.select(t.arrived_mail.c.raw).where(t.arrived_mail.c.id == id)
        return self._connection.execute(query).scalar_one_or_none()

    def due(self, now: datetime, most: int) -> tuple[ArrivedMail, ...]:
        table = t.arrived_mail.c
        ready = table.next_try.is_(None) | (table.next_try <= to_text(now))
        waits = sa.select(*_ARRIVED).where(table.state == "waiting", ready)
        query = waits.order_by(table.tries, table.id).limit(most)  # what a process ended over waits for all others
        rows = self._connection.execute(query.with_for_update(skip_locked=True)).mappings()
        return tuple(_arrived(row) for row in rows)

    def wanted(self, mailbox: str) -> tuple[ArrivedMail, ...]:
        table = t.arrived_mail.c
        query = sa.select(*_ARRIVED).where(table.state == "wanted", table.mailbox == mailbox).order_by(table.id)
        return tuple(_arrived(row) for row in self._connection.execute(query).mappings())

    def apart(self, most: int) -> tuple[ArrivedMail, ...]:
        table = t.arrived_mail.c
        query = sa.select(*_ARRIVED).where(table.state == "apart").order_by(table.id.desc()).limit(most)
        return tuple(_arrived(row) for row in self._connection.execute(query).mappings())

    def unaddressed(self, most: int) -> tuple[ArrivedMail, ...]:
        table, noted = t.arrived_mail.c, sa.select(t.set_apart_address.c.mail)
        there = (table.state == "apart") & table.raw.is_not(None) & table.id.not_in(noted)
        query = sa.select(*_ARRIVED).where(there).order_by(table.id).limit(most).with_for_update(skip_locked=True)
        return tuple(_arrived(row) for row in self._connection.execute(query).mappings())

    def note_addresses(self, id: int, addresses: Collection[str]) -> None:
        self._connection.execute(sa.delete(t.set_apart_address).where(t.set_apart_address.c.mail == id))
        rows = [{"mail": id, "address": address} for address in sorted({"", *addresses})]
        self._connection.execute(sa.insert(t.set_apart_address), rows)

    def count(self, mailbox: str, state: ArrivalState) -> int:
        there = (t.arrived_mail.c.mailbox == mailbox) & (t.arrived_mail.c.state == state)
        return self._connection.execute(sa.select(sa.func.count()).where(there)).scalar_one()


class OutgoingMailRows(Rows):
    """A part of `SqlUnit`; see ports.mailboxes.OutgoingMailRepository."""

    def add(self, mail: OutgoingMail, sealed: bytes) -> None:
        values = _times(mail.model_dump(), mail) | {"address": mail.address.lower()}
        self._connection.execute(sa.insert(t.outgoing_mail).values(**values, raw=sealed))

    def get(self, key: str) -> OutgoingMail | None:
        return self._one(t.outgoing_mail.c.key == key)

    def by_message_id(self, message_id: str) -> OutgoingMail | None:
        return self._one(t.outgoing_mail.c.message_id == message_id)

    def put(self, mail: OutgoingMail, *, forget: bool = False) -> None:
        names = ("state", "words", "tries", "next_try", "settled_at")
        values = _times({name: getattr(mail, name) for name in names}, mail)
        values = {name: values[name] for name in names} | ({"raw": None} if forget else {})
        self._connection.execute(sa.update(t.outgoing_mail).where(t.outgoing_mail.c.key == mail.key).values(values))

    def sealed(self, key: str) -> bytes | None:
        query = sa.select(t.outgoing_mail.c.raw).where(t.outgoing_mail.c.key == key)
        return self._connection.execute(query).scalar_one_or_none()

    def due(self, now: datetime, most: int) -> tuple[OutgoingMail, ...]:
        table = t.outgoing_mail.c
        query = sa.select(*_OUTGOING).where(table.state == "queued", table.next_try <= to_text(now))
        query = query.order_by(table.next_try, table.key).limit(most).with_for_update(skip_locked=True)
        return tuple(_outgoing(row) for row in self._connection.execute(query).mappings())

    def of_ticket(self, ticket: TicketId) -> tuple[OutgoingMail, ...]:
        table = t.outgoing_mail.c
        query = sa.select(*_OUTGOING).where(table.ticket == ticket).order_by(table.at, table.key)
        return tuple(_outgoing(row) for row in self._connection.execute(query).mappings())

    def failed(self, since: datetime, most: int) -> tuple[OutgoingMail, ...]:
        table = t.outgoing_mail.c
        bad = table.state.in_(("refused", "bounced")) & (table.settled_at >= to_text(since))
        query = sa.select(*_OUTGOING).where(bad).order_by(table.settled_at.desc(), table.key).limit(most)
        return tuple(_outgoing(row) for row in self._connection.execute(query).mappings())

    def queued(self, mailbox: str) -> int:
        there = (t.outgoing_mail.c.mailbox == mailbox) & (t.outgoing_mail.c.state == "queued")
        return self._connection.execute(sa.select(sa.func.count()).where(there)).scalar_one()

    def automatic_since(self, address: str, since: datetime) -> int:
        table = t.outgoing_mail.c
        query = sa.select(sa.func.count()).where(
            table.address == address.lower(), table.automatic, table.at > to_text(since)
        )
        return self._connection.execute(query).scalar_one()

    def bounced_for_good(self, address: str) -> OutgoingMail | None:
        table = t.outgoing_mail.c
        settled = (table.address == address.lower()) & table.settled_at.is_not(None)
        query = sa.select(*_OUTGOING).where(settled).order_by(table.settled_at.desc()).limit(1)
        row = self._connection.execute(query).mappings().one_or_none()
        return _outgoing(row) if row is not None and row["state"] == "bounced" else None

    def forget_before(self, moment: datetime) -> None:
        table = t.outgoing_mail.c
        old = table.settled_at.is_not(None) & (table.settled_at < to_text(moment)) & table.raw.is_not(None)
        self._connection.execute(sa.update(t.outgoing_mail).where(old).values(raw=None))

    def _one(self, where: sa.ColumnElement[bool]) -> OutgoingMail | None:
        row = self._connection.execute(sa.select(*_OUTGOING).where(where).with_for_update()).mappings().one_or_none()
        return _outgoing(row) if row else None


def _times(values: dict[str, object], record: ArrivedMail | OutgoingMail) -> dict[str, object]:
    """The values with their times as text."""
    moments = {name: getattr(record, name) for name in _TIMES if name in type(record).model_fields}
    return values | {name: to_text(at) if at else None for name, at in moments.items()}


def _read_times(row: sa.RowMapping) -> dict[str, object]:
    return {**row, **{name: from_text(row[name]) if row[name] else None for name in _TIMES if name in row}}


def _arrived(row: sa.RowMapping) -> ArrivedMail:
    return ArrivedMail.model_validate(_read_times(row))


def _outgoing(row: sa.RowMapping) -> OutgoingMail:
    return OutgoingMail.model_validate(_read_times(row))
