"""The Inbox: the queue, the open ticket, and what the copilot proposes for it."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Role
from cx_core.views import Refusal, TicketView
from pages.parts.components import keys, node, paper, style
from pages.parts.inbox import current_ticket
from pages.parts.inbox.add_action import adding
from pages.parts.inbox.conversation import conversation, first_ticket, heading, undelivered
from pages.parts.inbox.correct_goal import correcting
from pages.parts.inbox.customer_tickets import may_belong, other_tickets
from pages.parts.inbox.first_answer import answering_first
from pages.parts.inbox.panes import pane_switch
from pages.parts.inbox.plan import plan
from pages.parts.inbox.queue import queue_pane
from pages.parts.inbox.queue_filters import undrawn
from pages.parts.inbox.solved_cases import solved_before
from pages.parts.inbox.ticket_banner import standing
from pages.parts.inbox.ticket_menu import notes
from pages.parts.inbox.ticket_overview import glance, sources
from pages.parts.inbox.visitor_presence import presence
from pages.parts.page import require, told
from pages.parts.reply.composer import composer, composes
from pages.parts.reply.send_bar import send_bar
from pages.wiring import desk, person


@st.fragment
def ticket_panes() -> None:
    """Middle and right. Refreshed when this ticket changes, without touching the queue."""
    if undrawn():
        st.rerun()
    with told():
        view = _looked_at()
        if not isinstance(view, TicketView):
            _nothing_open(view)
            return
        middle, right = st.columns([1.25, 1], gap="small")
        with middle:
            _talk(view)
        with right, st.container(key="plan-pane", gap="small"):
            glance(view)
            other_tickets(view)
            if view.first_answer:
                answering_first(view)
            correcting(view)
            plan(view)
            adding(view)
            sources(view)
            solved_before(view)


def _looked_at() -> TicketView | Refusal | None:
    """The open ticket, its plan checked against the records when it is opened. To look claims nothing."""
    ticket = current_ticket.current()
    if ticket and st.session_state.get("checked") != ticket:
        st.session_state["checked"] = ticket
        desk().customer_tickets.check_records(person(), ticket)
    return desk().inbox.ticket(person(), ticket) if ticket else None


def _nothing_open(refusal: Refusal | None) -> None:
    text = refusal.text if refusal else "Choose a ticket"
    how = "Alt + J opens the first ticket. ? lists all shortcuts."
    with st.container(horizontal_alignment="center", gap="small"):
        paper(node("div", node("h2", text), node("p", how, cls="muted"), cls="empty"), key="paper-empty")
        first_ticket()


def _talk(view: TicketView) -> None:
    with st.container(key="talk-pane", gap="small"):
        heading(view)
        with st.container(key="talk-scroll", gap="small"):
            standing(view)
            may_belong(view)
            conversation(view, composes(view))
            undelivered(view)
            notes(view)
            presence(view)
            composer(view)
        send_bar(view)


require(Role.ADVISOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
style()
current_ticket.ensure_open()
pane_switch()
left, rest = st.columns([1, 3.1], gap="small")
with left:
    queue_pane()
with rest:
    ticket_panes()
keys()
