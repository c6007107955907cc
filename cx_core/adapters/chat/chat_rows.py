"""Widgets, sessions and events of web chat, as rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.ports.outside.chat import ChatTelling
from cx_core.records import MessageId, Ticket, TicketId
from cx_core.records.chat import ChatEvent, ChatSession, ChatState, ChatWidget

CHANNEL = "chat"
AT_ONCE = 500
"""Sessions asked for in one query: PostgreSQL and SQLite take more, but not any number."""


class ChatRows(Rows):
    """A part of `SqlUnit`; see ports.chat.ChatRepository."""

    def widgets(self) -> tuple[ChatWidget, ...]:
        query = sa.select(t.chat_widget.c.body).where(~t.chat_widget.c.removed)
        bodies = self._connection.execute(query.order_by(t.chat_widget.c.at, t.chat_widget.c.id)).scalars()
        return tuple(ChatWidget.model_validate(body) for body in bodies)

    def widget(self, id: str) -> ChatWidget | None:
        query = sa.select(t.chat_widget.c.body).where(t.chat_widget.c.id == id, ~t.chat_widget.c.removed)
        body = self._connection.execute(query).scalar_one_or_none()
        return ChatWidget.model_validate(body) if body else None

    def put_widget(self, widget: ChatWidget) -> None:
        values = {"body": widget.model_dump(mode="json"), "at": to_text(widget.at)}
        self._put(t.chat_widget, {"id": widget.id}, values)

    def remove_widget(self, id: str) -> None:
        table = t.chat_session
        for session in self._connection.execute(sa.select(table.c.id).where(table.c.widget == id)).scalars().all():
            values = {"token_hash": f"removed:{session}"}
            self._connection.execute(sa.update(table).where(table.c.id == session).values(values))
        self._connection.execute(sa.update(t.chat_widget).where(t.chat_widget.c.id == id).values(removed=True))

    def session(self, id: str) -> ChatSession | None:
        return self._session(t.chat_session.c.id == id)

    def session_by_token(self, digest: str) -> ChatSession | None:
        return self._session(t.chat_session.c.token_hash == digest)

    def session_of(self, ticket: TicketId) -> ChatSession | None:
        thread = self._connection.execute(sa.select(t.ticket.c.thread).where(t.ticket.c.id == ticket)).scalar()
        if not thread or not thread.startswith(f"{CHANNEL}:"):
            return None
        return self._session(t.chat_session.c.thread == thread.removeprefix(f"{CHANNEL}:"))

    def _session(self, where: sa.ColumnElement[bool]) -> ChatSession | None:
        body = self._connection.execute(sa.select(t.chat_session.c.body).where(where)).scalar_one_or_none()
        return ChatSession.model_validate(body) if body else None

    def put_session(self, session: ChatSession, digest: str = "") -> None:
        values: dict[str, object] = {
            "widget": session.widget,
            "thread": session.thread,
            "seen_at": to_text(session.seen_at),
            "body": session.model_dump(mode="json"),
        }
        if digest:
            values["token_hash"] = digest
        table = t.chat_session
        if self._connection.execute(sa.update(table).where(table.c.id == session.id).values(values)).rowcount == 0:
            fresh = {"id": session.id, "state": ChatState().model_dump(mode="json"), **values}
            self._connection.execute(sa.insert(table).values(fresh))

    def latest_ticket(self, session: ChatSession) -> Ticket | None:
        query = sa.select(t.ticket.c.body).where(t.ticket.c.thread == f"{CHANNEL}:{session.thread}")
        newest = query.order_by(t.ticket.c.opened_at.desc(), t.ticket.c.id.desc()).limit(1)
        body = self._connection.execute(newest).scalar_one_or_none()
        return Ticket.model_validate(body) if body else None

    def owns(self, session: ChatSession, ticket: TicketId) -> bool:
        theirs = (t.ticket.c.id == ticket) & (t.ticket.c.thread == f"{CHANNEL}:{session.thread}")
        return self._connection.execute(sa.select(t.ticket.c.id).where(theirs)).first() is not None

    def state(self, session: str) -> ChatState:
        query = sa.select(t.chat_session.c.state).where(t.chat_session.c.id == session).with_for_update()
        return ChatState.model_validate(self._connection.execute(query).scalar_one_or_none() or {})

    def put_state(self, session: str, state: ChatState) -> None:
        here = t.chat_session.c.id == session
        values = {"state": state.model_dump(mode="json")}
        self._connection.execute(sa.update(t.chat_session).where(here).values(values))

    def tell(self, session: str, telling: ChatTelling, at: datetime) -> int | None:
        """The session's row is held from here to the end, so that numbers are seen in their order."""
        counted = sa.update(t.chat_session).where(t.chat_session.c.id == session)
        held = counted.values(numbered=t.chat_session.c.numbered + 1).returning(t.chat_session.c.numbered)
        number = self._connection.execute(held).scalar_one_or_none()
        if number is None:
            return None
        there = (t.chat_event.c.session == session) & (t.chat_event.c.key == telling.key)
        if self._connection.execute(sa.select(t.chat_event.c.number).where(there)).first() is not None:
            self._connection.execute(counted.values(numbered=t.chat_session.c.numbered - 1))
            return None
        row = telling._asdict() | {"session": session, "number": number, "at": to_text(at), "body": {**telling.body}}
        self._connection.execute(sa.insert(t.chat_event).values(row))
        return int(number)

    def event(self, session: str, key: str) -> ChatEvent | None:
        return next(iter(self._events(session, t.chat_event.c.key == key, 1)), None)

    def events(self, session: str, after: int, most: int) -> tuple[ChatEvent, ...]:
        return self._events(session, t.chat_event.c.number > after, most)

    def _events(self, session: str, which: sa.ColumnElement[bool], most: int) -> tuple[ChatEvent, ...]:
        event, message = t.chat_event.c, t.message.c
        query = (
            sa.select(event.number, event.kind, event.ticket, event.message, event.body, event.at, message.text)
            .join(t.message, message.id == event.message, isouter=True)
            .where(event.session == session, which)
            .order_by(event.number)
            .limit(most)
        )
        made = []
        for row in self._connection.execute(query).mappings():
            body = dict(row["body"]) | ({"text": row["text"]} if row["text"] is not None else {})
            told = {name: row[name] for name in ("number", "kind", "ticket", "message")}
            made.append(
                ChatEvent.model_validate({**told, "session": session, "body": body, "at": from_text(row["at"])})
            )
        return tuple(made)

    def newest(self, sessions: Collection[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        wanted = list(sessions)
        for start in range(0, len(wanted), AT_ONCE):
            some = t.chat_session.c.id.in_(wanted[start : start + AT_ONCE])
            query = sa.select(t.chat_session.c.id, t.chat_session.c.numbered).where(some)
            found.update({row[0]: row[1] for row in self._connection.execute(query)})
        return found

    def last_message(self, widget: str) -> datetime | None:
        event, session = t.chat_event.c, t.chat_session.c
        query = (
            sa.select(sa.func.max(event.at))
            .join(t.chat_session, session.id == event.session)
            .where(session.widget == widget, event.kind == "message")
        )
        at = self._connection.execute(query).scalar_one_or_none()
        return from_text(at) if at else None

    def forget_sessions(self, tickets: Collection[TicketId]) -> None:
        query = sa.select(t.ticket.c.thread).where(t.ticket.c.id.in_(list(tickets)))
        threads = {thread.removeprefix(f"{CHANNEL}:") for thread in self._connection.execute(query).scalars() if thread}
        chosen = t.chat_session.c.thread.in_(threads)
        self._forget(sa.select(t.chat_session.c.id).where(chosen))

    def forget_sessions_before(self, moment: datetime) -> None:
        self._forget(sa.select(t.chat_session.c.id).where(t.chat_session.c.seen_at < to_text(moment)))

    def _forget(self, chosen: sa.Select[tuple[str]]) -> None:
        ids = self._connection.execute(chosen).scalars().all()
        self._connection.execute(sa.delete(t.chat_event).where(t.chat_event.c.session.in_(ids)))
        self._connection.execute(sa.delete(t.chat_session).where(t.chat_session.c.id.in_(ids)))


def message_event(key: str, ticket: TicketId | None, body: dict[str, object]) -> ChatTelling:
    """One whose words are those of the message under the same key, once it is on file."""
    return ChatTelling("message", key, body, ticket, MessageId(key))
