"""Right pane: what the customer wants, put right by a person; and the way back to the copilot."""

from __future__ import annotations

import streamlit as st

from cx_core.records import PREPARES, TaskTypeName
from cx_core.views import TicketView
from pages.parts.inbox import current_ticket
from pages.wiring import desk, person

MOST = 6


def corrects(view: TicketView) -> bool:
    """Whether what was understood can be put right now."""
    return view.can_act and view.proposal is not None and view.ticket.status != "closed"


def correcting(view: TicketView) -> None:
    """A small form behind a button; the proposal follows what is said there."""
    if not corrects(view) or view.proposal is None:
        return
    titles = {one.name: one.title for one in desk().task_types(person())}
    now = [goal.task_type for goal in view.proposal.triage.goals if goal.task_type in titles]
    by_title = sorted(titles, key=titles.__getitem__)
    key = f"wants-{view.ticket.id}-{view.ticket.version}"
    with st.container(horizontal=True, gap="small", key="correcting-bar"):
        with st.popover(
            "Correct",
            icon=":material/edit:",
            key=current_ticket.menu("correcting"),
            type="tertiary",
            help="Say what they want (Alt+G)",
        ):
            st.caption("The copilot reads the ticket again with what you choose. Your text is kept.")
            # The button stands above: the open list would lie over it.
            st.button("Apply and re-read", key="correct", type="primary", on_click=_correct, args=(view, key))
            st.multiselect(
                "What they want",
                by_title,
                now,
                format_func=titles.__getitem__,
                key=key,
                max_selections=MOST,
                placeholder="Nothing we handle",
            )
        if view.proposal.route == "person" and any(goal.level >= PREPARES for goal in view.proposal.triage.goals):
            st.button(
                "Hand back to copilot",
                key="to-copilot",
                icon=":material/undo:",
                type="tertiary",
                on_click=_give,
                args=(view,),
                help="It reads, drafts and plans again, though a person was asked for",
            )


def _correct(view: TicketView, key: str) -> None:
    wanted = [TaskTypeName(name) for name in st.session_state[key]]
    ticket = view.ticket
    if current_ticket.attempt(
        ticket.id, lambda: desk().goal_correction.correct_goals(person(), ticket.id, ticket.version, wanted)
    ):
        current_ticket.close_menus()


def _give(view: TicketView) -> None:
    ticket = view.ticket
    current_ticket.attempt(
        ticket.id, lambda: desk().goal_correction.give_to_copilot(person(), ticket.id, ticket.version)
    )
