"""How often the copilot and people were right, side by side, by the same scorecard."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cx_core.views.review_views import RightShare, SameMeasure
from pages.parts.components import node, paper

WHY = (
    "Of what was drawn for review, weighed by its chance of being drawn; in brackets where the share lies with 95 %. "
    "Names of people are on no list, and no level depends on their figures."
)


def side_by_side(rows: Sequence[SameMeasure]) -> None:
    """The line over all task types, and a row for each."""
    if not rows:
        return
    st.subheader("Copilot and people, by the same scorecard")
    paper(node("p", line(rows[0])), key="paper-same-measure")
    if not rows[1:]:
        return
    st.dataframe(
        [
            {"Task type": one.title, "Copilot right": _told(one.copilot), "People right": _told(one.people)}
            for one in rows[1:]
        ],
        hide_index=True,
        width="stretch",
        height="content",
        key="same-measure",
    )
    st.caption(WHY)


def line(whole: SameMeasure) -> str:
    """Both in a sentence: "Right: copilot 97.1 % of 210 (94 to 99 %), people 96.4 % of 130 (92 to 98 %)."."""
    return f"Right: copilot {_told(whole.copilot)}, people {_told(whole.people)}."


def _told(share: RightShare | None) -> str:
    if share is None:
        return "not reviewed yet"
    return f"{share.right:.1%} of {share.reviewed} ({share.low:.0%} to {share.high:.0%})"
