"""Ready words under the reply: choose, see them filled, put them in."""

from __future__ import annotations

import re

import streamlit as st

from cx_core.records import Leaves, TicketId
from cx_core.views import TicketView
from pages.parts.components import Node, node, paper
from pages.parts.reply import afterwards
from pages.parts.reply.insert_text import into
from pages.wiring import desk, person

_PUT_IN = "macros-put-in"
"""How many were, in the menu's key: another count is another menu, which is closed whatever a slow browser still says
of the one before. Told to close, that one stays open where the browser asks for a run before it has heard of it."""
_GAP = re.compile(r"(\[[^\[\]\n]{1,60}\])")


def macros_menu(view: TicketView) -> None:
    """Those for what the customer wants come first, and the first of them is shown at once. Alt+I opens it."""
    menu = st.popover(
        "Macros",
        icon=":material/bolt:",
        key=f"macros-{st.session_state.get(_PUT_IN, 0)}",
        type="tertiary",
        help="Macros (Alt+I)",
        on_change="rerun",
    )
    if not menu.open:
        return
    choices = {choice.name: choice for choice in desk().ticket_macros.macros(person(), view.ticket.id)}
    with menu:
        fits = any(choice.fits for choice in choices.values())
        name = st.selectbox(
            "Macro",
            list(choices),
            0 if fits else None,
            key=f"macro-{view.ticket.id}",
            placeholder="Find a macro…",
            format_func=lambda name: choices[name].title + (" · suggested" if choices[name].fits else ""),
            label_visibility="collapsed",
        )
        if name is None:
            paper(
                node(
                    "p", "Choose a macro to preview it." if choices else "There are none for this ticket.", cls="muted"
                ),
                key="paper-macro-none",
            )
            return
        words = desk().ticket_macros.filled(person(), view.ticket.id, name)
        if isinstance(words, str):
            paper(node("p", *_gaps(words), cls="typed reply"), key="paper-macro")
            st.button("Insert", key="macro-insert", on_click=_insert, args=(view, name, choices[name].leaves))


def _gaps(words: str) -> list[Node]:
    """The words in pieces, what is left to fill in marked."""
    return [node("mark" if at % 2 else "span", piece) for at, piece in enumerate(_GAP.split(words)) if piece]


def _insert(view: TicketView, name: str, leaves: Leaves | None) -> None:
    """Callback. A macro that promises or asks something also says what the ticket is then, unless that was chosen."""
    ticket: TicketId = view.ticket.id
    if into(view, lambda reply: desk().ticket_macros.use_macro(person(), ticket, name, reply)):
        st.session_state[_PUT_IN] = st.session_state.get(_PUT_IN, 0) + 1
        if leaves is not None and afterwards.chosen(view) is None:
            afterwards.choose(view, leaves)
