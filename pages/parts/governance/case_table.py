"""Tickets in a table of the Autonomy page, each with when it was and the way to its case file."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cx_core.records import TicketId
from cx_core.views.level_views import WrongCase


def table(rows: Sequence[dict[str, object]], key: str) -> None:
    """Rows with "When" and "Case file" (`case_file`), and whatever else there is to say of each.

    A column in which nothing is said is left out.
    """
    st.dataframe(
        [{name: cell for name, cell in row.items() if any(each[name] != "" for each in rows)} for row in rows],
        hide_index=True,
        width="stretch",
        key=key,
        column_config={
            "When": st.column_config.DatetimeColumn(format="D MMM, HH:mm"),
            "Case file": st.column_config.LinkColumn(display_text="Open"),
        },
    )


def case_file(ticket: TicketId) -> str:
    """Return the address of a ticket's case file."""
    return f"/case?ticket={ticket}"


def wrong(cases: Sequence[WrongCase], why: str, key: str) -> None:
    """Cases in which a person did otherwise. `why` heads the column that says how."""
    rows: list[dict[str, object]] = [
        {
            "When": one.at,
            why: "; ".join(each.rstrip(".") for each in one.why),
            "Case file": case_file(one.ticket),
        }
        for one in cases
    ]
    table(rows, key)
