"""Right pane of a ticket that is answered first: what this person would do, before they see the proposal."""

from __future__ import annotations

import streamlit as st

from cx_core.catalogue import ActionForm, action_of
from cx_core.records import ActionName, TicketId, Value
from cx_core.views import Refusal, TicketView
from pages.parts.components import node, paper
from pages.parts.inbox import action_fields, current_ticket
from pages.wiring import desk, person

WHY = (
    "For a share of tickets you say first what you would do. The proposal is shown right after, and you answer the "
    "customer as always. Only so it can be known how often the copilot is right."
)
NAMED = "first-named"
"""Where the session keeps the actions named so far, with their ticket."""


def answering_first(view: TicketView) -> None:
    """The actions named so far, one more, and the way to the proposal."""
    ticket = view.ticket.id
    actions = {action.name: action for action in desk().added_actions.addable(person())}
    with st.container(border=True, key="first-answer"):
        lines = [node("li", action_of(actions, name).title) for name, _ in _named(ticket)]
        paper(
            node("h3", "Your answer first"),
            node("p", WHY, cls="small muted"),
            node("ul", *lines) if lines else None,
            key="paper-first-answer",
        )
        chosen = st.selectbox(
            "What would you do?",
            list(actions),
            None,
            format_func=lambda name: actions[name].title,
            key=f"first-{ticket}",
            placeholder="No action, an answer is enough" if not lines else "Nothing else",
        )
        if chosen is not None:
            form = desk().added_actions.action_form(person(), ticket, chosen)
            if isinstance(form, Refusal):
                paper(node("p", form.text, cls="note care"), key="paper-first-form")
            else:
                action_fields.fields(form, ticket, "first")
                st.button("And another action", key="first-more", on_click=_more, args=(form, ticket))
        st.button("That is it: show the proposal", key="first-show", type="primary", on_click=_show, args=(view,))


def _named(ticket: TicketId) -> list[tuple[ActionName, dict[str, Value]]]:
    kept = st.session_state.get(NAMED)
    return list(kept[1]) if kept and kept[0] == ticket else []


def _more(form: ActionForm, ticket: TicketId) -> None:
    named = [*_named(ticket), (form.action.name, action_fields.values(form, ticket, "first"))]
    st.session_state[NAMED] = (ticket, named)
    st.session_state[f"first-{ticket}"] = None


def _show(view: TicketView) -> None:
    ticket, named = view.ticket, _named(view.ticket.id)
    chosen = st.session_state.get(f"first-{ticket.id}")
    if chosen is not None:
        form = desk().added_actions.action_form(person(), ticket.id, chosen)
        if not isinstance(form, Refusal):
            named.append((form.action.name, action_fields.values(form, ticket.id, "first")))
    if current_ticket.attempt(
        ticket.id, lambda: desk().first_answers.answer(person(), ticket.id, ticket.version, named)
    ):
        st.session_state.pop(NAMED, None)
