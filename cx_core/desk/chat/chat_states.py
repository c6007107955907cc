"""Where each conversation stands, as its visitor is told: who has it, when an answer comes, that it is solved."""

from __future__ import annotations

import secrets

from cx_core.desk.chat.chat_channel import first_name
from cx_core.desk.service import Means, Service
from cx_core.errors import AuditUnavailable
from cx_core.ports import Unit
from cx_core.ports.outside.chat import ChatTelling
from cx_core.records import Ticket, TicketId
from cx_core.records.chat import ChatPhase, ChatSession, ChatState
from cx_core.service_rules.levels_in_force import MANUAL
from cx_core.service_rules.unread_messages import unanswered

PREPARES_ONLY = (MANUAL, 2)
"""Levels at which nothing leaves without a person."""
BATCHES = 20
"""Of changed tickets, looked through in one round."""


class ChatStates(Service):
    """Follows tickets as they change; safe to run in several processes, since a state is told once."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._seen: int | None = None

    def answers_by_itself(self) -> bool:
        """Whether the copilot may answer anything without a person now."""
        try:
            return any(level not in PREPARES_ONLY for level in self._at_level.now().values())
        except AuditUnavailable:
            return False

    def follow(self) -> None:
        """Tell visitors what has changed since the last round."""
        if self._seen is None:
            self._seen = self._store.newest_change()
            return
        for _ in range(BATCHES):
            newest, tickets = self._store.changes_since(self._seen)
            for ticket in tickets:
                self._follow_ticket(ticket)
            self._seen = newest
            if not tickets:
                return

    def refresh(self, session: ChatSession) -> None:
        """Tell one visitor where their conversation stands, if that is news."""
        with self._store.look() as unit:
            ticket = unit.chat.latest_ticket(session)
            news = ticket is not None and self._news(unit, session, ticket) is not None
        if ticket is not None and news:
            self._tell(session, ticket.id)

    def _follow_ticket(self, id: TicketId) -> None:
        with self._store.look() as unit:
            session, ticket = unit.chat.session_of(id), unit.tickets.get(id)
            if session is None or ticket is None or self._news(unit, session, ticket) is None:
                return
        self._tell(session, id)

    def _tell(self, session: ChatSession, id: TicketId) -> None:
        with self._store.begin() as unit:
            latest = unit.chat.latest_ticket(session)
            state = self._news(unit, session, latest) if latest is not None and latest.id == id else None
            if state is None:
                return
            unit.chat.put_state(session.id, state)
            key = f"state:{secrets.token_hex(8)}"
            unit.chat.tell(session.id, ChatTelling("state", key, state.model_dump(mode="json"), id), self._clock())

    def _news(self, unit: Unit, session: ChatSession, ticket: Ticket) -> ChatState | None:
        """The state, if the visitor was told another one."""
        before = unit.chat.state(session.id)
        state = self._state(unit, ticket, before)
        return state if state != before else None

    def _state(self, unit: Unit, ticket: Ticket, before: ChatState) -> ChatState:
        ticket = _merged(unit, ticket)
        waiting = unanswered(unit.tickets.messages(ticket.id))
        phase: ChatPhase = "waiting" if waiting else "answered"
        if ticket.status in ("solved", "closed"):
            phase = "solved" if ticket.status == "solved" else "closed"
        elif waiting and ticket.work == "reading" and not ticket.assignee and self.answers_by_itself():
            phase = "reading"
        due = ticket.respond_by if phase == "waiting" else None
        asked = before.asked_person and phase in ("waiting", "reading")
        colleague = first_name(ticket.assignee_name) if phase in ("waiting", "answered") else ""
        return ChatState(phase=phase, by=due, colleague=colleague, asked_person=asked)


def _merged(unit: Unit, ticket: Ticket) -> Ticket:
    """The ticket that goes on with this one."""
    for _ in range(10):
        into = unit.tickets.get(ticket.merged_into) if ticket.merged_into is not None else None
        if into is None:
            return ticket
        ticket = into
    return ticket
