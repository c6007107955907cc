"""Changing a step: one field for each argument, by the kind of its value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from cx_core.records import Argument, Money, Option, Value
from cx_core.views import StepCard, TicketView
from pages.parts.inbox.plan_choices import choices
from pages.parts.reply.draft import keep
from pages.parts.words import iso_date, shown, titled


def edit_form(view: TicketView, card: StepCard) -> None:
    """Fields for the arguments. Nothing changes until Done is pressed."""
    step = card.step.id
    edits = choices(view).edits.get(step, {})
    with st.container(key=f"fields-edit-{step}", gap="small"):
        for argument in card.step.arguments:
            _field(argument, edits.get(argument.name, argument.value), _key(view, card, argument))
        with st.container(horizontal=True, gap="small"):
            st.button("Done", key=f"edited-{step}", on_click=_keep, args=(view, card))
            st.button("Cancel", key=f"unedited-{step}", type="tertiary", on_click=_close, args=(view, card))


def _key(view: TicketView, card: StepCard, argument: Argument) -> str:
    closed = choices(view).closed
    return f"field-{view.ticket.id}-{view.ticket.version}-{card.step.id}-{argument.name}-{closed}"


def _options(argument: Argument) -> Sequence[Option]:
    """The values to choose among, the proposed one first if it is not one of them."""
    if any(option.value == argument.value for option in argument.options):
        return argument.options
    return (Option(value=argument.value, label=shown(argument.value), source=argument.source), *argument.options)


def _field(argument: Argument, value: Value, key: str) -> None:
    """What is picked outlives a look at another ticket: see `_close`."""
    label = titled(argument.name)
    day = iso_date(value)
    if argument.options:
        options = _options(argument)
        at = next((index for index, option in enumerate(options) if option.value == value), 0)
        st.selectbox(
            label,
            range(len(options)),
            at,
            format_func=lambda index: options[index].label,
            key=key,
            persist_state="session",
        )
    elif isinstance(value, Money):
        st.number_input(
            f"{label} ({value.currency})", 0.0, None, value.minor / 100, 1.0, "%.2f", key=key, persist_state="session"
        )
    elif isinstance(value, bool):
        st.checkbox(label, value, key=key, persist_state="session")
    elif isinstance(value, int):
        st.number_input(label, value=value, step=1, key=key, persist_state="session")
    elif isinstance(value, tuple):
        st.text_area(f"{label}, one per line", "\n".join(value), key=key, persist_state="session")
    elif day:
        st.date_input(label, day, key=key, format="DD/MM/YYYY", persist_state="session")
    else:
        st.text_input(label, "" if value is None else value, key=key, persist_state="session")


def _read(argument: Argument, key: str) -> Value:
    """What a field says now, as the kind of value the argument holds. A field not drawn yet says nothing new."""
    given = st.session_state.get(key)
    value = argument.value
    if given is None:
        return value
    if argument.options:
        return _options(argument)[int(given)].value
    if isinstance(value, Money):
        return Money(minor=round(float(given) * 100), currency=value.currency)
    if isinstance(value, tuple):
        return tuple(line.strip() for line in str(given).splitlines() if line.strip())
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(value, bool | int):
        return type(value)(given)
    return None if value is None and not given else str(given)


def _keep(view: TicketView, card: StepCard) -> None:
    """Keep what differs from the proposal, and what was in doubt and is left: a person backs it now."""
    chosen = choices(view)
    found = view.proposal.findings if view.proposal else ()
    doubted = {finding.argument for finding in found if finding.step == card.step.id}
    fields = {argument.name: _read(argument, _key(view, card, argument)) for argument in card.step.arguments}
    chosen.edits[card.step.id] = {
        a.name: fields[a.name]
        for a in card.step.arguments
        if fields[a.name] != a.value or (a.name in doubted and a.value is not None)
    }
    _close(view, card)
    keep(view)


def _close(view: TicketView, card: StepCard) -> None:
    """Close the fields; opened again they begin from what is kept."""
    for argument in card.step.arguments:
        st.session_state.pop(_key(view, card, argument), None)
    chosen = choices(view)
    chosen.editing = None
    chosen.closed += 1
