"""What was begun on a system, on record in Rung's database before the system is called.

An act is `begun` (nothing was sent), then `sent` (nobody knows yet), then `done` or `refused`. One caller at a time
holds an act; whoever finds it held by another is told that it is being done.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, reading, to_text
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.records import ActionName, Money, Receipt, Value

HELD = timedelta(minutes=4)
"""Longer than a call with its token and its retries takes. After a crash nobody else looks before."""
SAME_TIME = timedelta(seconds=90)
"""Acts of one request that were done so shortly before another was sent may have come after its proof was read."""
LONGEST_KEY = 200
NOTHING: Mapping[str, Value] = MappingProxyType({})


class KeptAct(NamedTuple):
    """One act as it is on file."""

    key: str
    action: ActionName
    state: str
    request: str
    before: tuple[str, ...]
    earlier: Mapping[str, Any]
    arguments: Mapping[str, Any]
    receipt: Receipt | None
    sent_at: datetime | None
    held: bool
    undoes: str | None
    holder: str


class KeptActs:
    """Rows of `connector_act`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def get(self, key: str, now: datetime) -> KeptAct | None:
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(t.connector_act).where(t.connector_act.c.key == key)).one_or_none()
        return None if row is None else _act(row, now)

    def take(
        self,
        key: str,
        action: ActionName,
        request: str,
        arguments: Mapping[str, Value],
        now: datetime,
        undoes: str | None = None,
    ) -> KeptAct:
        """Hold the act of this key, made now if it is new; one that is done is only given back.

        Raises SystemRefused if the key is another request's, or what it undoes is undone; SystemUnreachable while
        somebody else holds it.
        """
        if not key or len(key) > LONGEST_KEY:
            raise SystemRefused("A key is needed, so that nothing is done twice.")
        with self._engine.begin() as connection:
            _one_at_a_time(connection, undoes or key)
            query = sa.select(t.connector_act).where(t.connector_act.c.key == key).with_for_update()
            row = connection.execute(query).one_or_none()
            if row is not None and row.request != request:
                raise SystemRefused("This key belongs to another request; nothing was done.")
            known = None if row is None else _act(row, now)
            if known is not None and known.state == "done":
                return known
            if known is not None and known.held:
                raise SystemUnreachable("It is being done at this moment.")
            if undoes is not None:
                _check_not_undone(connection, key, undoes, now)
            held, holder = to_text(now + HELD), secrets.token_hex(16)
            if known is None:
                values: dict[str, object] = {
                    "key": key,
                    "ticket": key.partition(":")[0][:40],
                    "action": action,
                    "request": request,
                }
                values |= {"state": "begun", "undoes": undoes, "before": [], "held_until": held, "holder": holder}
                plain = {name: _plain(value) for name, value in arguments.items()}
                connection.execute(sa.insert(t.connector_act).values(**values, arguments=plain))
                return KeptAct(key, action, "begun", request, (), {}, plain, None, None, False, undoes, holder)
            state = "sent" if known.state == "sent" else "begun"
            self._update(connection, key, "", state=state, held_until=held, holder=holder)
            return known._replace(state=state, holder=holder)

    def sent(
        self, act: KeptAct, before: Collection[str], now: datetime, earlier: Mapping[str, Value] = NOTHING
    ) -> KeptAct:
        """What comes next may have an effect, and nobody may be there to hear of it.

        `before`: ids of records that look like the effect already; `earlier`: values that an undo puts back.
        Raises SystemUnreachable, and then nothing may be sent, if somebody else took the act over meanwhile, or if
        the time to hold it is over: then others were already told that nothing was done.
        """
        plain = {name: _plain(value) for name, value in earlier.items()}
        seen = {"ids": sorted(before), "values": plain} if plain else sorted(before)
        values = {"state": "sent", "before": seen, "sent_at": to_text(now), "held_until": to_text(now + HELD)}
        with self._engine.begin() as connection:
            in_time = t.connector_act.c.held_until > to_text(now)
            if not self._update(connection, act.key, act.holder, in_time, **values):
                raise SystemUnreachable("It took too long, and somebody else is at it now.")
        return act._replace(state="sent", before=tuple(sorted(before)), earlier=plain, sent_at=now)

    def done(self, key: str, receipt: Receipt, now: datetime) -> Receipt:
        """Keep the receipt; the first one stands."""
        with self._engine.begin() as connection:
            query = sa.select(t.connector_act.c.receipt).where(t.connector_act.c.key == key).with_for_update()
            kept = connection.execute(query).scalar_one_or_none()
            if kept is not None:
                return Receipt.model_validate(kept)
            body = receipt.model_dump(mode="json")
            values = {"state": "done", "receipt": body, "reference": receipt.reference}
            self._update(connection, key, "", **values, held_until=to_text(now))
        return receipt

    def not_done(self, act: KeptAct, state: str, now: datetime) -> None:
        """It was refused, or never sent. Whoever took it over since has their own word on it."""
        with self._engine.begin() as connection:
            self._update(connection, act.key, act.holder, state=state, held_until=to_text(now))

    def let_go(self, act: KeptAct, now: datetime) -> None:
        """Nobody is at it any more; what it was stays open."""
        with self._engine.begin() as connection:
            self._update(connection, act.key, act.holder, held_until=to_text(now))

    def others(self, act: KeptAct) -> tuple[bool, frozenset[str]]:
        """Whether another act of the same request is open, and the references of those done since this was begun."""
        c = t.connector_act.c
        same = (c.request == act.request, c.key != act.key)
        since = to_text(act.sent_at - SAME_TIME) if act.sent_at else ""
        with self._reader.begin() as connection:
            open_ = connection.execute(sa.select(c.key).where(*same, c.state == "sent").limit(1)).first()
            done = sa.select(c.reference).where(*same, c.state == "done", c.held_until >= since)
            return open_ is not None, frozenset(connection.execute(done).scalars())

    def undone(self, key: str) -> bool:
        """Whether this act was taken back."""
        query = sa.select(t.connector_act.c.key).where(
            t.connector_act.c.undoes == key, t.connector_act.c.state == "done"
        )
        with self._reader.begin() as connection:
            return connection.execute(query).first() is not None

    def failed(self, connector: str, action: str, trouble: str, now: datetime) -> None:
        """Keep a call that went wrong, for people who look after the connection; the oldest go."""
        c = t.connector_failure.c
        with self._engine.begin() as connection:
            values = {"connector": connector, "action": action, "at": to_text(now), "trouble": trouble[:300]}
            connection.execute(sa.insert(t.connector_failure).values(**values))
            kept = sa.select(c.id).where(c.connector == connector).order_by(c.id.desc()).limit(50)
            last = list(connection.execute(kept).scalars())
            if len(last) == 50:
                connection.execute(sa.delete(t.connector_failure).where(c.connector == connector, c.id < min(last)))

    def _update(
        self, connection: sa.Connection, key: str, held_by: str, *also: sa.ColumnElement[bool], **values: object
    ) -> bool:
        """Change an act; with a `held_by` only while it is theirs."""
        where = [t.connector_act.c.key == key, *([t.connector_act.c.holder == held_by] if held_by else []), *also]
        return connection.execute(sa.update(t.connector_act).where(*where).values(**values)).rowcount == 1


def _one_at_a_time(connection: sa.Connection, name: str) -> None:
    """Have callers with the same key wait for each other until the transaction ends; SQLite writes in turn."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))))


def _check_not_undone(connection: sa.Connection, key: str, undoes: str, now: datetime) -> None:
    c = t.connector_act.c
    open_ = c.state.in_(("sent", "done")) | ((c.state == "begun") & (c.held_until > to_text(now)))
    query = sa.select(c.state).where(c.undoes == undoes, c.key != key, open_)
    states = set(connection.execute(query).scalars())
    if "done" in states:
        raise SystemRefused("This has been taken back already.")
    if states:
        raise SystemUnreachable("It is being taken back, or nobody knows yet whether it was.")


def _plain(value: Value) -> object:
    return value.model_dump() if isinstance(value, Money) else list(value) if isinstance(value, tuple) else value


def _act(row: sa.Row[Any], now: datetime) -> KeptAct:
    seen = row.before if isinstance(row.before, dict) else {"ids": row.before, "values": {}}
    return KeptAct(
        key=row.key,
        action=ActionName(row.action),
        state=row.state,
        request=row.request,
        before=tuple(seen["ids"]),
        earlier=seen["values"],
        arguments=row.arguments,
        receipt=Receipt.model_validate(row.receipt) if row.receipt else None,
        sent_at=from_text(row.sent_at) if row.sent_at else None,
        held=row.state in ("begun", "sent") and from_text(row.held_until) > now,
        undoes=row.undoes,
        holder=row.holder,
    )
