"""While Rung learns what is in force: the page says so, and draws itself anew once it has."""

from __future__ import annotations

import streamlit as st

from pages.parts.components import node, paper
from pages.parts.outcome import say_again
from pages.wiring import desk, person

LOOK_SECONDS = 3.0


@st.fragment(run_every=LOOK_SECONDS)
def learning() -> None:
    """Drawn while something is learnt; what the rest of the page says of it is outdated once it is over."""
    if not desk().own_task_types.all(person()).to_be_taken_in:
        say_again()
        st.rerun()
    text = "What is in force has changed. Rung learns it and works with it in a few minutes; nothing stops meanwhile."
    paper(node("p", text, cls="note busy"), key="paper-taken-in")
