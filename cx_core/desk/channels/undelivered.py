"""A ticket whose reply did not arrive comes back to a person, with the server's words."""

from __future__ import annotations

from datetime import datetime

from cx_core.act.manual_handling import take_up
from cx_core.ports import Unit
from cx_core.records import MessageId, OutgoingMail, subject
from cx_core.records.channels.messengers import OutgoingMessage

RUNG = "rung"


def not_delivered(unit: Unit, mail: OutgoingMail | OutgoingMessage, now: datetime) -> None:
    """On record; and where it was something said in the ticket, the ticket is open again. No mail is sent for it."""
    ticket = unit.tickets.get(mail.ticket)
    if ticket is None or ticket.erased:
        return
    way = {"mailbox": mail.mailbox} if isinstance(mail, OutgoingMail) else {"messenger": mail.messenger}
    payload = {"key": mail.key, "state": mail.state, "words": mail.words, **way}
    unit.record("not_delivered", actor=RUNG, payload=payload, ticket=ticket.id, customer=subject(ticket))
    said = unit.tickets.message(MessageId(mail.key)) is not None
    if said and ticket.work == "done" and ticket.status in ("open", "pending", "solved"):
        take_up(unit, ticket, f"The reply was not delivered. {mail.words}".strip(), now)
        return
    unit.tickets.put(ticket.replace(updated_at=now))
