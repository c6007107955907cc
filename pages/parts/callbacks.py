"""Calls that the team owes customers, with the button for one that was made."""

from __future__ import annotations

import streamlit as st

from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.wiring import desk, person


def callbacks() -> None:
    """Nothing where there are none to make."""
    waiting = desk().callbacks.open(person())
    if not waiting:
        return
    st.subheader("Callbacks")
    for call in waiting:
        day = f"{call.at:%a} {call.at.day} {call.at:%b}"
        when = ", ".join(filter(None, (day, call.time)))
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"call-{call.id}"):
            head = node("p", node("strong", call.number), node("span", when, cls="small muted"), cls="row")
            paper(
                node("div", head, node("p", call.topic, cls="small typed"), cls="stack tight"),
                key=f"paper-call-{call.id}",
            )
            st.page_link("inbox.py", label="Open", query_params={"ticket": call.ticket})
            st.button("Called", key=f"called-{call.id}", on_click=_called, args=(call.id,))


def _called(id: int) -> None:
    """Callback."""
    with answering():
        refusal = desk().callbacks.finish(person(), id)
        say(refusal.text if refusal else "Done, and on record.", good=refusal is None)
