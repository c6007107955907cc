"""What colleagues tell each other about a ticket, and what they say of the copilot's work. No customer sees it."""

from __future__ import annotations

from uuid import uuid4

from cx_core.desk.service import Service, allow
from cx_core.records import APPROVERS, FlagTarget, Note, Notice, Person, TicketId, subject
from cx_core.views import Colleague, Refusal

LONGEST_NOTE = 4000


class NoteService(Service):
    """Internal notes with mentions, notices of them, and flags on the copilot's work."""

    def add_note(self, person: Person, ticket_id: TicketId, text: str) -> Note | Refusal:
        """`@Callum` or `@Callum Reid` tells that colleague."""
        allow(person, *APPROVERS)
        words = text.strip()
        if not words:
            return Refusal(code="empty", text="The note is empty.")
        if len(words) > LONGEST_NOTE:
            return Refusal(code="denied", text=f"A note has {LONGEST_NOTE} characters at most. Your text is kept.")
        mentioned = _mentioned(words, self._accounts.people())
        now = self._clock()
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is None:
                return Refusal(code="stale", text="There is no such ticket.")
            note = Note(
                id=uuid4().hex,
                ticket=ticket_id,
                person=person.id,
                name=person.name,
                text=words,
                at=now,
                mentions=tuple(one.id for one in mentioned),
            )
            unit.colleagues.add_note(note)
            unit.tickets.put(ticket)  # whoever looks at it sees the note at once
            for one in mentioned:
                if one.id != person.id:
                    unit.colleagues.notify(one.id, ticket_id, "mention", person.name, words[:200], now)
            payload = {"note": note.id, "text": words, "mentions": list(note.mentions)}
            unit.record("noted", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
        return note

    def of_ticket(self, person: Person, ticket_id: TicketId) -> tuple[Note, ...]:
        """Oldest first."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            return unit.colleagues.notes(ticket_id)

    def notices(self, person: Person) -> tuple[Notice, ...]:
        """What this person has not seen yet, newest first, at most 50."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            return unit.colleagues.notices(person.id)

    def see_notice(self, person: Person, notice: int) -> None:
        with self._store.begin() as unit:
            unit.colleagues.see_notice(person.id, notice, self._clock())

    def flag(
        self, person: Person, ticket_id: TicketId, version: int, what: FlagTarget, note: str = ""
    ) -> Refusal | None:
        """The copilot got this wrong: kept for learning, and measured."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
            if ticket is None or proposal is None:
                return Refusal(code="stale", text="There is no such proposal. Open the ticket again.")
            words = note.strip()[:LONGEST_NOTE]
            unit.colleagues.add_flag(ticket_id, version, what, words, person.id, self._clock())
            payload = {"version": version, "what": what, "note": words, "versions": proposal.versions.model_dump()}
            unit.record("flagged", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "flagged", self._clock(), person=person.id)
        return None


def _mentioned(text: str, people: tuple[Colleague, ...]) -> tuple[Colleague, ...]:
    """Colleagues named after an @, by full name or by a first name that only one of them has."""
    low = text.casefold()
    firsts = [one.name.split(" ")[0].casefold() for one in people]
    return tuple(
        one
        for one, first in zip(people, firsts, strict=True)
        if f"@{one.name.casefold()}" in low or (firsts.count(first) == 1 and f"@{first}" in low)
    )
