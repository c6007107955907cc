"""Messengers connected by signed webhooks: what is kept of them, and how they are called and believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from cx_core.records import TicketId
from cx_core.records.channels.messengers import Messenger, MessengerState, OutgoingMessage


class MessengerRepository(Protocol):
    """The channels, and what may be known of a conversation by one."""

    def all(self) -> tuple[Messenger, ...]:
        """Oldest first."""
        ...

    def get(self, id: str) -> Messenger | None: ...

    def put(self, messenger: Messenger) -> None: ...

    def remove(self, id: str) -> None: ...

    def state(self, id: str) -> MessengerState: ...

    def put_state(self, id: str, state: MessengerState) -> None: ...

    def of_ticket(self, ticket: TicketId) -> str:
        """The id of the channel that this ticket came by, also of one that was removed; empty: by none."""
        ...

    def last_words(self, ticket: TicketId) -> datetime | None:
        """When the customer last wrote in this ticket's conversation, in whichever of its tickets."""
        ...


class OutgoingMessageRepository(Protocol):
    """Messages to customers by messengers."""

    def add(self, message: OutgoingMessage, sealed: bytes) -> None: ...

    def get(self, key: str) -> OutgoingMessage | None: ...

    def by_base(self, messenger: str, base: str) -> OutgoingMessage | None:
        """Held against other writers until the transaction ends."""
        ...

    def put(self, message: OutgoingMessage) -> None:
        """How far it has come."""
        ...

    def sealed(self, key: str) -> bytes | None: ...

    def due(self, now: datetime, most: int) -> tuple[OutgoingMessage, ...]:
        """To be delivered by now; none that waits for an earlier one to the same customer."""
        ...

    def failed(self, messenger: str, since: datetime, most: int) -> tuple[OutgoingMessage, ...]:
        """Refused ones, newest first."""
        ...

    def queued(self, messenger: str) -> tuple[OutgoingMessage, ...]:
        """Those that wait, oldest first."""
        ...

    def last_delivered(self, messenger: str) -> datetime | None: ...

    def forget_before(self, moment: datetime) -> None:
        """Drop the words of messages settled before."""
        ...


class MessengerCalls(Protocol):
    """Signed calls to and from a messenger, by the Standard Webhooks scheme."""

    def refuses(self, address: str) -> str:
        """Why nothing is ever sent there; empty if it may be."""
        ...

    def secret(self, messenger: str) -> str:
        """What both sides sign with; made when it is first asked for."""
        ...

    def forget(self, messenger: str) -> None: ...

    def deliver(self, messenger: Messenger, id: str, content: Mapping[str, object]) -> str:
        """One signed POST; returns the answer in words.

        Raises SystemRefused with the other side's words, and SystemUnreachable where it may be tried again.
        """
        ...

    def wrong(self, messenger: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Why a call is not believed; empty: it is signed with the secret, and fresh."""
        ...
