"""The line on top of a page on which something waits for whoever looks."""

from __future__ import annotations

from typing import NamedTuple

from cx_core.records import Person, PersonId
from pages.parts.components import node, paper
from pages.parts.words import counted
from pages.wiring import desk, person

WHERE = {"autonomy": "It is above the task types.", "policies": "It is under Versions."}


class Decline(NamedTuple):
    """How the button reads that ends a request, and what is said once it was pressed."""

    label: str
    done: str


def decline(asked_by: PersonId | None) -> Decline:
    """Whoever asked takes the request back; everybody else refuses it."""
    if asked_by == person().id:
        return Decline("Withdraw", "Withdrawn.")
    return Decline("Refuse", "Declined. The person who asked will see this here.")


def waiting_line(someone: Person, page: str) -> None:
    """Nothing where nothing waits for this person's decision."""
    if number := desk().pending_decisions.decisions_waiting(someone).get(page, 0):
        words = f"{counted(number, 'request waits', 'requests wait')} for your decision. {WHERE[page]}"
        paper(node("p", words, cls="note care"), key="paper-waiting-line")
