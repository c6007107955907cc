"""A short line for each thing that a customer wants, with what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.records import GoalLine, GoalState
from cx_core.views import StepCard, TicketView
from pages.parts.components import Node, node

STATES: Mapping[GoalState, tuple[str, str]] = {
    "planned": ("planned", ""),
    "asks": ("asks the customer", ""),
    "answered": ("answered", ""),
    "unchanged": ("nothing to change", ""),
    "joined": ("done with the rest", ""),
    "with_a_person": ("for a person", "care"),
    "not_planned": ("not planned: check it", "care"),
    "not_understood": ("not understood: for a person", "care"),
}


def goal_lines(view: TicketView) -> Node | None:
    """The lines, in order; a goal alone whose step stands below needs none."""
    lines = view.proposal.lines if view.proposal else ()
    if not lines or (len(lines) == 1 and lines[0].state == "planned"):
        return None
    return node("div", *[_line(line, view.cards) for line in lines], cls="stack tight")


def _line(line: GoalLine, cards: Sequence[StepCard]) -> Node:
    words, care = _state(line, cards)
    return node("div", node("span", line.about), node("span", words, cls=f"chip {care}".strip()), cls="spread small")


def _state(line: GoalLine, cards: Sequence[StepCard]) -> tuple[str, str]:
    """As it was planned, and once something was done, as it is."""
    own = [card.outcome.status if card.outcome else "" for card in cards if card.step.goal == line.goal]
    if line.state == "planned" and own and all(own):
        return ("done", "good") if set(own) == {"done"} else ("not done", "bad")
    return STATES[line.state]
