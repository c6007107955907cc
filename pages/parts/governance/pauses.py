"""Systems that do not answer, and what is not done without a person meanwhile. The level stays what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cx_core.views.system_views import SystemPause
from pages.parts.components import Node, node, paper


def pauses(found: Sequence[SystemPause], titles: Mapping[str, str]) -> None:
    """One card for each system, longest first."""
    for one in found:
        with st.container(border=True, key=f"pause-{one.system}"):
            paper(_card(one, titles), key=f"paper-pause-{one.system}")


def _card(one: SystemPause, titles: Mapping[str, str]) -> Node:
    names = ", ".join(titles.get(name, name) for name in one.task_types)
    told = f"Paused: {names}." if names else "Nothing that acts alone needs it now."
    after = "Tickets go to advisors. It resumes by itself once the system has answered for a while; no level changes."
    return node(
        "div",
        node("h3", f"{one.why[0].upper()}{one.why[1:]}"),
        node("p", f"{told} {after}" if names else told),
        node("p", node("span", "Paused since"), node("time", at=one.paused_at.isoformat()), cls="row small muted"),
        node(
            "p",
            node("span", "Answering again since"),
            node("time", at=one.answering_since.isoformat()),
            cls="row small muted",
        )
        if one.answering_since
        else None,
        cls="stack tight",
    )
