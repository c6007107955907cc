"""A new draft in a language model's words, shown as it is written. It is offered; nothing is kept or sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cx_core.act.reply import model_streaming, tone
from cx_core.act.reply import reply_slots as replies
from cx_core.catalogue import action_of
from cx_core.desk.service import Means, Service, allow
from cx_core.llm.grounding_check import facts
from cx_core.llm.prompt_context import brief
from cx_core.ports import LanguageModel
from cx_core.privacy.masked_model import Confidential
from cx_core.privacy.masking import Masker
from cx_core.records import APPROVERS, Message, Part, Person, Proposal, Rewording, Ticket, TicketId, subject
from cx_core.service_rules.unread_messages import unanswered
from cx_core.views import DraftSoFar, Refusal

VERSION = hashlib.sha256(model_streaming.PROMPT.encode()).hexdigest()[:16]
"""Of the instructions, for the audit."""


class StreamedDraftService(Service):
    """Whoever may answer may have the model write afresh, where the copilot drafts at all."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        company = means.knowledge.company
        self._broad = Masker(keep=(company.name, company.signature), broad=True)

    def drafts_anew(self, person: Person, proposal: Proposal | None) -> bool:
        """Whether there is a model, and this ticket is one that it may draft: none that may give it orders."""
        allow(person, *APPROVERS)
        if self._model() is None or proposal is None or proposal.reply is None:
            return False
        return not any(finding.planted or finding.doubt for finding in proposal.findings)

    def new_draft(self, person: Person, ticket_id: TicketId) -> Iterator[DraftSoFar] | Refusal:
        """The answer as far as it came, again and again; the last one says so, and what a person must know of it."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket, holder = unit.tickets.get(ticket_id), unit.colleagues.lease(ticket_id, self._clock())
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
            if proposal is not None and proposal.planted_error:  # a model never writes of what is wrong on purpose
                error = unit.planted_errors.of(ticket_id)
                proposal = error.genuine if error is not None else None
            messages = unit.tickets.messages(ticket_id)
            veiled = self._veiled(unit, ticket) if ticket else None
        if veiled is not None:
            return veiled
        if holder and holder[0] != person.id:
            return Refusal(code="taken", text=f"{holder[1]} has this ticket. It is yours once they let it go.")
        model = self._model()
        if ticket is None or proposal is None or model is None or not self.drafts_anew(person, proposal):
            return Refusal(code="denied", text="A language model drafts nothing here: a person writes this answer.")
        with self._store.begin() as unit:
            unit.record(
                "drafted_anew",
                actor=person.id,
                payload={"model": model.version, "prompts": VERSION},
                ticket=ticket.id,
                customer=subject(ticket),
            )
        return self._written(model, ticket, proposal, unanswered(messages) or messages)

    def _written(
        self, model: LanguageModel, ticket: Ticket, proposal: Proposal, words: tuple[Message, ...]
    ) -> Iterator[DraftSoFar]:
        knowledge, evidence, steps = self._knowledge, proposal.evidence, proposal.steps
        receipts = {step.id: action_of(knowledge.actions, step.action).receipt for step in steps}
        slots = [f"{{{step}.{field}}}" for step, fields in receipts.items() for field in fields]
        drafted = [part.text for part in proposal.parts]
        said = [message for message in words if message.sender == "customer"]
        known = facts(evidence, knowledge.company, drafted, knowledge.actions.values(), said, slots)
        content = brief(said, proposal.triage, evidence, proposal.parts, steps, knowledge)
        hidden = Confidential(model, self._broad, evidence)
        coming = model_streaming.write(hidden, content, "\n".join(drafted), known, ticket.id)
        for so_far in self._remembered(ticket.id, coming):
            part = Part(goal=0, case="streamed", text=so_far.text)
            reply = replies.compose([part], knowledge.company, evidence.customer, proposal.frame)
            text = reply.text if reply else ""
            notes = (f"This draft is not whole: {so_far.why}.",) if so_far.why else ()
            letter = proposal.frame.letter
            heard = tone.remarks(text, knowledge.company, letter=letter) if so_far.ended and text else ()
            yield DraftSoFar(text=text, ended=so_far.ended, notes=(*notes, *heard))

    def _remembered(self, ticket: TicketId, coming: Iterator[model_streaming.SoFar]) -> Iterator[model_streaming.SoFar]:
        """What came of it is known at the sending, also where its reader went away half-way."""
        came = ""
        try:
            for so_far in coming:
                came = so_far.text
                yield so_far
        finally:
            if came:
                with self._store.begin() as unit:
                    unit.colleagues.add_rewording(Rewording(ticket=ticket, before="", after=came, at=self._clock()))
