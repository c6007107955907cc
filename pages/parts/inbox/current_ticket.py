"""Which ticket is open: an id, also in the URL, never a place in a list that moves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cx_core.errors import RungError
from cx_core.records import TicketId
from cx_core.views import Refusal, TicketView
from pages.parts.inbox import plan_choices
from pages.parts.inbox.panes import show_pane
from pages.wiring import desk, person

Place = Literal["above", "send"]
"""Where a note is read: above the conversation, or at the buttons that send."""


def current() -> TicketId | None:
    """The open ticket.

    The address says which when a page is loaded and when its reader goes back or forward. Otherwise it is the one
    opened last: a page that was refreshing while a ticket opened sends the address it had before, which would open
    the earlier ticket again.
    """
    given, ours = st.query_params.get("ticket", ""), st.session_state.get("open", "")
    if ours and given != ours and not _going_back():
        st.query_params["ticket"] = given = ours
    st.session_state["open"] = given
    return TicketId(given) if given else None


def _going_back() -> bool:
    """Whether this run was asked for by the browser's own back or forward."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def open_ticket(ticket: TicketId) -> None:
    """Open a ticket, and leave the one that was open. To look claims nothing: see `take`."""
    before = st.session_state.get("viewed")
    if before and before != ticket:
        desk().inbox.release(person(), before)
    st.query_params["ticket"] = st.session_state["open"] = ticket
    show_pane("Conversation")
    plan_choices.begin_anew()
    stay(ticket)


def let_go() -> None:
    """Leave the ticket that is open: its reader went elsewhere, and others need not wait for it."""
    before = st.session_state.pop("viewed", None)
    st.session_state.pop("open", None)
    if before:
        with suppress(RungError):  # what is not let go of runs out by itself, within minutes
            desk().inbox.release(person(), before)


def stay(ticket: TicketId) -> None:
    """Say for a few minutes more that this page shows a ticket, which keeps it for whoever has begun to change it."""
    try:
        desk().inbox.begin_viewing(person(), ticket)
    except RungError as error:
        note(ticket, str(error))
    st.session_state["viewed"] = ticket


def take(ticket: TicketId) -> None:
    """Keep others from a ticket, since its reader begins to change it. Where somebody else has, that is noted."""
    attempt(ticket, lambda: desk().inbox.take(person(), ticket))


def ensure_open() -> None:
    """Open the ticket that a link or a refresh names."""
    ticket = current()
    if ticket and st.session_state.get("viewed") != ticket:
        open_ticket(ticket)


def remember(order: tuple[TicketId, ...]) -> None:
    """Keep the queue's order, and where in it the open ticket stood, for next and previous."""
    st.session_state["order"] = order
    ticket = current()
    if ticket in order:
        st.session_state["place"] = order.index(ticket)


def neighbour(by: int) -> TicketId | None:
    """The ticket after (1) or before (-1) the open one; if that one left, the one now there; if none is, the first."""
    order: tuple[TicketId, ...] = st.session_state.get("order", ())
    place: int = st.session_state.get("place", -1) if current() else -1
    gone = current() not in order
    to = min(max(place, 0), len(order) - 1) if gone and by > 0 else place + by
    return order[to] if 0 <= to < len(order) and order[to] != current() else None


def left_behind(ticket: TicketId | None) -> None:
    """The ticket that was just sent while its reader went on, for as long as it can be taken back."""
    st.session_state["left_behind"] = ticket


def behind() -> TicketId | None:
    """The ticket that was left behind, if there is one and it is not the open one."""
    ticket: TicketId | None = st.session_state.get("left_behind")
    return ticket if ticket != current() else None


def note(ticket: TicketId, text: str, place: Place = "above", *, code: str = "") -> None:
    """Something to tell about a ticket; it stays until the next act on it, or until it is no longer so.

    `code` is of the refusal that it tells, see `let_note_go`.
    """
    st.session_state["note"] = (ticket, text, place)
    st.session_state["note-code"] = code
    st.session_state.pop("note-told", None)


def attempt(ticket: TicketId, act: Callable[[], object], place: Place = "above") -> bool:
    """Do something to a ticket. Whether it was done; if not, why not is noted in words and everything else stays."""
    try:
        answer = act()
    except RungError as error:
        note(ticket, str(error), place)
        return False
    if isinstance(answer, Refusal):
        note(ticket, answer.text, place, code=answer.code)
        return False
    clear()
    return True


def menu(name: str) -> str:
    """The key of a popover that closes once what it offers was done: another count is another popover."""
    return f"{name}-{st.session_state.get('menus-done', 0)}"


def close_menus() -> None:
    """Callback: something was done in a popover, so whatever is open closes. What was refused stays as it was."""
    st.session_state["menus-done"] = st.session_state.get("menus-done", 0) + 1


def field(name: str) -> str:
    """The key of a field that is empty again once what it holds was used: another count is another field."""
    used: dict[str, int] = st.session_state.setdefault("fields-used", {})
    return f"{name}-{used.get(name, 0)}"


def empty_field(name: str) -> None:
    """Callback: what the field held was used."""
    used: dict[str, int] = st.session_state.setdefault("fields-used", {})
    used[name] = used.get(name, 0) + 1


def clear() -> None:
    """Nothing more to tell."""
    st.session_state.pop("note", None)


def let_note_go(view: TicketView) -> None:
    """Forget what is no longer so: told while an answer was still to come that has gone, or of a stop that is over."""
    ticket = view.ticket
    if not noted(ticket.id):
        return
    gone = st.session_state.setdefault("note-told", ticket.work) != "done" and ticket.work == "done"
    if gone or (noted_code(ticket.id) == "stopped" and not view.stopped):
        clear()


def noted_code(ticket: TicketId) -> str:
    """The code of the refusal that there is to tell about a ticket; empty: there is none."""
    return str(st.session_state.get("note-code", "")) if noted(ticket) else ""


def noted(ticket: TicketId, *places: Place) -> str:
    """What there is to tell about a ticket in one of these places; without any, wherever it is told."""
    about, text, place = st.session_state.get("note", (None, "", "above"))
    return str(text) if about == ticket and (not places or place in places) else ""
