"""The way out to customers: by the channel that a ticket came by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cx_core.ports import Outbox, Store
from cx_core.ports.channels import Channel, Outgoing
from cx_core.records import File, TicketId


class ChannelOutbox:
    """Implements ports.Outbox. What no channel carries goes out as the business systems send it."""

    def __init__(self, channels: Sequence[Channel], otherwise: Outbox, store: Store) -> None:
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
        if ticket is not None and channel == ticket.channel:
            for one in self._channels:
                if one.carries(ticket):
                    return one.send(Outgoing(key, channel, address, subject, text, files, headers))
        return self._otherwise.deliver(
            key=key, channel=channel, address=address, subject=subject, text=text, files=files, headers=headers
        )
