"""Callbacks that the team owes customers: what is open, and that a call was made."""

from __future__ import annotations

from cx_core.desk.service import Service, allow
from cx_core.records import APPROVERS, Person, subject
from cx_core.records.colleagues import Callback
from cx_core.views import Refusal

MOST = 100


class CallbackService(Service):
    """For whoever answers customers."""

    def open(self, person: Person) -> tuple[Callback, ...]:
        """Calls to make, by day."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            return unit.callbacks.open(MOST)

    def finish(self, person: Person, id: int) -> Refusal | None:
        """The call was made."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            callback = unit.callbacks.get(id)
            if callback is None or callback.state != "scheduled":
                return Refusal(code="stale", text="That call was made or cancelled meanwhile.")
            unit.callbacks.finish(id)
            ticket = unit.tickets.get(callback.ticket)
            customer = subject(ticket) if ticket is not None else None
            payload = {"callback": callback.reference}
            unit.record("callback_made", actor=person.id, payload=payload, ticket=callback.ticket, customer=customer)
        return None
