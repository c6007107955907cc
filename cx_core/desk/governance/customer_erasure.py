"""Erasing a customer: found by any identifier, asked for by one administrator, granted by another, told as it was done.

Where there is only one administrator, the same person confirms it with the password after an hour. Request and act are
on record; the record names nobody who was erased. What the business's own systems hold stays there, and is shown.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

from cx_core.desk.governance.erasure_scope import LOOKED, ErasureScopeService, counted, pass_over
from cx_core.desk.service import Means, Service, allow
from cx_core.errors import AuditUnavailable, StoreUnavailable, SystemTrouble
from cx_core.ports import Unit
from cx_core.ports.sealing import Marked
from cx_core.records import SENDER, CustomerId, Person, Role, Ticket, subject
from cx_core.views import Refusal
from cx_core.views.erasure import Erased, ErasureBegun, ErasureRequest, ErasureScope, ErasureWaiting

ALONE = timedelta(hours=1)
"""How long the only administrator waits before confirming: time for whoever owns the account to notice."""
TRIES = 3
"""How often it is tried to leave no copy of a key on the disk: a reader of another key may be in the way."""

MAIL_ERASED = "Erased on the customer’s request."
GONE = Refusal(code="stale", text="This request was granted or withdrawn meanwhile. Look again.")
CHANGED = Refusal(code="stale", text="What would be erased has changed since it was shown. Look again, then decide.")


class ErasureService(Service):
    """For administrators; nothing is erased by one of them at once."""

    def __init__(self, means: Means, scopes: ErasureScopeService) -> None:
        super().__init__(means)
        self._scopes = scopes

    def find_to_erase(self, person: Person, text: str) -> tuple[ErasureScope, ...] | Refusal:
        """Whoever this text names, with what erasing them would do: one if it names them exactly, else a choice."""
        allow(person, Role.ADMINISTRATOR)
        wanted = " ".join(text.split())
        if not wanted:
            return Refusal(code="empty", text="Say whom: a customer’s number, e-mail address or phone number.")
        try:
            customers = self._scopes.named(wanted)
            if isinstance(customers, Refusal):
                return customers
            scopes = tuple(self._scopes.scope(customer) for customer in customers)
        except SystemTrouble as trouble:
            return _away(trouble)
        return scopes or Refusal(code="unknown", text=f"Nobody was found for “{wanted}”. {LOOKED} Nothing was erased.")

    def ask_erasure(self, person: Person, customer: CustomerId, reason: str) -> ErasureRequest | Refusal:
        """Ask for a customer to be erased. Nothing is erased until it is granted or, by the only one, confirmed."""
        allow(person, Role.ADMINISTRATOR)
        if not reason.strip():
            return Refusal(code="empty", text="Say why; the reason stays on record, the customer does not.")
        try:
            theirs = self._scopes.addresses(customer)
        except SystemTrouble as trouble:
            return _away(trouble)
        alone = not self._other_administrators(person) and not self._doubt(person)
        with self._store.begin() as unit:
            tickets = unit.erasures.tickets_to_erase(customer, theirs.own)
            mails = unit.erasures.mails_to_erase(customer, theirs.own)
            if not theirs.on_file and not tickets and not mails:
                return Refusal(code="unknown", text=f"Nobody is known as “{customer}”. {LOOKED} Nothing was asked for.")
            if any(request.customer == customer for request in self.requests(unit)):
                return Refusal(code="already", text="This was asked for already, and waits. Grant or withdraw it.")
            request = ErasureRequest(
                id=uuid4().hex,
                customer=customer,
                reason=reason.strip(),
                person=person.id,
                at=self._clock(),
                alone=alone,
            )
            request = _marked(unit, request)
            unit.erasures.put(request)
            payload = {"request": request.id, "reason": request.reason, "tickets": len(tickets), "alone": request.alone}
            unit.record("erasure_asked", actor=person.id, payload=payload)
        return request

    def erasures(self, person: Person) -> tuple[ErasureWaiting, ...]:
        """Requests that wait, with what each would do now."""
        allow(person, Role.ADMINISTRATOR)
        names = self._accounts.names()
        others, doubt = self._other_administrators(person), self._doubt(person)
        with self._store.look() as unit:
            requests = self.requests(unit)
        return tuple(
            ErasureWaiting(
                request=request,
                scope=self._scopes.scope(request.customer),
                asked_by=names.get(request.person, request.person),
                mine=request.person == person.id,
                confirm_from=request.at + ALONE if request.alone and not others and not doubt else None,
                doubt="" if others else doubt,
            )
            for request in requests
        )

    def withdraw_erasure(self, person: Person, id: str) -> Refusal | None:
        """What was asked for is asked for no more. Any administrator may do so."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            request = self._erasure(unit, id)
            if request is None:
                return GONE
            if request.begun is not None:
                return Refusal(code="already", text="It was granted, and their words are gone. Finish it instead.")
            self._close(unit, request)
            unit.record("erasure_withdrawn", actor=person.id, payload={"request": id})
        return None

    def grant_erasure(self, person: Person, id: str, seen: ErasureScope, password: str = "") -> Erased | Refusal:
        """Erase whom another administrator asked for, as this person has `seen` it; see the module for the only one.

        Words are blanked first, with the erasure on record and what is left to destroy on file; then keys and files
        go. Whatever fails in between, the request stays until all is done, and granting it again goes on from there.
        Raises AuditUnavailable: then nothing was blanked, and it may be granted again.
        """
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            request = self._erasure(unit, id)
        if request is None:
            return GONE
        if request.begun is not None:
            return self._finish(request, request.begun)
        if request.customer != seen.customer:
            return GONE
        if (refusal := self._may_grant(person, request, password)) is not None:
            return refusal
        try:
            theirs, stays = self._scopes.addresses(request.customer), self._scopes.stays(request.customer)
        except SystemTrouble as trouble:
            return _away(trouble)
        with self._store.begin() as unit:
            if self._erasure(unit, id) != request:
                return GONE
            pass_over(unit, request.customer, theirs.own)  # first: then no import brings a ticket of theirs
            tickets = unit.erasures.tickets_to_erase(request.customer, theirs.own)
            mails = unit.erasures.mails_to_erase(request.customer, theirs.own)
            if (tuple(ticket.id for ticket in tickets), mails) != (seen.tickets, seen.mails):
                return CHANGED
            begun = self._blanked(unit, person, request, tickets, mails).replace(stays=stays, named_in=seen.named_in)
            begun = begun.replace(mark=self._sealer.mark(_exactly_begun(request, begun)))
            unit.erasures.put(request.replace(begun=begun))
            payload = {"request": id, "tickets": len(tickets), "reason": request.reason, "asked_by": request.person}
            payload |= {"mails": len(mails)} if mails else {}
            unit.record("erased", actor=person.id, payload=payload | {"alone": request.person == person.id})
        return self._finish(request, begun)

    def _blanked(
        self,
        unit: Unit,
        person: Person,
        request: ErasureRequest,
        tickets: tuple[Ticket, ...],
        mails: tuple[int, ...],
    ) -> ErasureBegun:
        """Blank the words of these tickets, drop these mails, and say what is left to be destroyed."""
        files = unit.erasures.attachments_of([ticket.id for ticket in tickets])
        goes = counted(unit, tickets, mails)
        unit.erasures.drop_mails(mails, MAIL_ERASED)
        for ticket in tickets:
            if ticket.work == "sending":  # approved and not begun: nothing is sent, so that nobody answered it
                payload = {"version": ticket.version, "why": "Their words were erased in the meantime."}
                unit.record("withdrawn", actor=person.id, payload=payload, ticket=ticket.id, customer=subject(ticket))
                unit.tickets.measure(ticket, "withdrawn", self._clock(), person=person.id)
        customers = set() if request.customer.startswith(SENDER) else {request.customer}
        keys = unit.forget(tickets) | customers
        return ErasureBegun(
            person=person.id, keys=tuple(sorted(keys)), files=files, tickets=len(tickets), goes=goes, stays={}
        )

    def _finish(self, request: ErasureRequest, begun: ErasureBegun) -> Erased | Refusal:
        """Destroy the keys and the files of what was blanked, then close the request; may be done again."""
        try:
            for name in begun.keys:
                self._destroyed(name)
            self._files.remove(begun.files)
        except (AuditUnavailable, StoreUnavailable) as trouble:
            text = f"Their words are blanked. {trouble} The request stays: try again, and the rest is done."
            return Refusal(code="later", text=text)
        with self._store.begin() as unit:
            self._close(unit, request)
        swept = self._store.scrub()
        return Erased(tickets=begun.tickets, goes=begun.goes, stays=begun.stays, named_in=begun.named_in, swept=swept)

    def _destroyed(self, name: CustomerId) -> None:
        """A key is gone, on the disk too. Raises AuditUnavailable."""
        for left in reversed(range(TRIES)):
            try:
                self._audit.forget(name)
            except AuditUnavailable:
                if not left:
                    raise
            else:
                return

    # --- who may ----------------------------------------------------------------------------

    def _other_administrators(self, person: Person) -> bool:
        return any(one.role is Role.ADMINISTRATOR and one.id != person.id for one in self._accounts.people())

    def _doubt(self, person: Person) -> str:
        """Why it cannot be known whether this is the only administrator, or an empty string.

        An account that was changed outside Rung may have been another administrator's, whatever it says now.
        """
        changed = [one.person for one in self._accounts.listed() if not one.genuine and one.person.id != person.id]
        if not changed:
            return ""
        names = ", ".join(one.email for one in changed)
        return (
            f"Whether you are the only administrator is not known: {names} was changed outside Rung. Take it over "
            "(`account adopt` shows it first), or have another administrator decide."
        )

    def _may_grant(self, person: Person, request: ErasureRequest, password: str) -> Refusal | None:
        """Why this person may not grant this request now."""
        if request.person != person.id:
            asker = self._accounts.account(request.person)
            if asker is None or asker.role is not Role.ADMINISTRATOR:
                text = "Whoever asked is no administrator any more. Withdraw it; then it can be asked for again."
                return Refusal(code="denied", text=text)
            return None
        if self._other_administrators(person):
            return Refusal(code="role", text="You asked for it, so another administrator decides.")
        if doubt := self._doubt(person):
            return Refusal(code="role", text=doubt)
        if not request.alone:
            text = "There was another administrator when you asked. Withdraw it and ask again: then an hour begins."
            return Refusal(code="role", text=text)
        if (left := request.at + ALONE - self._clock()) > timedelta():
            minutes = -(-left // timedelta(minutes=1))
            text = f"You are the only administrator: it can be confirmed with your password in {minutes} minutes."
            return Refusal(code="later", text=text)
        return self._accounts.confirm(person, password)

    # --- requests ---------------------------------------------------------------------------

    def requests(self, unit: Unit) -> tuple[ErasureRequest, ...]:
        """Requests that were made here and wait; a row that somebody wrote by hand asks for nothing."""
        on_file = unit.erasures.all()
        genuine = self._sealer.all_marked_last([Marked(_name(one), _exact(one), one.mark) for one in on_file])
        return tuple(one for one in on_file if _name(one) in genuine and not one.closed and self._genuinely_begun(one))

    def _genuinely_begun(self, request: ErasureRequest) -> bool:
        begun = request.begun
        return begun is None or self._sealer.marked(_exactly_begun(request, begun), begun.mark)

    def _erasure(self, unit: Unit, id: str) -> ErasureRequest | None:
        return next((one for one in self.requests(unit) if one.id == id), None)

    def _close(self, unit: Unit, request: ErasureRequest) -> None:
        """It asks for nothing any more, also if it is put back: what stays on file in its place names nobody."""
        unit.erasures.put(_marked(unit, request.replace(closed=True, customer=CustomerId(""), reason="", begun=None)))


def _away(trouble: SystemTrouble) -> Refusal:
    text = f"The back office cannot be asked who this is and what it holds: {trouble} Nothing was changed; try again."
    return Refusal(code="later", text=text)


def _marked(unit: Unit, request: ErasureRequest) -> ErasureRequest:
    return request.replace(mark=unit.mark_anew(_name(request), _exact(request)))


def _name(request: ErasureRequest) -> str:
    return f"erasure {request.id}"


def _exact(request: ErasureRequest) -> str:
    """`closed` counts where it is true: requests of earlier versions were marked without it."""
    left_out = {"mark", "begun"} if request.closed else {"mark", "begun", "closed"}
    return json.dumps({"erasure": request.model_dump(mode="json", exclude=left_out)}, sort_keys=True)


def _exactly_begun(request: ErasureRequest, begun: ErasureBegun) -> str:
    exact = {"request": request.mark, "begun": begun.model_dump(mode="json", exclude={"mark"})}
    return json.dumps({"erasure begun": exact}, sort_keys=True)
