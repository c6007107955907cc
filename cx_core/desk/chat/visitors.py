"""What a visitor of web chat may do, by the token of their session and nothing else."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from hashlib import sha256

from cx_core.desk.chat.chat_states import ChatStates
from cx_core.desk.service import Means, Service
from cx_core.desk.tickets.customer_ratings import RatingService
from cx_core.desk.tickets.inbound_messages import InboundMessages
from cx_core.errors import BadInput
from cx_core.ports import Unit
from cx_core.ports.outside.chat import ChatTelling
from cx_core.records import File, Inbound, MessageId, TicketId
from cx_core.records.chat import ChatEvent, ChatSession, ChatWidget
from cx_core.service_rules.opening_hours import opens_next, quiet
from cx_core.understand.attachments import inspected, named
from cx_core.understand.intake import message_id, one_address
from cx_core.views import Refusal
from cx_core.views.channels.chat import Admission, ChatOpened, ChatWelcome

LONGEST = 4000
"""Characters of one message."""
KEPT = timedelta(days=30)
"""How long a session may be unused before it and its events are deleted; its tickets stay."""
MOST_EVENTS = 200
"""Events read at once."""
_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_EMAIL = re.compile(r"[^@\s,;<>\"']+@[^@\s,;<>\"']+\.[^@\s,;<>\"']+")


class ChatVisitors(Service):
    """The part of the desk that a visitor reaches. A session sees its own conversation only."""

    def __init__(self, means: Means, inbound: InboundMessages, ratings: RatingService, states: ChatStates) -> None:
        super().__init__(means)
        self._inbound = inbound
        self._ratings = ratings
        self._states = states
        self._tokens = means.host_tokens

    def admitted(self, id: str, origin: str, token: str = "") -> Admission:
        """The widget, if pages of this origin may use it, and the session that this token opens by it."""
        with self._store.look() as unit:
            widget = unit.chat.widget(id)
            session = unit.chat.session_by_token(token_digest(token)) if token else None
        if widget is None or origin not in widget.origins:
            return Admission(None, None)
        return Admission(widget, session if session is not None and _opens(session, widget) else None)

    def welcome(self, widget: ChatWidget) -> ChatWelcome:
        """What is shown before anybody has written."""
        company, now = self._knowledge.company, self._clock()
        return ChatWelcome(
            business=company.name,
            greeting=widget.greeting,
            is_open=not quiet(company, now),
            opens_at=opens_next(company, now),
            answers_by_itself=self._states.answers_by_itself(),
            most_bytes=self._most_bytes,
            timezone=company.timezone,
        )

    def begin(
        self, widget: ChatWidget, *, token: str = "", email: str = "", language: str = "en"
    ) -> ChatOpened | Refusal:
        """A new session. `token` is the host site's; one that is not believed makes the visitor nobody in particular.

        An e-mail address that the visitor gives is only claimed.
        """
        if not widget.active:
            return Refusal(code="denied", text="The chat is paused.")
        subject = self._subject(widget, token) if token else ""
        id, secret, now = secrets.token_hex(12), secrets.token_urlsafe(32), self._clock()
        session = ChatSession(
            id=id,
            widget=widget.id,
            thread=f"w-{secrets.token_hex(12)}",
            address=subject or _claimed(email) or f"visitor-{id}",
            identity=1 if subject else 0,
            language=language,
            at=now,
            seen_at=now,
        )
        with self._store.begin() as unit:
            unit.chat.put_session(session, token_digest(secret))
        return ChatOpened(token=secret, known=bool(subject))

    def _subject(self, widget: ChatWidget, token: str) -> str:
        claim = self._tokens.claim(widget, token, self._clock())
        if claim.trouble:
            with self._store.begin() as unit:
                current = unit.chat.widget(widget.id)
                if current is not None:
                    unit.chat.put_widget(current.replace(trouble=claim.trouble, trouble_at=self._clock()))
        return claim.subject

    def who(self, widget: ChatWidget, token: str) -> ChatSession | None:
        """The session that this token opens by this widget, if it has not ended."""
        if not token:
            return None
        with self._store.look() as unit:
            session = unit.chat.session_by_token(token_digest(token))
        return session if session is not None and _opens(session, widget) else None

    def say(
        self, session: ChatSession, client_id: str, text: str, file: File | None = None, *, asks_person: bool = False
    ) -> Refusal | None:
        """Take a message; the same `client_id` again changes nothing. It is stored when this returns None."""
        if not _CLIENT_ID.fullmatch(client_id):
            return Refusal(code="denied", text="The message has no usable id.")
        if len(text) > LONGEST:
            return Refusal(code="too_long", text=f"At most {LONGEST} characters fit in one message.")
        if not text.strip() and file is None:
            return Refusal(code="empty", text="There is nothing in the message.")
        if file is not None and (refusal := self._unfit(file)) is not None:
            return refusal
        inbound = Inbound(
            id=MessageId(f"{session.id}:{client_id}"),
            channel="chat",
            address=session.address,
            identity=session.identity,
            text=text,
            received_at=self._clock(),
            thread=session.thread,
            files=(file,) if file is not None else (),
        )
        id = message_id(inbound)
        files = [{"name": named(file.name), "size": len(file.content)}] if file is not None else []
        body = {"from": "you", "client": client_id, "text": "", "files": files}

        def tell(unit: Unit, ticket: TicketId) -> None:
            unit.chat.tell(session.id, ChatTelling("message", id, body, ticket, id), self._clock())
            if asks_person:
                unit.chat.put_state(session.id, unit.chat.state(session.id).replace(asked_person=True))

        self._inbound.receive(inbound, tell)
        return None

    def _unfit(self, file: File) -> Refusal | None:
        try:
            inspected(file, self._most_bytes, self._look)
        except BadInput as error:
            too_large = len(file.content) > self._most_bytes
            return Refusal(code="too_large" if too_large else "file", text=f"{error}.")
        return None

    def events(self, session: ChatSession, after: int) -> tuple[ChatEvent, ...]:
        """What the visitor was sent after the event of this number, oldest first, at most MOST_EVENTS."""
        with self._store.look() as unit:
            return unit.chat.events(session.id, max(0, after), MOST_EVENTS)

    def newest(self, sessions: frozenset[str]) -> dict[str, int]:
        """The number of the latest event of each session that is still there."""
        with self._store.look() as unit:
            return unit.chat.newest(sessions)

    def lives(self, session: ChatSession) -> bool:
        """Whether its token still opens it: it was not ended or deleted, nor its widget removed."""
        with self._store.look() as unit:
            current = unit.chat.session(session.id)
            return current is not None and not current.ended and unit.chat.widget(current.widget) is not None

    def refresh(self, session: ChatSession) -> None:
        """Have the visitor told where the conversation stands now."""
        self._states.refresh(session)

    def file(self, session: ChatSession, number: int, place: int) -> File | None:
        """A file that came with a reply of ours; None: there is none, or it is not this visitor's."""
        with self._store.look() as unit:
            event = next(iter(unit.chat.events(session.id, number - 1, 1)), None) if number > 0 else None
            if event is None or event.number != number or event.ticket is None or event.body.get("from") == "you":
                return None
            listed = event.body.get("files") or []
            if not 0 <= place < len(listed):
                return None
            sent = [one for one in unit.attachments.of(event.ticket) if one.message == event.message]
        found = next((one for one in sent if one.sha256 == listed[place]["sha256"]), None)
        content = self._files.read(found.id) if found is not None else None
        return File(name=found.name, content=content) if found is not None and content is not None else None

    def rate(self, session: ChatSession, score: int, comment: str = "") -> Refusal | None:
        """Rate the session's latest ticket that a rating was asked for."""
        with self._store.look() as unit:
            ticket = unit.chat.latest_ticket(session)
        if ticket is None:
            return Refusal(code="stale", text="There is nothing to rate.")
        return self._ratings.rate_ticket(ticket.id, score, comment)

    def end(self, session: ChatSession) -> None:
        """The token opens nothing any more. The ticket stays as it is."""
        with self._store.begin() as unit:
            current = unit.chat.session(session.id)
            if current is not None:
                unit.chat.put_session(current.replace(ended=True, seen_at=self._clock()))

    def tidy(self) -> None:
        """Delete sessions that nobody has used for long."""
        with self._store.begin() as unit:
            unit.chat.forget_sessions_before(self._clock() - KEPT)


def token_digest(token: str) -> str:
    """What is kept of a session's token."""
    return sha256(token.encode()).hexdigest()


def _opens(session: ChatSession, widget: ChatWidget) -> bool:
    """Whether it was begun by this widget and has not ended."""
    return session.widget == widget.id and not session.ended


def _claimed(email: str) -> str:
    """An address that a visitor typed, if it is one."""
    try:
        plain = one_address(email)
    except BadInput:
        return ""
    return plain if len(plain) <= 254 and _EMAIL.fullmatch(plain) else ""
