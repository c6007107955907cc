"""The line on top of a page on which something waits for whoever looks."""

from __future__ import annotations

from cx_core.records import Person
from pages.parts.components import node, paper
from pages.parts.words import counted
from pages.wiring import desk

WHERE = {"autonomy": "Grant or withdraw it beside the task types.", "policies": "It is under Versions."}


def waiting_line(someone: Person, page: str) -> None:
    """Nothing where nothing waits for this person's decision."""
    if number := desk().decisions_waiting(someone).get(page, 0):
        words = f"{counted(number, 'request waits', 'requests wait')} for your decision. {WHERE[page]}"
        paper(node("p", words, cls="note care"), key="paper-waiting-line")
