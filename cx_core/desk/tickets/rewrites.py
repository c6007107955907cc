"""A person's text, shorter, warmer, more formal or in the customer's language. It is offered; nothing is kept or sent.

With a language model it writes; by rules alone only what rules do well is offered. What is ours in the frame (the
signature, and that an AI helped) is put back word for word.
"""

from __future__ import annotations

import hashlib

from cx_core.act.reply import rule_rewriting
from cx_core.act.reply.model_rewriting import LONGEST, PROMPT, WAYS, objection, rewrite
from cx_core.act.reply.reply_slots import frame_after
from cx_core.desk.service import Means, Service, allow
from cx_core.errors import ModelTrouble
from cx_core.llm.grounding_check import KnownFacts, facts
from cx_core.ports import LanguageModel
from cx_core.privacy.masked_model import Confidential
from cx_core.privacy.masking import Masker
from cx_core.records import APPROVERS, Evidence, Message, Person, Proposal, Rewording, Ticket, TicketId, subject
from cx_core.text.wording import language_name
from cx_core.views import Refusal, Reworded, Way
from cx_core.views.slot_chips import SLOT

VERSION = hashlib.sha256(PROMPT.encode()).hexdigest()[:16]
"""Of the instructions, for the audit."""
BY_RULE: tuple[Way, ...] = ("shorter", "more formal")


class RewriteService(Service):
    """Whoever may answer may have their words rewritten."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        company = means.knowledge.company
        self._masker = Masker(keep=(company.name, company.signature))

    def ways(self, person: Person, language: str) -> tuple[tuple[Way, str], ...]:
        """What is offered for a customer's language, each with its words for people."""
        allow(person, *APPROVERS)
        if self._model() is None:
            return tuple((way, way.capitalize()) for way in BY_RULE)
        named = {way: way.capitalize() for way in WAYS} | {"translate": f"Translate to {language_name(language)}"}
        foreign = language not in ("", "en")
        return tuple((way, named[way]) for way in WAYS if way != "translate" or foreign)

    def rewrite(self, person: Person, ticket_id: TicketId, way: Way, text: str) -> Reworded | Refusal:
        """The text rewritten, or why it stays as it is. Slots survive; no fact is added."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket, holder = unit.tickets.get(ticket_id), unit.colleagues.lease(ticket_id, self._clock())
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
            said = unit.tickets.messages(ticket_id)
        if ticket is None:
            return Refusal(code="stale", text="There is no such ticket.")
        if holder and holder[0] != person.id:
            return Refusal(code="taken", text=f"{holder[1]} has this ticket. It is yours once they let it go.")
        if not text.strip() or len(text) > LONGEST:
            why = f"is longer than {LONGEST:,} characters" if text.strip() else "is empty"
            return Refusal(code="empty", text=f"The reply {why}, so there is nothing to rewrite.")
        if way not in dict(self.ways(person, ticket.language)):
            return Refusal(code="denied", text="This is not offered here: it needs a language model.")
        model = self._model()
        made = self._by_rule(way, text) if model is None else self._by_model(model, way, text, ticket, proposal, said)
        if isinstance(made, Reworded):
            self._on_record(person, ticket, way, made)
        return made

    def _by_model(
        self,
        model: LanguageModel,
        way: Way,
        text: str,
        ticket: Ticket,
        proposal: Proposal | None,
        said: tuple[Message, ...],
    ) -> Reworded | Refusal:
        company = self._knowledge.company
        evidence = proposal.evidence if proposal else Evidence()
        body, frame = (self._to_translate(text), "") if way == "translate" else self._framed(text, ticket.id)
        try:
            hidden = Confidential(model, self._masker, evidence)
            made = rewrite(hidden, way, body, company, language_name(ticket.language), ticket.id)
        except ModelTrouble as trouble:
            return self._instead(way, text, f"The language model did not answer ({trouble})")
        wrong = objection(way, body, made, self._known(evidence, body, said))
        if wrong:
            return self._instead(way, text, f"What the language model wrote was left out: it {wrong}")
        told = made.rsplit("\n\n", 1)[-1].strip() if way == "translate" else ""
        self._offered(ticket.id, text, f"{made}{frame}", told)
        return Reworded(text=f"{made}{frame}", by=model.version)

    def _offered(self, ticket: TicketId, before: str, after: str, told: str) -> None:
        """On record for the sending, whatever becomes of it on the page."""
        made = Rewording(ticket=ticket, before=before, after=after, disclosure=told, at=self._clock())
        with self._store.begin() as unit:
            unit.colleagues.add_rewording(made)

    def _instead(self, way: Way, text: str, why: str) -> Reworded | Refusal:
        """What rules can do where the model did not; else the text stays, and why."""
        ruled = self._by_rule(way, text) if way in BY_RULE else None
        if isinstance(ruled, Reworded):
            return ruled.replace(note=f"{why}. This was done by rules.")
        return Refusal(code="denied", text=f"{why}. Your text is as it was.")

    def _by_rule(self, way: Way, text: str) -> Reworded | Refusal:
        made = (
            rule_rewriting.shorter(text, self._knowledge.company)
            if way == "shorter"
            else rule_rewriting.more_formal(text)
        )
        if made.split() == text.split():
            left = "No sentence can be left out" if way == "shorter" else "No short form or greeting can be changed"
            return Refusal(code="empty", text=f"{left} by rules alone. Your text is as it was.")
        return Reworded(text=made, by="rules")

    def _to_translate(self, text: str) -> str:
        """All of it, that an AI helped last: what stands last in the translation says so."""
        told = self._knowledge.company.disclosure
        return f"{text.replace(chr(13), '').replace(told, '').rstrip()}\n\n{told}"

    def _framed(self, text: str, ticket: TicketId) -> tuple[str, str]:
        """The words to rewrite, and what follows them unchanged: our signature, and that an AI wrote, unless it was
        said on this ticket before."""
        company = self._knowledge.company
        body = text.replace("\r", "").rstrip()
        with self._store.look() as unit:
            ways = [
                company.disclosure,
                *(made.disclosure for made in unit.colleagues.rewordings(ticket) if made.disclosure),
            ]
            due = frame_after(unit.tickets.messages(ticket), company, alone=False)
        told = next((way for way in ways if body.endswith(way)), company.disclosure if due.disclosure else "")
        body = body.removesuffix(told).rstrip()
        signed = body.endswith(company.signature)
        body = body.removesuffix(company.signature).rstrip()
        frame = [company.signature] if signed else []
        return body, "".join(f"\n\n{part}" for part in (*frame, told) if part)

    def _known(self, evidence: Evidence, text: str, said: tuple[Message, ...]) -> KnownFacts:
        words = [message for message in said if message.sender == "customer"]
        slots = [match[0] for match in SLOT.finditer(text)]
        return facts(evidence, self._knowledge.company, [text], self._knowledge.actions.values(), words, slots)

    def _on_record(self, person: Person, ticket: Ticket, way: Way, made: Reworded) -> None:
        prompts = VERSION if made.by != "rules" else ""
        with self._store.begin() as unit:
            unit.record(
                "rewritten",
                actor=person.id,
                payload={"way": way, "model": made.by, "prompts": prompts},
                ticket=ticket.id,
                customer=subject(ticket),
            )
