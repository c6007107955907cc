"""Right pane, below the plan: any other action of the catalogue, filled in by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from cx_core.catalogue import ActionForm, ActionSpec, ArgumentSpec
from cx_core.records import ActionName, Money, TicketId, Value
from cx_core.views import Refusal, TicketView
from pages.parts.components import node, paper
from pages.parts.inbox import current_ticket
from pages.parts.words import titled
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
    for name, spec in action.arguments.items():
        _field(form, name, spec, _key(view.ticket.id, action.name, name))
    st.button("Add to the plan", key="add-step", type="primary", on_click=_add, args=(view, form))


def _key(ticket: TicketId, action: ActionName, argument: str) -> str:
    return f"add-{ticket}-{action}-{argument}"


def _field(form: ActionForm, name: str, spec: ArgumentSpec, key: str) -> None:
    label = (spec.title or titled(name)) + (" (optional)" if spec.optional else "")
    offered = {str(option.value): option.label for option in form.offered.get(name, ())}
    if spec.of == "customer":
        return
    if offered:
        st.selectbox(label, list(offered), None, format_func=offered.__getitem__, key=key, placeholder="Choose")
    elif spec.type == "record":
        paper(node("p", f"{label}: this customer has none.", cls="note care"), key=f"paper-{key}")
    elif spec.type == "money":
        st.number_input(f"{label} ({form.currency})", 0.0, None, None, 1.0, "%.2f", key=key, placeholder="0.00")
    elif spec.type == "date":
        st.date_input(label, None, key=key, format="DD/MM/YYYY")
    elif spec.type == "boolean":
        st.checkbox(label, key=key)
    elif spec.type == "integer":
        st.number_input(label, value=None, step=1, key=key)
    elif spec.type == "items":
        st.text_area(f"{label}, one per line", key=key)
    else:
        st.text_input(label, key=key, max_chars=500)


def _add(view: TicketView, form: ActionForm) -> None:
    ticket, action = view.ticket, form.action
    values = {name: _value(form, name, spec, ticket.id) for name, spec in action.arguments.items()}
    goal = int(st.session_state.get(f"add-goal-{ticket.id}", 0))
    if current_ticket.attempt(
        ticket.id, lambda: desk().added_actions.add_step(person(), ticket.id, ticket.version, action.name, goal, values)
    ):
        st.session_state[f"add-{ticket.id}"] = None
        current_ticket.close_menus()


def _value(form: ActionForm, name: str, spec: ArgumentSpec, ticket: TicketId) -> Value:
    """What a field says, as the kind of value the argument holds; the customer is the ticket's own."""
    if spec.of == "customer":
        return next((option.value for option in form.offered.get(name, ())), None)
    given = st.session_state.get(_key(ticket, form.action.name, name))
    if given is None or given == "":
        return None
    if spec.type == "money":
        return Money(minor=round(float(given) * 100), currency=form.currency)
    return READ.get(spec.type, str)(given)


def _items(given: object) -> Value:
    return tuple(line.strip() for line in str(given).splitlines() if line.strip())


def _date(given: object) -> Value:
    return given.isoformat() if isinstance(given, date) else str(given)


READ: dict[str, Callable[[object], Value]] = {
    "items": _items,
    "date": _date,
    "boolean": bool,
    "integer": lambda given: int(str(given)),
}
