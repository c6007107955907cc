"""The way out to customers: by the channel that a ticket came by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cx_core.desk.channels.outbox_channel import OutboxChannel
from cx_core.ports import Store
from cx_core.ports.channels import Channel, Outgoing
from cx_core.records import File, TicketId


class ChannelOutbox:
    """Implements ports.Outbox. A ticket's messages go by the first channel that carries it."""

    def __init__(self, channels: Sequence[Channel], otherwise: OutboxChannel, store: Store) -> None:
        """`otherwise` takes what goes to another channel than the ticket's: a code to a contact on file."""
        self._channels, self._otherwise, self._store = channels, otherwise, store

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        with self._store.look() as unit:
            ticket = unit.tickets.get(TicketId(key.partition(":")[0]))
        way: Channel = self._otherwise
        if ticket is not None and ticket.test and channel == ticket.channel:
            return f"test:{key}"  # there is nobody outside to send it to
        if ticket is not None and channel == ticket.channel:
            way = next((one for one in self._channels if one.carries(ticket)), self._otherwise)
        return way.send(Outgoing(key, channel, address, subject, text, files, headers))
