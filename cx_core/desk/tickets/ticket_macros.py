"""Ready words for the reply to an open ticket, and whatever else is put into one."""

from __future__ import annotations

from cx_core.act.reply.macro_filling import MacroValues, fill, gaps, placed
from cx_core.catalogue import Macro
from cx_core.desk.service import Service, allow
from cx_core.records import APPROVERS, Person, Ticket, TicketId, subject
from cx_core.views import MacroChoice, Refusal


class MacroService(Service):
    """Macros are offered by role and channel, those for the ticket's goals first."""

    def macros(self, person: Person, ticket_id: TicketId) -> tuple[MacroChoice, ...]:
        """What may be used for this ticket: first what fits its goals and records, then the rest, each by title."""
        allow(person, *APPROVERS)
        known = self._for_macros(person, ticket_id)
        if known is None:
            return ()
        ticket, today = known.ticket, self._knowledge.company.today(self._clock())
        offered = [macro for macro in self._knowledge.macros.values() if _offered(macro, person, ticket)]
        choices = [
            MacroChoice(
                name=macro.name,
                title=macro.title,
                fits=not set(macro.task_types).isdisjoint(ticket.task_types) and not known.contradicts(macro, today),
                leaves=macro.status,
            )
            for macro in offered
        ]
        return tuple(sorted(choices, key=lambda choice: (not choice.fits, choice.title.casefold())))

    def filled(self, person: Person, ticket_id: TicketId, name: str) -> str | Refusal:
        """A macro's words for this ticket; what is not known stays as a gap, such as [order expected]."""
        allow(person, *APPROVERS)
        known, macro = self._for_macros(person, ticket_id), self._knowledge.macros.get(name)
        if known is None or macro is None or not _offered(macro, person, known.ticket):
            return Refusal(code="stale", text="There is no such macro for this ticket.")
        return fill(macro, known)

    def use_macro(self, person: Person, ticket_id: TicketId, name: str, reply: str) -> str | Refusal:
        """The reply with the macro's words at the end of its body. That it was used is on record; nothing is sent."""
        words = self.filled(person, ticket_id, name)
        if isinstance(words, Refusal):
            return words
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is None:
                return Refusal(code="stale", text="There is no such ticket.")
            left = [gap for gap in gaps(self._knowledge.macros[name]) if gap in words]
            unit.record(
                "macro_used",
                actor=person.id,
                payload={"macro": name, "gaps": left},
                ticket=ticket_id,
                customer=subject(ticket),
            )
            unit.tickets.measure(ticket, "macro", self._clock(), person=person.id)
        return self.with_words(person, reply, words)

    def with_words(self, person: Person, reply: str, words: str, *, inline: bool = False) -> str:
        """The reply with these words at the end of its body; `inline`: in its last sentence."""
        allow(person, *APPROVERS)
        return placed(reply, words, self._knowledge.company, inline=inline)

    def _for_macros(self, person: Person, ticket_id: TicketId) -> MacroValues | None:
        """What a macro may say of this ticket; None where there is none."""
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
        evidence, knowledge = proposal.evidence if proposal else None, self._knowledge
        return MacroValues(ticket, evidence, person, knowledge.company, knowledge.records) if ticket else None


def _offered(macro: Macro, person: Person, ticket: Ticket) -> bool:
    role = not macro.roles or person.role in macro.roles
    return role and (not macro.channels or ticket.channel in macro.channels)
