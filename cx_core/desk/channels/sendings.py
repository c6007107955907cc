"""How far what we wrote has come, and what may be written now, as a ticket shows it."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.ports.channels import Channel, Sending
from cx_core.records import Message, Ticket
from cx_core.views.channels.mailboxes import SendingShown, WayOut


def way_out(channels: Sequence[Channel], ticket: Ticket, messages: Sequence[Message]) -> WayOut:
    """Of the channel that carries this ticket. A reply's id is the key that it was sent under."""
    channel = next((one for one in channels if one.carries(ticket)), None)
    if channel is None or ticket.erased:
        return WayOut()
    found = {one.id: channel.sending(one.id) for one in messages if one.sender != "customer"}
    may = channel.may_send(ticket)
    shown = {id: _shown(sending) for id, sending in found.items() if sending is not None}
    return WayOut(sends=may.what, why=may.why, sendings=shown)


def _shown(sending: Sending) -> SendingShown:
    return SendingShown(
        key=sending.key,
        state=sending.state,
        words=sending.words,
        at=sending.settled_at,
        next_try=sending.next_try,
        can_retry=sending.can_retry,
    )
