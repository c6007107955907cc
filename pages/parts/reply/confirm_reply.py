"""Above the buttons that send: what in the reply is not true of the plan, and the tick by which a person says that it
may go all the same.

A tick is for exactly these words and this plan: its key holds their token, so that it is gone when either changes.
"""

from __future__ import annotations

import streamlit as st

from cx_core.views import TicketView, Unconfirmed
from pages.parts.components import node, paper
from pages.parts.inbox import current_ticket
from pages.parts.inbox.plan_choices import changed, left_out
from pages.parts.reply.draft import text_of
from pages.wiring import desk, person

REFUSED = "Nothing was sent. Check this first:"


def show_unconfirmed(view: TicketView) -> None:
    """The sentences, each with why, and the tick; nothing where the reply goes with its plan."""
    held = _held(view)
    if held is None:
        return
    with st.container(key="unconfirmed", gap="small"):
        lead = node("p", REFUSED) if _refused(view) else None
        reasons = [node("p", reason) for reason in held.reasons]
        paper(node("div", lead, *reasons, cls="note care stack tight"), key="paper-unconfirmed")
        st.checkbox("I have checked this wording: it is correct for this plan", key=_key(held))


def other_refusal(view: TicketView) -> str:
    """Why the reply was not sent, if that is anything else than the missing tick."""
    return "" if _refused(view) else current_ticket.noted(view.ticket.id, "send")


def confirmed(view: TicketView) -> str:
    """The token of what was ticked; empty: nothing was, or it was for other words or another plan."""
    held = _held(view)
    return held.token if held is not None and st.session_state.get(_key(held)) else ""


def _refused(view: TicketView) -> bool:
    """Whether the last attempt was refused for want of the tick."""
    return current_ticket.noted_code(view.ticket.id) == "unconfirmed"


def _held(view: TicketView) -> Unconfirmed | None:
    if not view.can_act:
        return None
    return desk().dual_approval.to_confirm(
        person(), view.ticket.id, reply=text_of(view), edits=changed(view), skipped=left_out(view)
    )


def _key(held: Unconfirmed) -> str:
    return f"confirm-{held.token[:16]}"
