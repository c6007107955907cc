"""The first ticket: a message as a customer would write it, through the same door."""

from __future__ import annotations

import streamlit as st

from cx_core.views import Refusal
from pages.parts.outcome import answering, say
from pages.parts.set_up.learning import learning
from pages.wiring import desk, person

_MADE = "set-up-ticket"


def fields() -> None:
    learning("Messages are read as soon as it has.")
    with st.form("test", border=False, clear_on_submit=True):
        st.text_area(
            "A message, as a customer would write it",
            key="test-text",
            height=100,
            max_chars=4000,
            placeholder="Hello, how long does delivery take?",
        )
        st.caption("It is marked as a test, and replies to it stay in Rung.")
        st.form_submit_button("Send as a customer", type="primary", on_click=_send)
    if made := st.session_state.get(_MADE):
        st.page_link("inbox.py", label="Open it in the Inbox", icon=":material/inbox:", query_params={"ticket": made})


def _send() -> None:
    """Callback."""
    with answering():
        made = desk().set_up.write_test(person(), str(st.session_state.get("test-text", "")))
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        st.session_state[_MADE] = str(made)
        say("Sent. Open it in the Inbox.")
