"""A one-time code that comes back in a ticket: compared, hidden, and put on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cx_core.catalogue import Company
from cx_core.ports import Sealer, Unit
from cx_core.records import Confirmation, IdentityCode, Inbound, Ticket, TicketId, subject
from cx_core.records.messages import Purpose
from cx_core.service_rules.confirmed_identity import LASTS
from cx_core.service_rules.denied_codes import LASTS as DENIED_FOR
from cx_core.text.code_denial import denies_code
from cx_core.text.entered_codes import anywhere, entered, says_nothing_else, without_code

MOST = 40
"""Groups of six digits in one message that are compared: a longer list is no customer's."""


@dataclass(frozen=True)
class HeardCode:
    """A message as it is kept, without the code; what it is for, and the confirmation that it brought."""

    inbound: Inbound
    purpose: Purpose = ""
    confirmed: Confirmation | None = None


class CodeEntry:
    """Compares what a customer enters with the last code of the ticket. Every wrong one is a try."""

    def __init__(self, company: Company, sealer: Sealer) -> None:
        self._settings = company.one_time_code
        self._sealer = sealer

    def heard(self, unit: Unit, ticket: Ticket | None, inbound: Inbound, by_program: str, now: datetime) -> HeardCode:
        """The message without the last code of its ticket. A wrong one voids nothing until the tries are used up.

        A program enters no code, nor does mail that nobody vouches for. The right one among other words confirms
        nothing and is void: whoever denies what was written may well quote it. Numbers in other words are no try.
        Raises AuditUnavailable, and then the message is not taken.
        """
        code = unit.identity_codes.latest(ticket.id) if ticket is not None and ticket.status != "closed" else None
        if self._settings is None or ticket is None or code is None:
            return HeardCode(inbound)
        shown = (*anywhere(inbound.text)[:MOST], *anywhere(inbound.subject)[:MOST])
        right = next((one for one in shown if self._sealer.marked(code.exact(one), code.mark)), "")
        given = entered(inbound.text)
        told = inbound.replace(text=without_code(inbound.text, right), subject=without_code(inbound.subject, right))
        if not given or by_program or (inbound.channel == "email" and not inbound.identity):
            return HeardCode(told)
        purpose: Purpose = "code" if says_nothing_else(inbound.text, ticket.customer_name) and not inbound.files else ""
        if code.state_at(now) not in ("sending", "sent"):
            late = code.state in ("sending", "sent")
            if late:
                self._put(unit, "code_expired", code.replace(state="expired"), ticket, inbound)
            return HeardCode(told, purpose if right or late else "")
        if not purpose:
            if right:
                void = code.replace(state="void", why="It came back among other words, so a person reads them.")
                self._put(unit, "code_wrong", void, ticket, inbound)
            return HeardCode(told)
        if given != (right,) or not _still_for(code, ticket):
            self._wrong(unit, code, ticket, inbound)
            return HeardCode(told, purpose)
        self._put(unit, "code_confirmed", code.replace(state="confirmed"), ticket, inbound)
        bare = Confirmation(code=code.id, customer=code.customer, address=code.address, at=now, until=now + LASTS)
        return HeardCode(told, purpose, bare.replace(mark=self._sealer.mark(bare.exact(ticket.id))))

    def denied(
        self, unit: Unit, ticket: Ticket | None, inbound: Inbound, by_program: str, now: datetime
    ) -> tuple[TicketId, ...]:
        """The tickets whose code the sender says they did not ask for: this one, and those it was sent to them for.

        It only ever narrows, so anybody may say so. Raises AuditUnavailable, and then the message is not taken.
        """
        since = now - DENIED_FOR
        codes = {one.id: one for one in unit.identity_codes.sent_to(inbound.address, since)}
        here = unit.identity_codes.latest(ticket.id) if ticket is not None else None
        if here is not None and here.at > since:
            codes[here.id] = here
        open_ = [one for one in codes.values() if one.state != "denied"]
        if not open_ or by_program or not denies_code(inbound.text):
            return ()
        for code in open_:
            about = unit.tickets.get(code.ticket)
            if about is not None:
                said = code.replace(state="denied", why="The customer says that they did not ask for it.")
                self._put(unit, "code_denied", said, about, inbound)
        return tuple(dict.fromkeys(one.ticket for one in open_))

    def _wrong(self, unit: Unit, code: IdentityCode, ticket: Ticket, inbound: Inbound) -> None:
        tries = code.tries + 1
        failed = self._settings is None or tries >= self._settings.tries
        why = "It was entered wrongly too often." if failed else ""
        after = code.replace(tries=tries, state="failed" if failed else code.state, why=why)
        if not _still_for(code, ticket):
            after = after.replace(state="void", why="The ticket's customer or address is another one by now.")
        self._put(unit, "code_wrong", after, ticket, inbound)

    def _put(self, unit: Unit, kind: str, code: IdentityCode, ticket: Ticket, inbound: Inbound) -> None:
        unit.identity_codes.put(code)
        payload = {"code": code.id, "state": code.state, "tries": code.tries, "message": inbound.id}
        unit.record(kind, actor=inbound.channel, payload=payload, ticket=ticket.id, customer=subject(ticket))


def _still_for(code: IdentityCode, ticket: Ticket) -> bool:
    return (code.customer, code.address.lower()) == (ticket.customer, ticket.address.lower())
