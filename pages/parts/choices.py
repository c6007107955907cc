"""What an advisor has decided about the steps of one proposal and not yet sent.

Changes and what is left out begin from the draft, where `drafting.keep` puts them; which step is open, and which was
looked at, is this session's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from cx_core.records import StepId, Value
from cx_core.views import StepCard, TicketView


@dataclass
class Choices:
    """Per step: changed arguments, the reason it is left out, whether it was looked at and agreed, and what is open."""

    edits: dict[StepId, dict[str, Value]] = field(default_factory=dict)
    skipped: dict[StepId, str] = field(default_factory=dict)
    agreed: set[StepId] = field(default_factory=set)
    editing: StepId | None = None
    leaving: StepId | None = None


def choices(view: TicketView) -> Choices:
    """The choices for this version of a ticket. A new version starts afresh: old edits were about other steps."""
    key = (view.ticket.id, view.proposal.version if view.proposal else 0)
    kept: dict[tuple[str, int], Choices] = st.session_state.setdefault("choices", {})
    return kept.setdefault(key, _begun(view))


def _begun(view: TicketView) -> Choices:
    """As the draft keeps them, for the steps there are; steps of an older version have other ids."""
    if view.draft is None:
        return Choices()
    steps = {card.step.id for card in view.cards}
    edits = {step: dict(values) for step, values in view.draft.choices.edits.items() if step in steps}
    skipped = {step: reason for step, reason in view.draft.choices.skipped.items() if step in steps}
    return Choices(edits, skipped, agreed={step for step, values in edits.items() if values})


def left_out(view: TicketView) -> dict[StepId, str]:
    """Steps not to be carried out, with reasons: those a person left out and those no one may do."""
    chosen = dict(choices(view).skipped)
    for card in view.cards:
        if forbidden(card):
            chosen.setdefault(card.step.id, "Not allowed: " + "; ".join(card.ruling.reasons))
    return chosen


def forbidden(card: StepCard) -> bool:
    """Whether nobody may do this step."""
    return card.ruling.answer == "deny" and card.outcome is None


def changed(view: TicketView) -> dict[StepId, dict[str, Value]]:
    """Edits to the steps that will be carried out."""
    out = left_out(view)
    return {step: dict(values) for step, values in choices(view).edits.items() if values and step not in out}
