"""That Rung is still learning, so that whoever waits knows for what."""

from __future__ import annotations

import streamlit as st

from pages.parts.components import node, paper
from pages.wiring import desk

LOOK_SECONDS = 5.0


@st.fragment(run_every=LOOK_SECONDS)
def learning(then: str) -> None:
    """`then`: what happens once it has learnt. Nothing where it has."""
    with st.container(key="learning"):
        if desk().copilot_health().get("encoder") == "loading":
            words = f"Rung is still learning from its examples, which takes a minute or two the first time. {then}"
            paper(node("p", words, cls="note busy"), key="paper-learning")
