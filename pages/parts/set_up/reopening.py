"""Whether what was set on a page counts yet: the desk reopens with it by itself."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from pages.parts.components import Node, node, paper
from pages.wiring import desk

LOOK_SECONDS = 3.0


@st.fragment(run_every=LOOK_SECONDS)
def reopening() -> None:
    """Nothing while the desk works with what is on file."""
    state = desk().reopening()
    with st.container(key="reopening"):
        if state.under_way:
            words = "Rung is learning what was changed. Until it has, it works as before."
            paper(node("p", words, cls="note busy"), key="paper-reopening")
        elif state.trouble and state.failed_at is not None:
            lead = node(
                "p",
                node("span", "What was changed does not count. Tried"),
                node("time", at=state.failed_at.isoformat()),
                *_again(state.next_try),
                cls="row",
            )
            paper(
                node("div", lead, node("p", state.trouble, cls="typed"), cls="note bad stack tight"),
                key="paper-reopening",
            )


def _again(at: datetime | None) -> tuple[Node, ...]:
    if at is None:
        return ()
    return node("span", "It is tried again as soon as something is changed, or"), node("time", at=at.isoformat())
