"""Left pane: the live queue. Fifty rows a page, filters, most pressing first."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Person, TaskTypeName, TicketId
from cx_core.views import QueueFilter, QueueRow
from pages.parts.components import queue_list
from pages.parts.inbox import current_ticket
from pages.parts.inbox.copilot_health import copilot_note
from pages.parts.inbox.notices import notices
from pages.parts.inbox.queue_filters import filters, narrowed, undrawn
from pages.parts.page import told
from pages.parts.times import moment
from pages.parts.words import CHANNELS, ROLES, STOPPED, WORK, team_words
from pages.wiring import desk, person

DONE = "All done. New tickets appear here automatically."
_MOODS = {"negative": "upset", "positive": "pleased"}


@st.fragment
def queue_pane() -> None:
    """What to look for, and what was found."""
    with st.container(key="queue-pane", gap="small"), told():
        titles = {task_type.name: task_type.title for task_type in desk().task_types(person())}
        _found(filters(titles), titles)


@st.fragment(run_every=25)
def _found(wanted: QueueFilter, titles: dict[TaskTypeName, str]) -> None:
    """Refreshes by itself when tickets change; every 25 s is for when that connection is lost.

    Apart from the filters: with 25 advisors it is drawn seven times a second.
    """
    if undrawn():
        st.rerun()
    with st.container(key="queue-found", gap="small"), told():
        me = person()
        number = int(st.session_state.get("page", 1) or 1)
        works = copilot_note()
        notices()
        page = desk().inbox.queue(me, wanted, number)
        current_ticket.remember(tuple(row.id for row in page.rows))
        with st.container(key="queue-scroll"):
            queue_list(
                [_row(row, titles, me) for row in page.rows],
                opened=current_ticket.current() or "",
                count=f"{page.total:,} ticket{'' if page.total == 1 else 's'}",
                empty="Nothing matches." if narrowed(wanted) else DONE if works else "Nothing is here yet.",
                on_opened=_open_chosen,
            )
        if page.pages > 1:
            with st.container(horizontal_alignment="center"):
                st.pagination(page.pages, max_visible_pages=5, key="page", bind="query-params")


def _row(row: QueueRow, titles: dict[TaskTypeName, str], me: Person) -> dict[str, object]:
    foreign = desk().inbox.other_languages().get(row.language, "")
    about = " + ".join(titles.get(name, name) for name in row.task_types)
    topic = ": ".join(part for part in (foreign, about) if part)
    mine = row.assignee == me.id
    return {
        "id": row.id,
        "name": row.customer_name or "Unknown customer",
        "tier": "" if row.tier in ("", "standard") else row.tier,
        "line": row.preview or row.subject,
        "channel": f"{CHANNELS[row.channel]}, imported" if row.imported else CHANNELS[row.channel],
        "topic": topic,
        "mood": _MOODS.get(row.sentiment, ""),
        "who": "you" if mine else row.assignee_name or team_words(row.team),
        "work": _work(row),
        "priority": row.priority,
        "when": _when(row),
        "respond_by": None
        if row.respond_by is None or row.status in ("solved", "closed")
        else row.respond_by.isoformat(),
    }


def _when(row: QueueRow) -> str:
    """Until when a ticket waits, or since when it is over; empty while it is to be answered."""
    if row.status == "pending":
        return f"until {moment(row.wake_at)}" if row.wake_at else "awaiting customer"
    if row.status in ("solved", "closed"):
        return f"solved {moment(row.solved_at)}" if row.solved_at else f"closed {moment(row.updated_at)}"
    return ""


def _work(row: QueueRow) -> dict[str, str]:
    """Where the copilot stands; what never happened says so in its place."""
    if row.simulated:
        return {"code": "simulated", "label": "Simulated"}
    if row.imported is not None and row.work == "done" and not row.version:
        return {"code": "done", "label": "Imported"}
    if row.stopped and not (row.work == "ready" and row.route == "person"):
        return {"code": "stopped", "label": STOPPED}
    if row.first is not None:
        return {"code": "second", "label": "Second approval"}
    if row.work in ("ready", "returned") and row.needs is not None:
        return {"code": "person", "label": f"Needs {ROLES[row.needs]}"}
    if row.work == "done" and row.route == "act":
        return {"code": "alone", "label": "Sent automatically"}
    if row.work == "ready" and row.route == "person":
        return {"code": "person", "label": "Manual"}
    return {"code": row.work, "label": WORK[row.work]}


def _open_chosen() -> None:
    chosen = st.session_state["queue-list"].opened
    if chosen:
        current_ticket.open_ticket(TicketId(chosen))
        st.rerun()
