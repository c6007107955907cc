"""Web chat: what Rung keeps of it, and tokens of host sites."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from cx_core.records import MessageId, Ticket, TicketId
from cx_core.records.chat import ChatEvent, ChatEventKind, ChatSession, ChatState, ChatWidget


class ChatTelling(NamedTuple):
    """An event to be kept. `key` makes it be kept once in its session."""

    kind: ChatEventKind
    key: str
    body: Mapping[str, object]
    ticket: TicketId | None = None
    message: MessageId | None = None


class ChatRepository(Protocol):
    """Widgets, sessions, and the events that visitors are sent."""

    def widgets(self) -> tuple[ChatWidget, ...]:
        """Those that were not removed, oldest first."""
        ...

    def widget(self, id: str) -> ChatWidget | None:
        """None also for one that was removed."""
        ...

    def put_widget(self, widget: ChatWidget) -> None: ...

    def remove_widget(self, id: str) -> None:
        """With the tokens of its sessions: none opens anything any more."""
        ...

    def session(self, id: str) -> ChatSession | None: ...

    def session_by_token(self, digest: str) -> ChatSession | None: ...

    def session_of(self, ticket: TicketId) -> ChatSession | None:
        """The session that this ticket came by; None: it came another way."""
        ...

    def put_session(self, session: ChatSession, digest: str = "") -> None:
        """`digest`: of its token; where empty it stays what it is."""
        ...

    def latest_ticket(self, session: ChatSession) -> Ticket | None: ...

    def owns(self, session: ChatSession, ticket: TicketId) -> bool:
        """Whether this ticket is one of the session's own."""
        ...

    def state(self, session: str) -> ChatState:
        """As the visitor was last told; held against other writers until the transaction ends."""
        ...

    def put_state(self, session: str, state: ChatState) -> None: ...

    def tell(self, session: str, telling: ChatTelling, at: datetime) -> int | None:
        """Keep an event under the session's next number, which is returned; None: its key is there already."""
        ...

    def event(self, session: str, key: str) -> ChatEvent | None:
        """The one that was kept under this key."""
        ...

    def events(self, session: str, after: int, most: int) -> tuple[ChatEvent, ...]:
        """Those with a higher number, in order, with the words of their messages as they are on file."""
        ...

    def newest(self, sessions: Collection[str]) -> dict[str, int]:
        """The number of the latest event of each of these sessions that is there."""
        ...

    def last_message(self, widget: str) -> datetime | None: ...

    def forget_sessions(self, tickets: Collection[TicketId]) -> None:
        """Delete the sessions that these tickets came by, with all their events."""
        ...

    def forget_sessions_before(self, moment: datetime) -> None:
        """Delete sessions last seen before, with their events. Their tickets stay."""
        ...


class HostClaim(NamedTuple):
    """What a host site's token says, or in words why it is not believed."""

    subject: str = ""
    trouble: str = ""


class HostTokens(Protocol):
    """Tokens by which a host site says who its visitor is."""

    def secret(self, widget: str) -> str:
        """What the host site signs with by HS256; made when first asked for."""
        ...

    def forget(self, widget: str) -> None:
        """The next secret is another one."""
        ...

    def wrong_key(self, pem: str) -> str:
        """Why this is no public key for ES256; empty if it is one."""
        ...

    def claim(self, widget: ChatWidget, token: str, now: datetime) -> HostClaim:
        """Verified by the widget's own algorithm, whatever the token says of itself."""
        ...
