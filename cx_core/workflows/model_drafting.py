"""What a language model may add to a proposal that the built-in stages made, in their order.

It is asked only for what waits for a person anyway: what goes out alone is the built-in work, word for word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from cx_core.act.reply import model_reply
from cx_core.act.reply import reply_slots as replies
from cx_core.catalogue import Knowledge
from cx_core.decide import model_suggestions
from cx_core.decide.planning import Plan
from cx_core.errors import ModelTrouble
from cx_core.llm.grounding_check import KnownFacts, facts
from cx_core.llm.prompt_context import SECTIONS, brief
from cx_core.ports import LanguageModel
from cx_core.privacy.masked_model import Confidential
from cx_core.privacy.masking import Masker
from cx_core.records import Finding, Message, Proposal, Step
from cx_core.understand import model_summary

PROMPTS = hashlib.sha256(
    "\0".join((model_suggestions.PROMPT, model_reply.PROMPT, model_summary.PROMPT)).encode()
).hexdigest()[:16]
"""The version of all instructions, for the audit."""


class Drafter:
    """Asks a language model for steps, paragraphs and a summary; takes over what holds."""

    def __init__(self, model: LanguageModel, knowledge: Knowledge) -> None:
        company = knowledge.company
        self._model = model
        self._knowledge = knowledge
        self._masker = Masker(keep=(company.name, company.signature, SECTIONS), broad=True)

    def draft(self, proposal: Proposal, words: Sequence[Message]) -> Proposal:
        """The proposal with what was taken over, and findings that say what was not. Its rulings are not made anew."""
        model = Confidential(self._model, self._masker, proposal.evidence)
        try:
            changed = self._drafted(model, proposal, words)
        except ModelTrouble as trouble:
            text = f"The language model did not answer ({trouble}): this draft is the built-in one."
            changed = proposal.replace(findings=(*proposal.findings, Finding(step=None, text=text)))
        versions = proposal.versions.replace(model=self._model.version, prompts=PROMPTS)
        return changed.replace(versions=versions)

    def _drafted(self, model: LanguageModel, before: Proposal, words: Sequence[Message]) -> Proposal:
        triage, evidence, ticket = before.triage, before.evidence, before.ticket
        content = brief(words, triage, evidence, before.parts, before.steps, self._knowledge)
        plan = Plan(steps=before.steps, parts=before.parts)
        suggested = model_suggestions.suggest(model, content, triage, plan, self._knowledge, before.first_step, ticket)
        steps = suggested.plan.steps
        if steps != before.steps:
            content = brief(words, triage, evidence, before.parts, steps, self._knowledge)
        written = model_reply.write(model, content, before.parts, self._facts(before, words, steps), ticket)
        known = self._facts(before, words, steps, own_words=True)
        summary, noted = model_summary.retell(model, content, before.summary, known, ticket)
        reply = replies.compose(written.parts, self._knowledge.company, evidence.customer, before.frame)
        findings = (*before.findings, *suggested.findings, *written.findings, *noted)
        return before.replace(steps=steps, parts=written.parts, reply=reply, summary=summary, findings=findings)

    def _facts(
        self, before: Proposal, words: Sequence[Message], steps: Iterable[Step], *, own_words: bool = False
    ) -> KnownFacts:
        actions = self._knowledge.actions
        slots = [f"{{{step.id}.{field}}}" for step in steps for field in actions[step.action].receipt]
        drafted = [*(part.text for part in before.parts), *([before.summary] if own_words else [])]
        return facts(
            before.evidence, self._knowledge.company, drafted, actions.values(), words, slots, own_words=own_words
        )
