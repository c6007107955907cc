"""The fields in which a person fills in the arguments of an action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from cx_core.catalogue import ActionForm, ArgumentSpec
from cx_core.records import ActionName, Money, TicketId, Value
from pages.parts.components import node, paper
from pages.parts.words import titled


def fields(form: ActionForm, ticket: TicketId, use: str = "add") -> None:
    """One field for each argument; `use` keeps apart what the same form is drawn for."""
    for name, spec in form.action.arguments.items():
        _field(form, name, spec, _key(use, ticket, form.action.name, name))


def values(form: ActionForm, ticket: TicketId, use: str = "add") -> dict[str, Value]:
    """What they say; None where one is empty."""
    return {name: _value(form, name, spec, ticket, use) for name, spec in form.action.arguments.items()}


def _key(use: str, ticket: TicketId, action: ActionName, argument: str) -> str:
    return f"{use}-{ticket}-{action}-{argument}"


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


def _value(form: ActionForm, name: str, spec: ArgumentSpec, ticket: TicketId, use: str) -> Value:
    """What a field says, as the kind of value the argument holds; the customer is the ticket's own."""
    if spec.of == "customer":
        return next((option.value for option in form.offered.get(name, ())), None)
    given = st.session_state.get(_key(use, ticket, form.action.name, name))
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
