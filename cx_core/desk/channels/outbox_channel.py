"""The way out of the business systems as a channel, for what came by no other: the demonstration's, or one's own.

What comes in by it goes through the desk's door by itself, as the live feed does.
"""

from __future__ import annotations

from cx_core.ports import Outbox
from cx_core.ports.channels import MaySend, Outgoing, Receive, Sending
from cx_core.records import Identity, Ticket


class OutboxChannel:
    """Implements ports.channels.Channel over any ports.Outbox. What became of a message is not known."""

    vouches: Identity = 2

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def carries(self, ticket: Ticket) -> bool:
        return not ticket.mailbox

    def receive(self, receive: Receive) -> int:
        return 0

    def send(self, message: Outgoing) -> str:
        return self._outbox.deliver(**message._asdict())

    def sending(self, key: str) -> Sending | None:
        return None

    def retry(self, key: str) -> bool:
        return False

    def may_send(self, ticket: Ticket) -> MaySend:
        return MaySend("text")
