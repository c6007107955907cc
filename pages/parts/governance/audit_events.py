"""Events of the audit log: masked, and one of them as it was written for whoever gives a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from cx_core.records import AuditEvent, PersonId
from cx_core.views import Refusal
from pages.parts.cells import cell
from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.parts.words import excerpt
from pages.wiring import desk, person

_CLEAR = "event-clear"


_TELLING = ("decision", "action", "name", "summary", "text", "reply", "reason", "why")
"""Fields of a payload that tell a reader what happened, in the order they are read."""


def show(shown: tuple[AuditEvent, ...], names: Mapping[PersonId, str]) -> None:
    """The table, newest first, and one event in full. `names` says who an id is."""
    if not shown:
        paper(node("p", "No events yet, or no such ticket.", cls="muted"), key="audit-none")
        return
    newest_first = sorted(shown, key=lambda event: event.seq, reverse=True)
    st.dataframe(
        [_row(event, names) for event in newest_first],
        hide_index=True,
        width="stretch",
        height=430 if len(shown) > 11 else "content",
        key="events",
    )
    by_number = {event.seq: event for event in newest_first}
    labels = {seq: f"{seq} · {_what(event)}" for seq, event in by_number.items()}
    number = st.selectbox("One event in full", list(labels), format_func=labels.__getitem__, key="event", width=320)
    clear: AuditEvent | None = st.session_state.pop(_CLEAR, None)
    event = clear if clear is not None and clear.seq == number else by_number[number]
    if event is not clear and event.payload is not None:
        _reason(number)
    st.code(_says(event, indent=2), language=None, wrap_lines=True)


def _reason(number: int) -> None:
    """Asking for the event as it was written: shown once, and not kept."""
    with st.form("unmask", border=False):
        st.caption("Personal data is masked. To read the event as it was written, say why: it goes on record.")
        words, button = st.columns([3, 1], vertical_alignment="bottom")
        words.text_input("Reason", key="unmask-reason", max_chars=500)
        button.form_submit_button("Show", key="unmask-now", on_click=unmask, args=(number,), width="stretch")


def unmask(number: int) -> None:
    """Callback: fetch one event as it was written, for the next run only."""
    with answering():
        answer = desk().audit_access.audit_clear(person(), number, st.session_state["unmask-reason"])
        if isinstance(answer, Refusal):
            say(answer.text, good=False)
        else:
            st.session_state["unmask-reason"] = ""
            st.session_state[_CLEAR] = answer


def _what(event: AuditEvent) -> str:
    return event.kind.replace("_", " ")


def _row(event: AuditEvent, names: Mapping[PersonId, str]) -> dict[str, object]:
    """One line of the table. Cells of a dataframe are drawn as plain text."""
    return {
        "No.": event.seq,
        "When (UTC)": event.at.strftime("%Y-%m-%d %H:%M:%S"),
        "What": _what(event),
        "Ticket": event.ticket or "",
        "Who": names.get(PersonId(event.actor), event.actor),
        "Content": cell(excerpt(_tells(event), 400)),
    }


def _tells(event: AuditEvent) -> str:
    """What happened, in the record's own words; all of it where no field is known to tell."""
    found = [(event.payload or {}).get(name) for name in _TELLING]
    return " · ".join(text for text in found if text and isinstance(text, str)) or _says(event)


def _says(event: AuditEvent, indent: int | None = None) -> str:
    if event.payload is None:
        return "Erased."
    return json.dumps(event.payload, ensure_ascii=False, indent=indent, default=str)
