"""A broken rule, told where it matters: to administrators on every page, to everybody else on their tickets."""

from __future__ import annotations

from cx_core.records import Person, Role
from pages.parts.components import Node, node, paper
from pages.parts.page import told
from pages.wiring import desk, person


def banner(someone: Person) -> None:
    """Above every page of an administrator: which file and line to mend."""
    if someone.role is not Role.ADMINISTRATOR:
        return
    with told():
        if why := desk().startup_faults.broken_rules(someone):
            paper(node("p", why, cls="note bad"), key="paper-broken-rules")


def on_ticket() -> Node | None:
    """On a ticket of everybody else; an administrator has read it above."""
    someone = person()
    why = "" if someone.role is Role.ADMINISTRATOR else desk().startup_faults.broken_rules(someone)
    return node("p", why, cls="note bad") if why else None
