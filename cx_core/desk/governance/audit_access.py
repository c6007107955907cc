"""Proof of what happened: the audit log, read and verified."""

from __future__ import annotations

from cx_core.desk.service import Means, Service, allow
from cx_core.privacy.masking import Masker, hide_fields
from cx_core.records import AuditEvent, AuditReport, Person, PersonId, Role, TicketId
from cx_core.views import Refusal


class AuditAccessService(Service):
    """For administrators."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        titles = (action.title for action in means.knowledge.actions.values())
        self._masker = Masker([means.knowledge.company.name, *titles], broad=True)

    def audit(self, person: Person, ticket: TicketId | None = None, after: int | None = None) -> tuple[AuditEvent, ...]:
        """At most 200 events, oldest first: those after a number, or without one a ticket's, or the latest of all.

        What they say of people is masked; `audit_clear` tells one as it was written.
        """
        allow(person, Role.ADMINISTRATOR)
        if after is None:
            after = 0 if ticket else max(0, self._audit.newest() - 200)
        return tuple(masked(event, self._masker) for event in self._audit.events(ticket=ticket, after=after))

    def names(self, person: Person) -> dict[PersonId, str]:
        """The names of everyone who may stand in the log as the one who did something."""
        allow(person, Role.ADMINISTRATOR)
        return self._accounts.names()

    def audit_clear(self, person: Person, seq: int, reason: str) -> AuditEvent | Refusal:
        """One event as it was written. Who looked, and why, is on record before they see it."""
        allow(person, Role.ADMINISTRATOR)
        if not reason.strip():
            return Refusal(code="empty", text="Say why; that you looked and the reason stay on record.")
        event = next(iter(self._audit.events(after=seq - 1, most=1)), None)
        if event is None or event.seq != seq:
            return Refusal(code="stale", text=f"There is no event {seq}.")
        seen = {"event": seq, "reason": reason.strip()}
        self._audit.append("unmasked", actor=person.id, payload=seen, ticket=event.ticket)
        return event

    def verify_audit(self, person: Person) -> AuditReport:
        allow(person, Role.ADMINISTRATOR)
        return self._audit.verify()


def masked(event: AuditEvent, masker: Masker) -> AuditEvent:
    """The event without personal data in what it says."""
    return event.replace(payload=hide_fields(event.payload, masker) if event.payload else event.payload)
