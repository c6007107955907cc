"""What a colleague, or the clock, wants this person to see: shown above the queue until it was opened."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Notice
from pages.parts.components import node, paper
from pages.parts.inbox import current_ticket
from pages.wiring import desk, person

KINDS = {
    "mention": "mentions you",
    "for_role": "handed this over: it needs you",
    "transferred": "assigned you this ticket",
    "second": "approved this; it needs a second approval",
    "withdrawn": "withdrew your approval",
    "woken": "is back",
    "denied": "may be written by somebody else",
    "escalated": "is about to breach its SLA",
}
SHOWN = 8


def notices() -> None:
    """Nothing while there is nothing to see."""
    waiting = desk().notes.notices(person())
    if not waiting:
        return
    label = "1 notice" if len(waiting) == 1 else f"{len(waiting)} notices"
    with st.popover(label, icon=":material/notifications:", key="notices", width="stretch"):
        for one in waiting[:SHOWN]:
            _notice(one)


def _notice(one: Notice) -> None:
    who = one.sender if one.kind in ("mention", "transferred", "for_role", "second", "withdrawn") else one.ticket
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        paper(
            node(
                "div",
                node(
                    "p",
                    node("span", f"{who} {KINDS.get(one.kind, one.kind)}", cls="who"),
                    node("time", at=one.at.isoformat(), cls="small muted"),
                    cls="row",
                ),
                node("p", one.text, cls="typed small"),
                cls="stack tight",
            ),
            key=f"paper-notice-{one.id}",
        )
        st.button("Open", key=f"notice-{one.id}", on_click=_open, args=(one,))


def _open(one: Notice) -> None:
    desk().notes.see_notice(person(), one.id)
    current_ticket.open_ticket(one.ticket)
    st.rerun()
