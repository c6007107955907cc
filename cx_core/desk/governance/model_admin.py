"""The language model as administrators see it: what it took, how it stands, what it makes of a ticket."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from cx_core.act.reply import model_reply, model_rewriting, model_streaming
from cx_core.act.step_cards import words
from cx_core.catalogue import action_of
from cx_core.decide import model_suggestions
from cx_core.desk.service import Service, allow
from cx_core.records import Person, Proposal, Role, TicketId, subject
from cx_core.understand import model_summary
from cx_core.views import Drafted, ModelOverview, ModelStanding, PromptVersion, Refusal, SideBySide

SHOWN = timedelta(days=14)
SPENDERS = 5
_PROMPTS = (
    ("plan", "decide/prompts/plan.md", model_suggestions.PROMPT),
    ("reply", "act/reply/prompts/reply.md", model_reply.PROMPT),
    ("summary", "understand/prompts/summary.md", model_summary.PROMPT),
    ("stream", "act/reply/prompts/draft.md", model_streaming.PROMPT),
    ("rewrite", "act/reply/prompts/rewriting.md", model_rewriting.PROMPT),
)


class ModelService(Service):
    """For administrators. Comparing asks the model, so it is on its bill and on record."""

    def language_model(self, person: Person) -> ModelOverview:
        """Where there is no model the past use is shown all the same."""
        allow(person, Role.ADMINISTRATOR)
        now, model = self._clock(), self._model()
        day = now - timedelta(days=1)
        spent = self._store.model_uses(day)
        return ModelOverview(
            name=model.version if model else "",
            standing=model.standing if model else ModelStanding(),
            bounds=model.bounds if model else None,
            used_today=sum(use.input_tokens + use.output_tokens for use in spent),
            uses=self._store.model_uses(now - SHOWN),
            tickets=self._store.model_spenders(day, SPENDERS),
            prompts=tuple(PromptVersion(task=task, file=file, version=_digest(text)) for task, file, text in _PROMPTS),
        )

    def compare(self, person: Person, ticket_id: TicketId) -> SideBySide | Refusal:
        """The built-in draft and the model's, made now on what the systems say now. Nothing is kept or sent."""
        allow(person, Role.ADMINISTRATOR)
        model = self._model()
        if model is None:
            return Refusal(code="denied", text="No language model is configured, so there is nothing to compare.")
        with self._store.look() as unit:
            ticket, messages = unit.tickets.get(ticket_id), unit.tickets.messages(ticket_id)
        if ticket is None or ticket.status == "closed":
            return Refusal(code="stale", text="There is no such open ticket.")
        with self._store.begin() as unit:
            unit.record(
                "compared",
                actor=person.id,
                payload={"model": model.version},
                ticket=ticket_id,
                customer=subject(ticket),
            )
        built_in, bettered = self._journey().side_by_side(ticket, messages)
        asked = bettered.versions.model != built_in.versions.model
        return SideBySide(
            ticket=ticket_id,
            built_in=self._drafted(built_in),
            model=self._drafted(bettered) if asked else None,
            why="" if asked else built_in.why,
        )

    def _drafted(self, made: Proposal) -> Drafted:
        actions = self._knowledge.actions
        return Drafted(
            reply=made.reply.text if made.reply else "",
            summary=made.summary,
            steps=tuple(words(step, action_of(actions, step.action), None) for step in made.steps),
            findings=tuple(finding.text for finding in made.findings),
            ms=sum(made.ms.values()),
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
