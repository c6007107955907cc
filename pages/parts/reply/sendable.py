"""Above the text area: what the ticket's channel takes now, and the templates where it takes nothing else."""

from __future__ import annotations

from itertools import cycle

import streamlit as st

from cx_core.records.channels.messengers import ReplyTemplate
from cx_core.views import TicketView
from pages.parts.components import node, paper
from pages.parts.reply.draft import text_of
from pages.parts.reply.insert_text import into
from pages.wiring import desk, person

_PUT_IN = "templates-put-in"
"""How many were: another count is another menu, which is closed."""


def sendable(view: TicketView) -> None:
    """Draw it before anything is written; nothing for a channel that takes any text at any time."""
    way = view.way_out
    if way.until is not None:
        until = node("time", at=way.until.isoformat())
        told = [node("span", "Free text until"), until, node("span", "then templates only")]
        paper(node("p", *told, cls="row small muted"), key="paper-until")
    if way.sends == "template":
        _templates(view)


def not_sendable(view: TicketView) -> str:
    """Why these words would not be sent now; empty: they would, or nothing is written yet."""
    if view.way_out.sends == "text" or not text_of(view).strip():
        return ""
    if view.way_out.sends == "nothing":
        return "Nothing can be sent by this channel now."
    refusal = desk().approvals.not_sendable(person(), view.ticket.id, text_of(view))
    return "Only a template can be sent now: insert one, and fill its gaps." if refusal is not None else ""


def _templates(view: TicketView) -> None:
    of = f"{view.ticket.id}-{st.session_state.get(_PUT_IN, 0)}"
    templates = {f"{one.name} ({one.language})": one for one in view.way_out.templates}
    with st.container(border=True, key="templates", gap="small"):
        name = st.selectbox(
            "Template",
            list(templates),
            None if len(templates) > 1 else 0,
            key=f"template-{of}",
            placeholder="Choose a template",
        )
        if name is None:
            return
        template = templates[name]
        keys = {number: f"gap-{of}-{name}-{number}" for number in template.gaps}
        for column, (number, key) in zip(cycle(st.columns(2)), keys.items(), strict=False):
            column.text_input(f"Gap {number}", key=key, max_chars=200, placeholder=f"What stands for {{{number}}}")
        values = {number: str(st.session_state.get(key, "")).strip() for number, key in keys.items()}
        paper(node("p", template.filled(values), cls="typed reply"), key="paper-template")
        st.button("Use template", key="template-use", on_click=_use, args=(view, template, keys))


def _use(view: TicketView, template: ReplyTemplate, keys: dict[int, str]) -> None:
    """In place of what was written, which can be brought back: a template goes as it is or not at all."""
    words = template.filled({number: str(st.session_state.get(key, "")).strip() for number, key in keys.items()})
    if into(view, lambda _: words, own=False):
        st.session_state[_PUT_IN] = st.session_state.get(_PUT_IN, 0) + 1
