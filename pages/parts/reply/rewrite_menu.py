"""The reply in another manner: a small menu under the text, and the way back to one's own words.

The words before each rewriting are kept with the draft, so that a refresh loses none.
"""

from __future__ import annotations

import streamlit as st

from cx_core.records import TicketId
from cx_core.views import Refusal, Reworded, TicketView, Way
from pages.parts.inbox import current_ticket
from pages.parts.reply.draft import area_key, draft_of, earlier, put_in_area, save, text_of
from pages.wiring import desk, person

_WISH = "rewrite-wish"
_MADE = "rewrite-made"


def rewriting(view: TicketView) -> None:
    """What is offered, and going back. The desk says which ways there are: they differ without a language model."""
    wished = st.session_state.pop(_WISH, None)
    if wished is not None and wished[0] == view.ticket.id:
        _rewrite(view, wished[1])
        st.rerun()
    names = {words: way for way, words in desk().rewrites.ways(person(), view.ticket.language)}
    st.menu_button(
        "Rewrite",
        list(names),
        key="rewrite",
        type="tertiary",
        icon=":material/edit_note:",
        on_click=_wish,
        args=(view.ticket.id, names),
        disabled=not text_of(view).strip(),
    )
    if earlier(view):
        st.button(
            "Restore my text",
            key="rewrite-back",
            type="tertiary",
            icon=":material/undo:",
            on_click=_back,
            args=(view,),
        )


def show_rewritten(view: TicketView) -> None:
    """Before the text area is drawn: what was rewritten goes in. Later than that, Streamlit takes no new text."""
    key, text = st.session_state.pop(_MADE, ("", ""))
    if key == area_key(view):
        put_in_area(view, text)


def _rewrite(view: TicketView, way: Way) -> None:
    """In sight, while the rest of the page stands. The words it began from are kept to go back to."""
    ticket, before = view.ticket.id, text_of(view)
    made: list[Reworded] = []

    def act() -> Reworded | Refusal:
        answer = desk().rewrites.rewrite(person(), ticket, way, before)
        made.extend([answer] if isinstance(answer, Reworded) else [])
        return answer

    with st.spinner("Rewriting…"):
        done = current_ticket.attempt(ticket, act)
    if done and _put(view, made[0].text, (*earlier(view), before)):
        st.session_state[_MADE] = (area_key(view), made[0].text)
        if made[0].note:
            current_ticket.note(ticket, made[0].note)


def _wish(ticket: TicketId, names: dict[str, Way]) -> None:
    chosen = st.session_state.get("rewrite")
    if chosen in names:
        st.session_state[_WISH] = (ticket, names[chosen])


def _back(view: TicketView) -> None:
    *older, last = earlier(view)
    if _put(view, last, tuple(older)):
        st.session_state[_MADE] = (area_key(view), last)


def _put(view: TicketView, text: str, own: tuple[str, ...]) -> bool:
    """Into the draft that is kept."""
    return save(view.ticket.id, draft_of(view)[0], area_key(view), text, earlier=own)
