"""The bar on every page that says what is stopped, since when, by whom and why."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Person
from pages.parts.components import stop_bar as bar
from pages.parts.outcome import say_again
from pages.parts.routes.desk_state import desk_state
from pages.wiring import desk


def stop_bar(someone: Person, *, inbox: bool) -> None:
    """Draw it; the browser keeps it true while the page is open. The Inbox has a live connection of its own."""
    with st.container(key="stop-bar"):
        bar({**desk_state(desk(), someone), "connect": not inbox}, on_waiting=say_again)
