"""How far what we wrote has come, and what may be written now, as a ticket shows it."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.ports.channels import Channel, Sending
from cx_core.records import Message, Ticket
from cx_core.service_rules.reply_templates import fitted
from cx_core.views import Refusal
from cx_core.views.channels.mailboxes import SendingShown, WayOut


def way_out(channels: Sequence[Channel], ticket: Ticket, messages: Sequence[Message]) -> WayOut:
    """Of the channel that carries this ticket. A reply's id is the key that it was sent under."""
    channel = next((one for one in channels if one.carries(ticket)), None)
    if channel is None or ticket.erased:
        return WayOut()
    found = {one.id: channel.sending(one.id) for one in messages if one.sender != "customer"}
    may = channel.may_send(ticket)
    shown = {id: _shown(sending) for id, sending in found.items() if sending is not None}
    return WayOut(
        sends=may.what, why=may.why, templates=may.templates, until=may.until, files=may.files, sendings=shown
    )


def unsendable(channels: Sequence[Channel], ticket: Ticket, reply: str, *, files: bool) -> Refusal | None:
    """A no to a reply that the ticket's channel would not take now: it is said before anything is carried out."""
    channel = next((one for one in channels if one.carries(ticket)), None)
    if channel is None or not reply.strip():
        return None
    may, text = channel.may_send(ticket), ""
    if may.what == "nothing":
        text = may.why
    elif may.what == "template" and fitted(may.templates, reply) is None:
        text = f"{may.why} Insert one, and change nothing but its gaps."
    elif files and not may.files:
        text = "This channel carries no files: take them out, or send them another way."
    elif may.longest and len(reply) > may.longest:
        text = f"The reply has {len(reply):,} characters; a message by this channel has at most {may.longest:,}."
    return Refusal(code="denied", text=f"Nothing was sent. {text}") if text else None


def _shown(sending: Sending) -> SendingShown:
    return SendingShown(
        key=sending.key,
        state=sending.state,
        words=sending.words,
        at=sending.settled_at,
        next_try=sending.next_try,
        can_retry=sending.can_retry,
    )
