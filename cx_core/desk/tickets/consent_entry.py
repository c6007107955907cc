"""An answer to a step that was put to the customer: whether it is plainly a yes, and on record as one."""

from __future__ import annotations

from datetime import datetime

from cx_core.catalogue import Company
from cx_core.ports import Sealer, Unit
from cx_core.records import ConsentOffer, Inbound, Message, Ticket, subject
from cx_core.records.messages import Purpose
from cx_core.service_rules.confirmed_identity import identity_now
from cx_core.service_rules.consents import sealed_offer, void_consent
from cx_core.text.plain_yes import plain_yes


class ConsentEntry:
    """Takes a plain yes to the last offer, as the next words of the same customer; anything else is none."""

    def __init__(self, company: Company, sealer: Sealer) -> None:
        self._company, self._sealer = company, sealer

    def heard(self, unit: Unit, ticket: Ticket | None, inbound: Inbound, message: Message, now: datetime) -> Purpose:
        """What the message is for: "consent" where it is a yes that counts. Any words after a yes void it.

        Raises AuditUnavailable, and then the message is not taken.
        """
        if ticket is None or ticket.status == "closed" or message.purpose:
            return message.purpose
        offer = unit.consents.latest(ticket.id)
        if offer is None:
            return ""
        if offer.state == "accepted" and ticket.work in ("reading", "ready", "sending"):
            void_consent(unit, ticket.id, self._sealer)
            return ""
        put = self._last_said(unit, offer) if self._open(offer, ticket, inbound, message, now) else None
        if put is None or not self._is_yes(offer, ticket, inbound.text, put.text):
            return ""
        accepted = offer.replace(state="accepted", answer=message.id, mark="")
        unit.consents.put(sealed_offer(accepted, self._sealer))
        unit.tickets.put_purpose(put.id, "consent")
        payload = {"version": offer.version, "message": message.id, "to": offer.act, "amount": offer.amount}
        unit.record("consented", actor=inbound.channel, payload=payload, ticket=ticket.id, customer=subject(ticket))
        return "consent"

    def expects(self, unit: Unit, ticket: Ticket | None) -> bool:
        """Whether the customer was asked last, so that whatever they write is an answer and no coming back."""
        offer = unit.consents.latest(ticket.id) if ticket is not None else None
        return ticket is not None and offer is not None and offer.state == "put" and offer.version == ticket.version

    def _open(self, offer: ConsentOffer, ticket: Ticket, inbound: Inbound, message: Message, now: datetime) -> bool:
        """Whether this sender may still say yes to it."""
        if offer.state != "put" or now >= offer.until or message.by_program or inbound.files:
            return False
        if (offer.version, offer.customer) != (ticket.version, ticket.customer) or ticket.work != "done":
            return False
        known = identity_now(ticket.replace(identity=inbound.identity), ticket.customer, self._sealer, now)
        return known >= offer.identity and self._sealer.marked(offer.exact(), offer.mark)

    def _last_said(self, unit: Unit, offer: ConsentOffer) -> Message | None:
        """The message that put it, where nothing was said after it."""
        said = unit.tickets.messages(offer.ticket)
        last = said[-1] if said else None
        return last if last is not None and last.sender == "copilot" and offer.words in last.text else None

    def _is_yes(self, offer: ConsentOffer, ticket: Ticket, text: str, put: str) -> bool:
        return plain_yes(text, offer.act, offer.amount, f"{ticket.customer_name} {self._company.name}", put)
