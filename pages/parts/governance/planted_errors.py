"""How many of the errors that were shown on purpose people caught, by task type."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cx_core.views.level_views import CatchRate
from pages.parts.components import node, paper

WHY = (
    "A few proposals at level 2 are shown with one detail wrong on purpose. Nothing of them can be carried out; they "
    "count for no level. Whoever answers one is told at once. This says whether people still look, not who."
)


def caught(rates: Sequence[CatchRate]) -> None:
    """The shares caught, with of how many and since when."""
    st.subheader("Planted errors caught")
    if not rates:
        paper(node("p", f"{WHY} None was answered yet.", cls="small muted"), key="paper-planted")
        return
    st.dataframe(
        [
            {
                "Task type": one.title,
                "Caught": f"{one.caught / one.decided:.0%}",
                "Answered": f"{one.caught} of {one.decided}",
                "Since": f"{one.since.day} {one.since:%b %Y}",
            }
            for one in rates
        ],
        hide_index=True,
        width="stretch",
        height="content",
        key="planted-errors",
    )
    st.caption(WHY)
