"""A new draft as a language model writes it: shown as it comes, then offered beside the advisor's own words."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from cx_core.records import TicketId
from cx_core.views import DraftSoFar, Refusal, TicketView
from pages.parts.components import node, paper
from pages.parts.inbox import current_ticket
from pages.parts.reply.draft import as_shown
from pages.parts.reply.insert_text import into
from pages.wiring import desk, person

_WISH = "stream-wish"
_CAME = "stream-came"
INTERRUPTED = "This draft is incomplete: it was interrupted by another action."
NOTHING = "No draft was produced. Your text is unchanged."


def new_draft(view: TicketView) -> None:
    """The button, where there is a model that may draft this ticket."""
    if desk().streamed_drafts.drafts_anew(person(), view.proposal):
        st.button(
            "New draft",
            key="draft-anew",
            type="tertiary",
            icon=":material/ink_pen:",
            on_click=_wish,
            args=(view.ticket.id,),
        )


def streamed(view: TicketView) -> None:
    """The draft while it comes, and what is offered of it afterwards; one place, so that nothing below moves."""
    place = st.empty()
    if st.session_state.pop(_WISH, None) == view.ticket.id:
        with place.container(border=True, key="stream"):
            paper(node("p", "New draft", cls="caps newest"), key="paper-stream", newest=uuid4().hex)
            with st.spinner("Drafting…"):
                _stream(view)
    about, came = st.session_state.get(_CAME, (None, None))
    if about == view.ticket.id and came is not None:
        with place.container(border=True, key="streamed", gap="small"):
            _offer(view, came)
    else:
        place.empty()


def _stream(view: TicketView) -> None:
    """As plain text: a model's words are never markup. What came is kept at each step, should this be interrupted."""
    ticket = view.ticket.id
    coming = desk().streamed_drafts.new_draft(person(), ticket)
    if isinstance(coming, Refusal):
        st.session_state[_CAME] = (ticket, DraftSoFar(text="", ended=True, notes=(coming.text,)))
        return
    shown = st.empty()
    for so_far in coming:
        st.session_state[_CAME] = (ticket, so_far)
        shown.text(as_shown(view, so_far.text))


def _offer(view: TicketView, came: DraftSoFar) -> None:
    notes = came.notes if came.ended else (INTERRUPTED, *came.notes)
    text = node("p", as_shown(view, came.text) or NOTHING, cls="typed" if came.text else "muted")
    told = [node("p", note, cls="note care") for note in notes]
    paper(node("div", node("p", "New draft", cls="caps"), text, *told, cls="stack"), key="paper-streamed")
    with st.container(horizontal=True, gap="small", key="streamed-acts"):
        if came.text:
            st.button("Use it", key="streamed-use", on_click=_use, args=(view, came.text, notes))
        st.button("Dismiss", key="streamed-away", type="tertiary", on_click=_away)


def _wish(ticket: TicketId) -> None:
    st.session_state.pop(_CAME, None)
    st.session_state[_WISH] = ticket


def _use(view: TicketView, text: str, notes: tuple[str, ...]) -> None:
    if into(view, lambda _: text, own=False):
        st.session_state.pop(_CAME, None)
        if notes:
            current_ticket.note(view.ticket.id, " ".join(notes))


def _away() -> None:
    st.session_state.pop(_CAME, None)
