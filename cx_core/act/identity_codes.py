"""One-time codes: made, sent to a contact on file, and compared with what a customer enters.

A code is kept nowhere: on file is a keyed mark over it and over what it is for. It goes out after it is on record; if
the process dies in between, it is made anew, and only the last one counts.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from cx_core.act.reply.envelope import asking
from cx_core.catalogue import Company, OneTimeCode
from cx_core.errors import SystemTrouble
from cx_core.ports import BackOffice, Clock, Outbox, Sealer, Store, Unit
from cx_core.records import (
    EVERYTHING,
    BusinessRecord,
    CustomerId,
    IdentityCode,
    Message,
    MessageId,
    Person,
    Proposal,
    Role,
    Ticket,
    TicketId,
    subject,
)
from cx_core.service_rules.auto_send_checks import in_hand
from cx_core.service_rules.denied_codes import denied
from cx_core.service_rules.unread_messages import unread
from cx_core.text.masked_contact import masked_contact

COPILOT = "copilot"
HOUR = timedelta(hours=1)
SENT = "sent"
NONE = (
    "company.yaml in the knowledge folder has no one_time_code, the texts that go with a code. Whoever runs Rung adds "
    "them as docs/own-business.md says under “One-time codes”, and starts Rung again."
)
NO_CONTACT = "It is not known which customer this is, or there is no contact on file."
AWAY = "The customer's record cannot be read now. Try again later."
MOVED = "The ticket has changed in the meantime. Look at it again."

AskCode = Callable[[Role | None, str, bool, int, Ticket, Proposal], tuple[bool, tuple[str, ...]]]
"""Whether this role (None: the copilot) may have a code sent to this contact, which was not changed lately (or was),
after so many codes within an hour; with why not."""


@dataclass(frozen=True)
class _Planned:
    """A code that may be sent."""

    ticket: Ticket
    proposal: Proposal
    customer: CustomerId
    contact: str
    codes_hour: int


class IdentityCodes:
    """Sends codes. Policies say whether one may be sent, to whom and how often."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        back_office: BackOffice,
        customer: Callable[[str], tuple[BusinessRecord | None, int]],
        ask: AskCode,
        sealer: Sealer,
        clock: Clock,
        company: Company,
        about: Callable[[Proposal], str],
    ) -> None:
        """`customer` reads whose record an address belongs to; `about` says in words what a proposal is about."""
        self._store, self._outbox, self._back_office = store, outbox, back_office
        self._customer, self._ask, self._about = customer, ask, about
        self._sealer, self._clock, self._company = sealer, clock, company

    def go_on(self, ticket_id: TicketId) -> str:
        """Send a code where only that is missing, or say that what was entered is not the one that was sent."""
        with self._store.look() as unit:
            latest, messages = unit.identity_codes.latest(ticket_id), unit.tickets.messages(ticket_id)
            if why := denied(unit, ticket_id):
                return why
        state = latest.state_at(self._clock()) if latest else ""
        entered = bool(messages) and messages[-1].sender == "customer" and messages[-1].purpose == "code"
        if latest is not None and state == "sent":
            return self._say_wrong(latest) if entered and latest.tries else "a code is on its way"
        return "failed before" if state == "failed" else self.send(ticket_id, None)

    def send(self, ticket_id: TicketId, person: Person | None) -> str:
        """ "sent", or why not. `person` asks for it; None: the copilot."""
        settings = self._company.one_time_code
        if settings is None:
            return NONE
        planned = self._planned(ticket_id, person, settings)
        if isinstance(planned, str):
            return planned
        digits = f"{secrets.randbelow(10**6):06d}"
        made = self._begun(planned, person, settings, digits)
        if isinstance(made, str):
            return made
        words = {"code": digits, "minutes": str(settings.minutes), "about": self._about(planned.proposal)}
        try:
            self._deliver(f"{ticket_id}:code:{made.id}", "email", made.contact, settings, _filled(settings.text, words))
            told = self._told(settings.told, made, settings)
            self._in_ticket(planned.ticket, f"{ticket_id}:code:{made.id}:told", told, settings)
        except SystemTrouble as trouble:
            return self._failed(made, str(trouble))
        return self._settled(made, told, person)

    # --- before it is sent ------------------------------------------------------------------

    def _planned(self, ticket_id: TicketId, person: Person | None, settings: OneTimeCode) -> _Planned | str:
        """What is to be sent, asked of the policies; or why it may not be."""
        now = self._clock()
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
        if ticket is None or proposal is None or ticket.simulated or ticket.status == "closed":
            return MOVED
        try:
            record, _ = self._customer(ticket.address)
            contact = str(record.fields.get(settings.contact) or "") if record else ""
            if record is None or not contact:
                return NO_CONTACT
            settled = self._unchanged(record, settings, now)
        except SystemTrouble:
            return AWAY
        customer = CustomerId(record.id)
        if ticket.customer != customer:
            return MOVED
        with self._store.look() as unit:
            codes_hour = unit.identity_codes.since(ticket_id, customer, now - HOUR)
        role = person.role if person else None
        allowed, reasons = self._ask(role, contact, settled, codes_hour, ticket, proposal)
        if not allowed:
            return "; ".join(reasons) or "No rule allows it"
        return _Planned(ticket, proposal, customer, contact, codes_hour)

    def _unchanged(self, record: BusinessRecord, settings: OneTimeCode, now: datetime) -> bool:
        """Whether the contact has stood on file for long enough, as far as any system knows. Raises SystemTrouble."""
        if settings.changes is None:
            return True
        since = now - timedelta(days=settings.unchanged_days)
        changes = self._back_office.read(settings.changes, {"customer": record.id})
        mine = [one for one in changes if one.fields.get("field") == settings.contact]
        return all(_moment(one) is not None and _moment(one) < since for one in mine)  # type: ignore[operator]

    def _begun(
        self, planned: _Planned, person: Person | None, settings: OneTimeCode, digits: str
    ) -> IdentityCode | str:
        """The code on record, before it is sent. What was looked at outside this transaction is looked at again."""
        now, ticket = self._clock(), planned.ticket
        code = IdentityCode(
            id=uuid4().hex,
            ticket=ticket.id,
            customer=planned.customer,
            address=ticket.address,
            contact=planned.contact,
            mark="",
            at=now,
            until=now + timedelta(minutes=settings.minutes),
            by=person.id if person else COPILOT,
            name=person.name if person else "",
        )
        code = code.replace(mark=self._sealer.mark(code.exact(digits)))
        with self._store.begin() as unit:
            current = unit.tickets.get(ticket.id)
            if current is None or self._moved(unit, current, planned, person):
                return MOVED
            if unit.identity_codes.since(ticket.id, planned.customer, now - HOUR) != planned.codes_hour:
                return MOVED
            before = unit.identity_codes.latest(ticket.id)
            if before is not None and before.state in ("sending", "sent"):
                unit.identity_codes.put(before.replace(state="void"))
            unit.identity_codes.put(code)
            _record(unit, "code_begun", code, current)
        return code

    def _moved(self, unit: Unit, current: Ticket, planned: _Planned, person: Person | None) -> bool:
        same = (current.version, current.customer, current.address)
        if same != (planned.ticket.version, planned.customer, planned.ticket.address) or current.status == "closed":
            return True
        if current.work in ("sending", "carrying"):
            return True
        if person is not None:
            return False
        stopped = unit.switches.stopped([EVERYTHING, *current.task_types]) is not None
        newer = unread(unit.tickets.messages(current.id), planned.proposal)
        return stopped or newer or bool(denied(unit, current.id)) or bool(in_hand(unit, current.id, self._clock()))

    # --- sending ----------------------------------------------------------------------------

    def _deliver(self, key: str, channel: str, address: str, settings: OneTimeCode, text: str) -> None:
        around = asking(settings.subject, ())
        signed = f"{text}\n\n{self._company.signature}"
        self._outbox.deliver(
            key=key, channel=channel, address=address, subject=around.subject, text=signed, headers=around.headers
        )

    def _in_ticket(self, ticket: Ticket, key: str, text: str, settings: OneTimeCode) -> None:
        with self._store.look() as unit:
            around = asking(settings.subject, unit.tickets.messages(ticket.id))
        self._outbox.deliver(
            key=key,
            channel=ticket.channel,
            address=ticket.address,
            subject=around.subject,
            text=text,
            headers=around.headers,
        )

    def _told(self, text: str, code: IdentityCode, settings: OneTimeCode) -> str:
        said = _filled(text, {"where": masked_contact(code.contact), "minutes": str(settings.minutes)})
        return f"{said}\n\n{self._company.signature}\n\n{self._company.told_alone}"

    def _settled(self, code: IdentityCode, told: str, person: Person | None) -> str:
        """On file as sent, with what was said in the ticket; the copilot's waits for the customer until it expires."""
        now = self._clock()
        with self._store.begin() as unit:
            ticket, latest = unit.tickets.get(code.ticket), unit.identity_codes.latest(code.ticket)
            if ticket is None or not ticket.address:
                return MOVED
            if latest is not None and latest.id == code.id and latest.state == "sending":
                unit.identity_codes.put(latest.replace(state="sent"))  # with what was tried meanwhile
            self._said(unit, ticket, f"{ticket.id}:code:{code.id}:told", told)
            unit.tickets.put(_waiting(ticket, code, now) if person is None else ticket.replace(updated_at=now))
            _record(unit, "code_sent", code, ticket)
        return SENT

    def _said(self, unit: Unit, ticket: Ticket, key: str, text: str) -> None:
        """In the conversation, for people. It answers nothing, so what was proposed has read it."""
        proposal, read = (
            unit.proposals.get(ticket.id, ticket.version),
            len(unit.tickets.messages(ticket.id)),
        )
        message = Message(
            id=MessageId(key),
            ticket=ticket.id,
            sender="copilot",
            text=text,
            at=self._clock(),
            author=self._company.name,
            purpose="code",
        )
        unit.tickets.add_message(message)
        if proposal is not None and proposal.messages == read and ticket.work not in ("sending", "carrying"):
            unit.proposals.put(proposal.replace(messages=read + 1))

    def _failed(self, code: IdentityCode, why: str) -> str:
        """It is not known whether it left: it counts as one that was sent, and opens nothing."""
        with self._store.begin() as unit:
            latest = unit.identity_codes.latest(code.ticket)
            now = latest if latest is not None and latest.id == code.id else code
            failed = now.replace(state="failed", why=f"It could not be sent: {why}")
            if now.state == "sending":  # one that came and was entered meanwhile stays what it is
                unit.identity_codes.put(failed)
            ticket = unit.tickets.get(code.ticket)
            if ticket is not None:
                _record(unit, "code_failed", failed, ticket)
        return failed.why

    def _say_wrong(self, code: IdentityCode) -> str:
        """Tell the customer once for each wrong try, and wait for the next."""
        settings = self._company.one_time_code
        if settings is None:
            return NONE
        key = f"{code.ticket}:code:{code.id}:wrong:{code.tries}"
        with self._store.look() as unit:
            ticket = unit.tickets.get(code.ticket)
            if ticket is None or unit.tickets.message(MessageId(key)) is not None:
                return MOVED
            if ticket.work != "ready" or in_hand(unit, ticket.id, self._clock()):
                return MOVED
        told = self._told(settings.wrong, code, settings)
        try:
            self._in_ticket(ticket, key, told, settings)
        except SystemTrouble:
            return AWAY
        with self._store.begin() as unit:
            current = unit.tickets.get(code.ticket)
            if current is None or not current.address:
                return MOVED
            self._said(unit, current, key, told)
            unit.tickets.put(_waiting(current, code, self._clock()))
            _record(unit, "code_told_wrong", code, current)
        return SENT


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _waiting(ticket: Ticket, code: IdentityCode, now: datetime) -> Ticket:
    """Until the code expires: then a person gets it."""
    if ticket.work != "ready" or ticket.status not in ("new", "open"):
        return ticket.replace(updated_at=now)
    return ticket.replace(status="pending", wake_at=code.until, updated_at=now)


def _record(unit: Unit, kind: str, code: IdentityCode, ticket: Ticket) -> None:
    """Nothing of the code itself is on record, nor all of the contact."""
    payload = {
        "code": code.id,
        "to": masked_contact(code.contact),
        "until": code.until.isoformat(),
        "tries": code.tries,
        "why": code.why,
    }
    unit.record(kind, actor=code.by, payload=payload, ticket=ticket.id, customer=subject(ticket))


def _moment(change: BusinessRecord) -> datetime | None:
    """When a contact was changed; None: it cannot be read."""
    try:
        at = datetime.fromisoformat(str(change.fields.get("at")))
    except ValueError:
        return None
    return at if at.tzinfo else None
