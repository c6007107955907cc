"""The floor: what waits, what is about to be late, who has what, and giving tickets to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from cx_core.records import PersonId, Role, Status, TicketId
from cx_core.views import Figure, Floor, QueueFilter, QueueRow, Refusal
from pages.parts.components import Node, node, paper, pressed_line
from pages.parts.inbox.queue_filters import address
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import require, told
from pages.parts.words import due_within, excerpt, time_left
from pages.wiring import desk, person

LIVE: tuple[Status, ...] = ("new", "open", "pending")

require(Role.SUPERVISOR, Role.ADMINISTRATOR)


def give() -> None:
    """Callback: the chosen tickets go to the chosen colleague."""
    chosen = [TicketId(id) for id in st.session_state["give-tickets"]]
    with answering():
        done = desk().floor.reassign(person(), chosen, PersonId(st.session_state["give-to"]))
        if isinstance(done, Refusal):
            say(done.text, good=False)
            return
        left = len(chosen) - len(done)
        st.session_state["give-tickets"] = []
        say(f"{len(done)} handed over." + (f" {left} not moved: somebody is working on them." if left else ""))


def figures(floor: Floor) -> None:
    """The five numbers a supervisor looks at first; each leads to its tickets in the Inbox."""
    shown: dict[str, tuple[str, Figure]] = {
        "new": ("New", floor.new),
        "open": ("Open", floor.open),
        "pending": ("Waiting", floor.pending),
        "unassigned": ("Unassigned", floor.unassigned),
        "due": (due_within(floor.soon_minutes), floor.due_soon),
    }
    with st.container(key="figures"):
        for column, (name, (label, figure)) in zip(st.columns(len(shown)), shown.items(), strict=True):
            column.button(
                f"{label} **{figure.count:,}**",
                key=f"figure-{name}",
                width="stretch",
                help="Show these tickets in the Inbox",
                on_click=_show,
                args=(figure.filter,),
            )


def _show(wanted: QueueFilter) -> None:
    """Callback: lead to the Inbox, where just these tickets are."""
    st.session_state["floor-go"] = address(wanted)


def _open(ticket: str) -> None:
    """Callback: lead to the Inbox, where this ticket is open."""
    st.session_state["floor-go"] = {"ticket": ticket}


def late(rows: tuple[QueueRow, ...]) -> None:
    """What must be answered next, soonest first. The words say it too, so that colour is not needed to read it."""
    now = datetime.now(UTC)
    paper(node("div", *[_late(row, now) for row in rows], cls="stack tight"), key="paper-late", on_pressed=_open)


def _late(row: QueueRow, now: datetime) -> Node:
    minutes = round((row.respond_by - now).total_seconds() / 60) if row.respond_by else 0
    facts = (
        row.id,
        row.priority,
        row.customer_name or "Unknown customer",
        row.assignee_name or row.team or "unassigned",
    )
    return pressed_line(
        row.id,
        node("span", time_left(minutes), cls="chip bad" if minutes < 0 else "chip care"),
        node("span", excerpt(row.subject, 80)),
        node("span", " · ".join(facts), cls="muted"),
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
            node("span", f"{one.role.value} · {one.open} assigned", cls="muted"),
            node("span", f"working on {', '.join(one.tickets)}" if one.tickets else "working on none now", cls="muted"),
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
    wanted = st.session_state.pop("floor-go", None)
    if wanted is not None:
        st.switch_page("inbox.py", query_params=wanted)
    with told():
        floor = desk().floor.overview(person())
        figures(floor)
        left, right = st.columns([2, 1], gap="large")
        with left:
            st.subheader("Late, or due within the hour")
            if floor.late:
                late(floor.late)
                if floor.due_soon.count > len(floor.late):
                    st.caption(
                        f"The first {len(floor.late)} of {floor.due_soon.count:,}; all of them are in the Inbox."
                    )
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
    """Give tickets to one person: what is late, or whatever is looked for."""
    answer_here("floor")
    names = {one.id: one.name for one in floor.workers}
    wanted = st.text_input(
        "Find tickets to hand over", key="give-find", placeholder="Ticket number, customer or keywords"
    )
    rows = desk().inbox.queue(person(), QueueFilter(statuses=LIVE, text=wanted)).rows if wanted.strip() else floor.late
    titles = {
        row.id: f"{row.id} · {row.customer_name or 'Unknown customer'} · {excerpt(row.subject, 40)}" for row in rows
    }
    chosen = [id for id in st.session_state.get("give-tickets", ()) if id not in titles]
    titles |= {id: id for id in chosen}  # found by other words before
    if names and titles:
        st.multiselect("Hand over", list(titles), format_func=titles.__getitem__, key="give-tickets")
        st.selectbox("to", list(names), format_func=names.__getitem__, key="give-to")
        st.button("Hand over", key="give", on_click=give)
    elif wanted.strip():
        paper(node("p", "No open tickets match.", cls="muted"), key="paper-give-none")


board()
