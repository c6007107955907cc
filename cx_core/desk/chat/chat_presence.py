"""Who is there in a conversation and who is typing. In memory: it is of no use a minute later."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta

from cx_core.desk.service import Means, Service, allow
from cx_core.records import APPROVERS, Person, TicketId
from cx_core.records.chat import ChatSession
from cx_core.views.channels.chat import VisitorPresence

TYPING = timedelta(seconds=6)
GRACE = timedelta(seconds=15)
"""A visitor who changes the page or loses the line comes back within it."""


class ChatPresence(Service):
    """Of this process: one process serves the pages, see docs/architecture.md."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()
        self._widgets: dict[str, str] = {}
        self._visitor_typing: dict[str, datetime] = {}
        self._advisor_typing: dict[str, datetime] = {}

    def came(self, session: ChatSession) -> None:
        """A stream of the session is open."""
        with self._lock:
            self._open[session.id] += 1
            self._widgets[session.id] = session.widget

    def went(self, session: ChatSession) -> None:
        """A stream was closed; when is kept on file."""
        with self._lock:
            self._open[session.id] -= 1
            gone = self._open[session.id] <= 0
            if gone:
                del self._open[session.id]
                self._widgets.pop(session.id, None)
                self._visitor_typing.pop(session.id, None)
                self._advisor_typing.pop(session.id, None)
        if gone:
            with self._store.begin() as unit:
                current = unit.chat.session(session.id)
                if current is not None:
                    unit.chat.put_session(current.replace(seen_at=self._clock()))

    def open_now(self, widget: str) -> int:
        """How many sessions of this widget have a stream open."""
        with self._lock:
            return sum(one == widget for one in self._widgets.values())

    def visitor_types(self, session: ChatSession) -> None:
        with self._lock:
            self._visitor_typing[session.id] = self._clock() + TYPING

    def visitor_sent(self, session: ChatSession) -> None:
        """What was typed has been sent."""
        with self._lock:
            self._visitor_typing.pop(session.id, None)

    def advisor_types(self, person: Person, ticket: TicketId) -> None:
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            session = unit.chat.session_of(ticket)
        if session is not None and session.id in self._open:
            with self._lock:
                self._advisor_typing[session.id] = self._clock() + TYPING

    def advisors_typing(self) -> frozenset[str]:
        """Sessions that somebody is writing to now."""
        now = self._clock()
        with self._lock:
            self._advisor_typing = {id: until for id, until in self._advisor_typing.items() if until > now}
            return frozenset(self._advisor_typing)

    def advisor_sent(self, session: str) -> None:
        with self._lock:
            self._advisor_typing.pop(session, None)

    def visitor(self, person: Person, ticket: TicketId) -> VisitorPresence | None:
        """What an advisor sees of the visitor of this ticket; None: it did not come by a widget."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            session = unit.chat.session_of(ticket)
        if session is None:
            return None
        now = self._clock()
        with self._lock:
            here = session.id in self._open
            typing = here and self._visitor_typing.get(session.id, now) > now
        recently = not session.ended and now - session.seen_at < GRACE
        return VisitorPresence(here=here or recently, typing=typing, seen_at=session.seen_at, ended=session.ended)
