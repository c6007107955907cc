"""A channel: how messages come in from customers and go out to them, every channel alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from cx_core.records import File, Identity, Inbound, SendingState, Ticket, TicketId
from cx_core.records.channels.messengers import ReplyTemplate

if TYPE_CHECKING:
    from cx_core.ports.unit import Unit

AlsoKept = Callable[["Unit", TicketId], None]
"""Writes what a channel keeps of a message, in the transaction that stores it."""


class Receive(Protocol):
    """The desk's one door. Takes a message at most once per id; it is stored when this returns."""

    def __call__(self, inbound: Inbound, also: AlsoKept = ..., /) -> TicketId:
        """`also` is not called for a message that was stored before."""
        ...


class Outgoing(NamedTuple):
    """A message to a customer. `key` makes it go out once; it begins with the ticket's id and a colon."""

    key: str
    channel: str
    address: str
    subject: str
    text: str
    files: Sequence[File]
    headers: Mapping[str, str]


class Sending(NamedTuple):
    """How far a message has come. `words` are the other side's own, where it refused, put off or reported it."""

    key: str
    state: SendingState
    words: str = ""
    tries: int = 0
    next_try: datetime | None = None
    settled_at: datetime | None = None
    can_retry: bool = False


class MaySend(NamedTuple):
    """What may be sent on a ticket's channel now, and why it is no more than that.

    `until`: when free text ends; None: it does not. `longest`: characters of one message; 0: any number.
    """

    what: Literal["text", "template", "nothing"]
    why: str = ""
    templates: tuple[ReplyTemplate, ...] = ()
    until: datetime | None = None
    files: bool = True
    longest: int = 0


class Channel(Protocol):
    """One way in and out. Every implementation passes tests/contracts/test_channels.py."""

    @property
    def vouches(self) -> Identity:
        """The most that it may say of who wrote, see `records.IDENTITIES`."""
        ...

    def carries(self, ticket: Ticket) -> bool:
        """Whether this ticket's messages go out by it."""
        ...

    def receive(self, receive: Receive) -> int:
        """Hand over what has come in and is not handed over yet; returns how many messages.

        Each is acknowledged after `receive` has stored it. After a crash in between it is handed over again.
        """
        ...

    def send(self, message: Outgoing) -> str:
        """Put a message on its way, once per key; returns a reference. It is queued when this returns, not delivered.

        Raises SystemRefused where it may not go, or where the key carried another message before.
        """
        ...

    def sending(self, key: str) -> Sending | None:
        """How far the message under this key has come; None: there is none."""
        ...

    def retry(self, key: str) -> bool:
        """Queue a message again that was refused or bounced; False: there is nothing to queue."""
        ...

    def may_send(self, ticket: Ticket) -> MaySend: ...
