"""Whether a customer's yes to what was put to them counts now, for the version of a proposal that follows it."""

from __future__ import annotations

from datetime import datetime

from cx_core.ports import Sealer, Unit
from cx_core.records import Consent, ConsentOffer, Ticket, TicketId


def consents_now(
    unit: Unit, ticket: Ticket, version: int, identity: int, sealer: Sealer, now: datetime
) -> tuple[Consent, ...]:
    """What this version may rest on: the last offer, put by the version before, said yes to, under its mark.

    `identity` is as it is known now: a yes counts from nobody who is less known than whom it was put to.
    Raises AuditUnavailable.
    """
    offer = unit.consents.latest(ticket.id)
    if offer is None or offer.state != "accepted" or offer.version != version - 1:
        return ()
    if now >= offer.until or identity < offer.identity or offer.customer != ticket.customer:
        return ()
    return (offer.step,) if sealer.marked(offer.exact(), offer.mark) else ()


def sealed_offer(offer: ConsentOffer, sealer: Sealer) -> ConsentOffer:
    """The offer with its mark. Raises AuditUnavailable."""
    return offer.replace(mark=sealer.mark(offer.exact()))


def void_consent(unit: Unit, ticket: TicketId, sealer: Sealer) -> None:
    """What was said yes to counts no more, and the words around it are read like any others."""
    offer = unit.consents.latest(ticket)
    if offer is None or offer.state == "void":
        return
    unit.consents.put(sealed_offer(offer.replace(state="void"), sealer))
    for message in unit.tickets.messages(ticket):
        if message.purpose == "consent":
            unit.tickets.put_purpose(message.id, "")
