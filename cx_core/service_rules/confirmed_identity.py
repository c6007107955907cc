"""How well it is known who writes in a ticket, with a one-time code that was entered there."""

from __future__ import annotations

from datetime import datetime, timedelta

from cx_core.ports import Sealer
from cx_core.records import CustomerId, Ticket

CONFIRMED = 2
"""The identity that a one-time code gives."""
LASTS = timedelta(hours=24)
"""How long a confirmation counts: a ticket may be written in again weeks later, by whoever has the mailbox by then."""


def identity_now(ticket: Ticket, customer: CustomerId | None, sealer: Sealer, now: datetime) -> int:
    """The ticket's identity: what the channels vouch for, or 2 where a code was entered that counts now.

    `customer` is whose record is found at the ticket's address now. Mail that no channel vouches for stays at 0: its
    sender can be forged, so who entered the code need not be who wrote it. Raises AuditUnavailable.
    """
    confirmed = ticket.confirmed
    if confirmed is None or ticket.identity >= CONFIRMED:
        return ticket.identity
    if ticket.identity < 1 and ticket.channel != "chat":
        return ticket.identity
    same = (confirmed.customer, confirmed.address.lower()) == (customer, ticket.address.lower())
    if not same or now >= confirmed.until:
        return ticket.identity
    return CONFIRMED if sealer.marked(confirmed.exact(ticket.id), confirmed.mark) else ticket.identity
