"""The first ticket: a message as a customer would write it, through the same door."""

from __future__ import annotations

import streamlit as st

from cx_core.views import Refusal
from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

_MADE = "set-up-ticket"


def fields() -> None:
    if desk().copilot_health().get("encoder") == "loading":
        words = (
            "Rung is still learning from its examples, which takes some minutes. Messages are read as soon as it has."
        )
        paper(node("p", words, cls="note busy"), key="paper-learning")
    st.text_area(
        "A message, as a customer would write it",
        key="test-text",
        height=100,
        max_chars=4000,
        placeholder="Hello, how long does delivery take? And can somebody call me tomorrow on 020 7946 0123?",
    )
    st.caption("It is marked as a test, and replies to it stay in Rung.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Send as a customer", key="test-send", type="primary", on_click=_send)
        if made := st.session_state.get(_MADE):
            st.page_link(
                "inbox.py", label="Open it in the Inbox", icon=":material/inbox:", query_params={"ticket": made}
            )


def _send() -> None:
    """Callback."""
    with answering():
        made = desk().set_up.write_test(person(), str(st.session_state.get("test-text", "")))
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        st.session_state[_MADE] = str(made)
        st.session_state["test-text"] = ""
        say("Sent. Open it in the Inbox.")
