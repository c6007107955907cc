"""Which of the Inbox's three panes a narrow screen shows; wide ones show all three and hide this choice."""

from __future__ import annotations

from typing import Literal, get_args

import streamlit as st

Pane = Literal["Tickets", "Conversation", "Plan"]
_KEY, _WANTED = "pane", "pane-wanted"


def pane_switch() -> None:
    """Draw the choice. What is shown follows from it in `inbox.css`, at once and without a rerun."""
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is not None:
        st.session_state[_KEY] = wanted
    st.session_state.setdefault(_KEY, "Tickets")
    with st.container(key="pane-bar"):
        st.segmented_control(
            "Show", get_args(Pane), key=_KEY, required=True, label_visibility="collapsed", width="stretch"
        )


def show_pane(pane: Pane) -> None:
    """Turn a narrow screen to a pane at the next run, which a person's choice can change again."""
    st.session_state[_WANTED] = pane
