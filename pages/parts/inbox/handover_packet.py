"""Right pane, top, where a person goes on: who, what they want, what was tried, why it stopped, what next."""

from __future__ import annotations

from cx_core.views import Packet
from pages.parts.components import Node, node


def packet(found: Packet) -> Node:
    """One block, read from top to bottom in ten seconds."""
    wants = node("div", *[node("p", text, cls="typed") for text in found.wants], cls="stack tight")
    tried = node("div", *[node("p", text) for text in found.tried], cls="stack tight") if found.tried else None
    rows = (
        ("Who", node("p", found.who)),
        ("Wants", wants),
        ("Mood", node("p", found.mood.capitalize()) if found.mood else None),
        ("So far", tried),
        ("Why it’s with you", node("p", found.stopped)),
        ("Next", node("p", found.next_step, cls="strong")),
    )
    facts = [one for name, what in rows if what for one in (node("dt", name), node("dd", what))]
    return node("div", node("p", "For you", cls="caps"), node("dl", *facts, cls="facts packet"), cls="section")
