"""What the open ticket is once its reply is sent: as suggested, until a person chooses. Editing is no choice."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from cx_core.records import Leaves, Status
from cx_core.views import TicketView
from pages.parts.inbox.plan_choices import left_out
from pages.parts.reply.draft import version_of
from pages.wiring import desk, person

AFTER: dict[Status, str] = {
    "solved": "Mark solved",
    "pending": "Mark waiting",
    "open": "Keep open",
}
_CHOSEN = "leaves"


def shown(view: TicketView) -> Leaves:
    """What the field says: what was chosen, else what the first of two approved, else what is suggested."""
    suggested = desk().inbox.after_sending(person(), view.ticket.id, left_out(view))
    first = view.first.leaves if view.first else None
    return chosen(view) or first or _known(suggested) or "solved"


def field(view: TicketView, of: str, stands: Leaves) -> None:
    """The choice. `of` names the ticket and version it is for, `stands` is what it says now."""
    statuses = get_args(Leaves)
    key = f"after-{of}-{stands}"  # another field once something else stands: the browser keeps what a field showed
    st.selectbox(
        "Afterwards",
        statuses,
        index=statuses.index(stands),
        format_func=AFTER.__getitem__,
        key=key,
        label_visibility="collapsed",
        width=148,
        help="What the ticket is once it is sent: solved, waiting for the customer, or open and still yours",
        on_change=_choose,
        args=(view, key, stands),
    )


def chosen(view: TicketView) -> Leaves | None:
    """Return what a person chose for this version of this ticket; None: nobody has."""
    of, status = st.session_state.get(_CHOSEN, (None, None))
    return _known(status) if of == (view.ticket.id, version_of(view)) else None


def choose(view: TicketView, status: Leaves) -> None:
    """Callback: it stays, whatever becomes of the reply's words, for as long as this version counts."""
    st.session_state[_CHOSEN] = ((view.ticket.id, version_of(view)), status)


def forget(view: TicketView) -> None:
    """The ticket is done: should it be answered once more as it is, that starts from its own suggestion."""
    if chosen(view):
        st.session_state.pop(_CHOSEN)


def _choose(view: TicketView, key: str, stood: Leaves) -> None:
    """Callback. A field that comes back after a run without it sends what it shows: nobody has chosen that."""
    if st.session_state[key] != stood:
        choose(view, st.session_state[key])


def _known(status: object) -> Leaves | None:
    return next((one for one in get_args(Leaves) if one == status), None)
