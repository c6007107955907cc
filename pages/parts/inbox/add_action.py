"""Right pane, below the plan: any other action of the catalogue, filled in by hand."""

from __future__ import annotations

import streamlit as st

from cx_core.catalogue import ActionForm, ActionSpec
from cx_core.views import Refusal, TicketView
from pages.parts.components import node, paper
from pages.parts.inbox import action_fields, current_ticket
from pages.wiring import desk, person


def adding(view: TicketView) -> None:
    """A form behind a button. Nothing is done before approval."""
    goals = view.proposal.triage.goals if view.proposal else ()
    if not view.can_act or not goals:
        return
    with st.popover(
        "Add an action",
        icon=":material/add:",
        key=current_ticket.menu("adding"),
        type="tertiary",
        help="Another action (Alt+P)",
    ):
        actions = {action.name: action for action in desk().added_actions.addable(person())}
        chosen = st.selectbox(
            "Action",
            list(actions),
            None,
            format_func=lambda name: actions[name].title,
            key=f"add-{view.ticket.id}",
            placeholder="Choose or type",
        )
        if chosen is not None:
            _form(view, actions[chosen])


def _form(view: TicketView, action: ActionSpec) -> None:
    form = desk().added_actions.action_form(person(), view.ticket.id, action.name)
    if isinstance(form, Refusal):
        paper(node("p", form.text, cls="note care"), key="paper-adding")
        return
    goals = view.proposal.triage.goals if view.proposal else ()
    titles = {one.name: one.title for one in desk().task_types(person())}
    if len(goals) > 1:
        st.selectbox(
            "For",
            range(len(goals)),
            format_func=lambda at: titles.get(goals[at].task_type, "?"),
            key=f"add-goal-{view.ticket.id}",
        )
    action_fields.fields(form, view.ticket.id)
    st.button("Add to the plan", key="add-step", type="primary", on_click=_add, args=(view, form))


def _add(view: TicketView, form: ActionForm) -> None:
    ticket, action = view.ticket, form.action
    values = action_fields.values(form, ticket.id)
    goal = int(st.session_state.get(f"add-goal-{ticket.id}", 0))
    if current_ticket.attempt(
        ticket.id, lambda: desk().added_actions.add_step(person(), ticket.id, ticket.version, action.name, goal, values)
    ):
        st.session_state[f"add-{ticket.id}"] = None
        current_ticket.close_menus()
