"""The reply in another manner: a small menu under the text, and the way back to one's own words."""

from __future__ import annotations

from typing import cast

import streamlit as st

from cx_core.records import TicketId
from cx_core.views import Refusal, Reworded, TicketView
from pages.parts import opened
from pages.parts.drafting import area_key, draft_of, text_of
from pages.wiring import desk, person

_WISH = "rewrite-wish"
_BEFORE = "rewrite-before"


def rewriting(view: TicketView) -> None:
    """What is offered, and going back. The desk says which ways there are: they differ without a language model."""
    ways = dict(desk().ways(person(), view.ticket.language))
    names = {words: way for way, words in ways.items()}
    with st.container(key="rewriting", horizontal=True, gap="small", vertical_alignment="center"):
        st.menu_button(
            "Rewrite", list(names), key="rewrite", type="tertiary", icon=":material/edit_note:", on_click=_wish,
            args=(view.ticket.id, names), disabled=not text_of(view).strip(),
        )  # fmt: skip
        if _before(view):
            st.button("Back to my words", key="rewrite-back", type="tertiary", icon=":material/undo:", on_click=_back,
                      args=(view,))  # fmt: skip


def rewrite_now(view: TicketView) -> None:
    """Do what was wished for, in sight, and draw again. The words it began from are kept to go back to."""
    wished = st.session_state.pop(_WISH, None)
    if wished is None or wished[0] != view.ticket.id:
        return
    ticket, way, before = view.ticket.id, wished[1], text_of(view)
    made: list[Reworded] = []

    def act() -> Reworded | Refusal:
        answer = desk().rewrite(person(), ticket, way, before)
        made.extend([answer] if isinstance(answer, Reworded) else [])
        return answer

    with st.spinner("Rewriting…"):
        done = opened.attempt(ticket, act)
    if done and _put(view, made[0].text):
        st.session_state[_BEFORE] = (ticket, *(_before(view)), before)
        opened.note(ticket, made[0].note) if made[0].note else opened.clear()
    st.rerun()


def _wish(ticket: TicketId, names: dict[str, str]) -> None:
    chosen = st.session_state.get("rewrite")
    if chosen in names:
        st.session_state[_WISH] = (ticket, names[chosen])


def _before(view: TicketView) -> tuple[str, ...]:
    """Earlier words of this ticket's reply, oldest first."""
    about, *texts = st.session_state.get(_BEFORE, (None,))
    return tuple(cast("list[str]", texts)) if about == view.ticket.id else ()


def _back(view: TicketView) -> None:
    *older, last = _before(view)
    if _put(view, last):
        st.session_state[_BEFORE] = (view.ticket.id, *older)


def _put(view: TicketView, text: str) -> bool:
    """Into the draft that is kept, and the text area that shows it."""
    ticket, version, key = view.ticket.id, draft_of(view)[0], area_key(view)
    if not opened.attempt(ticket, lambda: desk().save_draft(person(), ticket, version, text)):
        return False
    st.session_state[key] = text
    return True
