"""The floor: what waits, what is about to be late, who has what, and giving tickets to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from cx_core.records import PersonId, Role, TicketId
from cx_core.views import Floor, QueueRow, Refusal
from pages.parts.cells import cell
from pages.parts.components import node, paper
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import require, told
from pages.parts.words import excerpt, time_left
from pages.wiring import desk, person

require(Role.SUPERVISOR, Role.ADMINISTRATOR)


def give() -> None:
    """Callback: the chosen tickets go to the chosen colleague."""
    chosen = [TicketId(id) for id in st.session_state["give-tickets"]]
    with answering():
        done = desk().reassign(person(), chosen, PersonId(st.session_state["give-to"]))
        if isinstance(done, Refusal):
            say(done.text, good=False)
            return
        left = len(chosen) - len(done)
        st.session_state["give-tickets"] = []
        say(f"{len(done)} handed over." + (f" {left} stay: somebody is working on them." if left else ""))


def figures(floor: Floor) -> None:
    """The five numbers a supervisor looks at first."""
    shown = (
        ("New", floor.new), ("Open", floor.open), ("Waiting", floor.pending), ("Nobody's", floor.unassigned),
        ("Late or within 1 h", len(floor.late)),
    )  # fmt: skip
    for column, (label, number) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(label, f"{number:,}", border=True)


def late(rows: tuple[QueueRow, ...]) -> None:
    """What must be answered next, soonest first."""
    now = datetime.now(UTC)
    st.dataframe(
        [
            {
                "Ticket": row.id,
                "Time": time_left(round((row.respond_by - now).total_seconds() / 60)) if row.respond_by else "",
                "Priority": row.priority,
                "Customer": cell(row.customer_name),
                "Subject": cell(excerpt(row.subject, 80)),
                "Whose": row.assignee_name or row.team or "nobody's",
            }
            for row in rows
        ],
        hide_index=True,
        width="stretch",
        height="content",
        key="late",
        column_config={"Subject": st.column_config.TextColumn(width="medium")},
    )


def seconding(rows: tuple[QueueRow, ...]) -> None:
    """What one person approved and another must, longest first."""
    me = person().id
    lines = [
        node(
            "p",
            node("span", f"{row.id} · {excerpt(row.subject, 60)}"),
            node("span", f"approved by {row.first.name}{'' if row.first.person != me else ' (you)'}", cls="muted"),
            node("time", at=row.first.at.isoformat(), cls="muted"),
            cls="row small",
        )
        for row in rows
        if row.first is not None
    ]
    paper(node("div", *lines, cls="stack tight"), key="paper-seconding")


def people(floor: Floor) -> None:
    """Who has how many, and which are open in front of them now: lines, since a table is cut where it is narrow."""
    lines = [
        node(
            "p",
            node("span", one.name),
            node("span", f"{one.role.value} · {one.open} theirs", cls="muted"),
            node("span", f"in hand now {', '.join(one.tickets)}" if one.tickets else "none in hand", cls="muted"),
            cls="row small",
        )
        for one in floor.workers
    ]
    paper(node("div", *lines, cls="stack tight"), key="paper-people")


def load_by_hour(arrivals: Sequence[int]) -> None:
    """How many messages came in each of the last hours, the newest last."""
    hours = [*(f"{ago} h ago" for ago in range(len(arrivals) - 1, 0, -1)), "now"]
    across = {
        "title": None,
        "labelAngle": 0,
        "values": [*hours[2:-1:3], "now"],
        "ticks": False,
        "labelOverlap": True,
    }
    st.vega_lite_chart(
        {"hour": hours, "messages": list(arrivals)},
        {
            "mark": {"type": "bar", "cornerRadiusEnd": 2, "tooltip": True},
            "encoding": {
                "x": {"field": "hour", "type": "ordinal", "sort": None, "axis": across},
                "y": {"field": "messages", "type": "quantitative", "axis": {"title": None, "tickMinStep": 1}},
            },
            "height": 240,
        },
        key="load",
        alt="Messages by hour, the last day",
    )


@st.fragment(run_every=20)
def board() -> None:
    """Everything on the page; it looks again by itself."""
    with told():
        floor = desk().floor(person())
        figures(floor)
        left, right = st.columns([2, 1], gap="large")
        with left:
            st.subheader("Late, or due within the hour")
            if floor.late:
                late(floor.late)
            else:
                paper(node("p", "Nothing is late, and nothing is due within the hour.", cls="muted"), key="paper-none")
            if floor.seconding:
                st.subheader("Waiting for a second person")
                seconding(floor.seconding)
            st.subheader("Messages by hour, the last day")
            load_by_hour(floor.arrivals)
        with right:
            st.subheader("People")
            people(floor)
            hand_over(floor)


def hand_over(floor: Floor) -> None:
    """Give some of what is late to one person."""
    answer_here("floor")
    names = {one.id: one.name for one in floor.workers}
    titles = {row.id: f"{row.id} · {excerpt(row.subject, 40)}" for row in floor.late}
    if names and titles:
        st.multiselect("Hand over", list(titles), format_func=titles.__getitem__, key="give-tickets")
        st.selectbox("to", list(names), format_func=names.__getitem__, key="give-to")
        st.button("Hand over", key="give", on_click=give)


board()
