"""What the open ticket is once its reply is sent: as suggested, until a person chooses. Editing is no choice."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from cx_core.records import Leaves, Status, TicketId
from cx_core.views import TicketView
from pages.parts.inbox.plan_choices import left_out
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
    return chosen(view.ticket.id) or first or _known(suggested) or "solved"


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
        args=(view.ticket.id, key, stands),
    )


def chosen(ticket: TicketId) -> Leaves | None:
    """Return what a person chose for this ticket; None: nobody has."""
    of, status = st.session_state.get(_CHOSEN, (None, None))
    return _known(status) if of == ticket else None


def choose(ticket: TicketId, status: Leaves) -> None:
    """Callback: it stays, whatever becomes of the reply's words."""
    st.session_state[_CHOSEN] = (ticket, status)


def forget(ticket: TicketId) -> None:
    """The ticket is done: the next reply to it starts from its own suggestion."""
    if chosen(ticket):
        st.session_state.pop(_CHOSEN)


def _choose(ticket: TicketId, key: str, stood: Leaves) -> None:
    """Callback. A field that comes back after a run without it sends what it shows: nobody has chosen that."""
    if st.session_state[key] != stood:
        choose(ticket, st.session_state[key])


def _known(status: object) -> Leaves | None:
    return next((one for one in get_args(Leaves) if one == status), None)
