"""What an advisor has decided about the steps of one proposal and not yet sent.

Changes and what is left out begin from the draft, where `drafting.keep` puts them; which step is open is this
session's.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from cx_core.records import StepId, Value
from cx_core.views import StepCard, TicketView

T = TypeVar("T")


@dataclass
class PlanChoices:
    """Per step: changed arguments, the reason it is left out, and what is open.

    A reason that is still to be said is empty: its step counts as left out, and nothing can be sent meanwhile.
    `kept_edits` and `kept_skipped` are what the draft held when the page last looked. `closed` counts how often the
    fields of a step were closed: the next ones are others, since a browser may still hold what stood in the last.
    """

    edits: dict[StepId, dict[str, Value]] = field(default_factory=dict)
    skipped: dict[StepId, str] = field(default_factory=dict)
    editing: StepId | None = None
    closed: int = 0
    kept_edits: dict[StepId, dict[str, Value]] = field(default_factory=dict)
    kept_skipped: dict[StepId, str] = field(default_factory=dict)


def choices(view: TicketView) -> PlanChoices:
    """The choices for this version of a ticket. A new version starts afresh: old edits were about other steps."""
    key = (view.ticket.id, view.proposal.version if view.proposal else 0)
    kept: dict[tuple[str, int], PlanChoices] = st.session_state.setdefault("choices", {})
    chosen = kept.setdefault(key, PlanChoices())
    _follow(chosen, view)
    return chosen


def begin_anew() -> None:
    """Forget what the drafts have, perhaps changed by a colleague; a step that is being edited stays open."""
    kept: dict[tuple[str, int], PlanChoices] = st.session_state.get("choices", {})
    st.session_state["choices"] = {
        key: PlanChoices(editing=one.editing, closed=one.closed) for key, one in kept.items()
    }


def _follow(chosen: PlanChoices, view: TicketView) -> None:
    """Take over what was kept elsewhere, step by step, except where something was changed here and not kept yet.

    Steps of an older version have other ids and are passed over.
    """
    steps = {card.step.id for card in view.cards}
    kept = view.draft.choices if view.draft else None
    edits = {step: dict(values) for step, values in kept.edits.items() if step in steps} if kept else {}
    skipped = {step: reason for step, reason in kept.skipped.items() if step in steps} if kept else {}
    if (edits, skipped) == (chosen.kept_edits, chosen.kept_skipped):
        return
    for step in steps:
        _follow_step(chosen.edits, chosen.kept_edits, edits, step)
        _follow_step(chosen.skipped, chosen.kept_skipped, skipped, step)
    chosen.kept_edits, chosen.kept_skipped = edits, skipped


def _follow_step(here: dict[StepId, T], before: dict[StepId, T], kept: dict[StepId, T], step: StepId) -> None:
    if here.get(step) != before.get(step):
        return
    if step in kept:
        here[step] = deepcopy(kept[step])
    else:
        here.pop(step, None)


def left_out(view: TicketView) -> dict[StepId, str]:
    """Steps not to be carried out, with reasons: those a person left out and those no one may do."""
    chosen = dict(choices(view).skipped)
    for card in view.cards:
        if forbidden(card):
            chosen.setdefault(card.step.id, "Not allowed: " + "; ".join(card.ruling.reasons))
    return chosen


def reasonless(view: TicketView) -> list[StepCard]:
    """Cards of steps that are no longer wanted and whose reason is still to be said."""
    skipped = choices(view).skipped
    return [card for card in view.cards if skipped.get(card.step.id) == ""]


def forbidden(card: StepCard) -> bool:
    """Whether nobody may do this step."""
    return card.ruling.answer == "deny" and card.outcome is None


def changed(view: TicketView) -> dict[StepId, dict[str, Value]]:
    """Edits to the steps that will be carried out."""
    out = left_out(view)
    return {step: dict(values) for step, values in choices(view).edits.items() if values and step not in out}
