"""My day: what somebody handled today and in the week before, and what comes back to them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cx_core.records import PersonId, Role
from cx_core.views import DayFigures, MyDay, QueueRow
from pages.parts.callbacks import callbacks
from pages.parts.components import node, paper
from pages.parts.outcome import answer_here
from pages.parts.page import require, told
from pages.parts.words import excerpt
from pages.wiring import desk, person

require(Role.ADVISOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
DAYTIME = range(7, 22)
"""Hours that the chart always shows; others only where something was answered."""


def minutes(seconds: float | None) -> str:
    """150.0 as "2 min 30 s"."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"


def figures(day: DayFigures) -> None:
    """Eight numbers of today, in two rows."""
    shown = (
        ("Answered", f"{day.handled}", "Approved as it was, or edited"),
        ("As proposed", f"{day.approved}", "Nothing was changed in the proposal"),
        ("Edited", f"{day.edited}", "The reply or a step was changed"),
        ("Rejected", f"{day.rejected}", "The whole proposal was turned down"),
        ("Median time", minutes(day.median), f"From opening to answering; on average {minutes(day.average)}"),
        ("First responses", f"{day.first_responses}", "Customers who heard from us for the first time"),
        ("Reopened", f"{day.reopened}", "Tickets you had solved whose customers wrote again"),
        ("Satisfaction", satisfied(day), "Mean of today’s ratings, 1 to 5"),
    )
    for row in (shown[:4], shown[4:]):
        for column, (label, number, tip) in zip(st.columns(4), row, strict=True):
            column.metric(label, number, help=tip, border=True)


def checks(whose: PersonId) -> None:
    """How many errors that were shown on purpose this person caught; nothing where they were shown none."""
    counts = desk().planted_errors.caught(person(), whose)
    if not counts:
        return
    caught, of = sum(one.caught for one in counts), sum(one.decided for one in counts)
    since = min(one.since for one in counts)
    text = f"Planted errors caught: {caught} of {of} since {since.day} {since:%B}. Each was a check, and did no harm."
    paper(node("p", text, cls="small muted"), key="paper-checks")


def satisfied(day: DayFigures) -> str:
    return "—" if day.satisfaction is None else f"{day.satisfaction:.1f} of 5"


def week(days: Sequence[DayFigures], key: str) -> None:
    """A line a day, newest first."""
    if not any(day.handled or day.rejected or day.reopened or day.ratings for day in days):
        paper(node("p", "No tickets were answered in this period.", cls="muted"), key=f"paper-none-{key}")
        return
    st.dataframe(
        [
            {
                "Day": f"{day.day:%a} {day.day.day} {day.day:%b}",
                "Answered": day.handled,
                "As proposed": day.approved,
                "Edited": day.edited,
                "Rejected": day.rejected,
                "Median": minutes(day.median),
                "First responses": day.first_responses,
                "Reopened": day.reopened,
                "Satisfaction": satisfied(day),
            }
            for day in reversed(days)
        ],
        hide_index=True,
        width="stretch",
        height="content",
        key=key,
    )


def by_hour(hours: Sequence[int]) -> None:
    if not any(hours):
        paper(node("p", "Nothing is answered yet today.", cls="muted"), key="paper-none-yet")
        return
    kept = [hour for hour, number in enumerate(hours) if number or hour in DAYTIME]
    told_as = [f"{hour:02d}:00" for hour in kept]
    st.bar_chart(
        {"hour": told_as, "answered": [hours[hour] for hour in kept]},
        x="hour",
        y="answered",
        x_label="",
        y_label="",
        sort=False,
        height=210,
    )


def coming_back(rows: Sequence[QueueRow]) -> None:
    """Tickets put off until today, with the way to them."""
    if not rows:
        paper(node("p", "No snoozed tickets are due back today.", cls="muted"), key="paper-none-back")
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            when = node("time", at=row.wake_at.isoformat(), cls="small muted") if row.wake_at else None
            head = node("p", node("span", row.customer_name or row.id, cls="who"), when, cls="row")
            words = node("p", excerpt(row.preview or row.subject, 80), cls="small")
            paper(node("div", head, words, cls="stack tight"), key=f"paper-back-{row.id}")
            st.page_link("inbox.py", label="Open", query_params={"ticket": row.id})


def whose() -> PersonId | None:
    """Supervisors may choose a colleague; everyone else sees their own day."""
    me = person()
    if me.role is Role.ADVISOR:
        return None
    names = {me.id: me.name} | {one.id: one.name for one in desk().ticket_lifecycle.colleagues(me)}
    with st.container(width=280):
        return st.selectbox("Whose day", list(names), format_func=names.__getitem__, key="whose", bind="query-params")


@st.fragment(run_every=30)
def board() -> None:
    """Everything on the page; it looks again by itself."""
    with told():
        shown: MyDay = desk().advisor_stats.day(person(), whose())
        date = f"{shown.today.day:%A} {shown.today.day.day} {shown.today.day:%B}"
        paper(node("div", node("h2", date), node("p", shown.name, cls="muted"), cls="row"), key="paper-whose")
        figures(shown.today)
        checks(shown.person)
        answer_here("day")
        callbacks()
        left, right = st.columns([2, 1], gap="large")
        with left:
            st.subheader("Answered by hour, today")
            by_hour(shown.hours)
        with right:
            st.subheader("Snoozed until today")
            coming_back(shown.coming_back)
        st.subheader("Previous 7 days")
        week(shown.week, "week")
        if shown.simulated:
            st.subheader("Previous 7 days, simulated")
            words = "Made up for the demonstration, and in none of the figures above."
            paper(node("p", node("span", "Simulated", cls="chip care"), words, cls="row"), key="paper-simulated")
            week(shown.simulated, "simulated")


board()
