"""The customer's other open tickets, each a click away, and one that this may belong to; merging this one into it."""

from __future__ import annotations

import streamlit as st

from cx_core.records import TaskTypeName, TicketId
from cx_core.views import QueueRow, TicketView
from pages.parts.components import Node, node, paper, pressed
from pages.parts.inbox import current_ticket
from pages.parts.times import status_words
from pages.parts.words import CHANNELS, excerpt
from pages.wiring import desk, person

Titles = dict[TaskTypeName, str]


def other_tickets(view: TicketView) -> None:
    """Named with what they are about and where they stand. Nothing is drawn where there are none."""
    if not view.others:
        return
    titles = titles_now()
    lines = [_line(row, titles) for row in view.others]
    heading = node("p", f"Other open tickets from this customer ({len(lines)})", cls="caps")
    paper(node("div", heading, *lines, cls="section"), key="paper-others", on_pressed=_open)
    if view.holder or view.ticket.work in ("sending", "carrying") or view.ticket.status == "closed":
        return
    with st.popover("Merge", icon=":material/call_merge:", key=current_ticket.menu("merging")):
        st.radio(
            "Merge this ticket into",
            [row.id for row in view.others],
            format_func={row.id: named(row, titles) for row in view.others}.__getitem__,
            key=f"merge-into-{view.ticket.id}",
        )
        paper(node("p", "Its messages move there, and this ticket is closed.", cls="small muted"), key="paper-merging")
        st.button(
            "Merge tickets",
            key="merge-other",
            on_click=merge_chosen,
            args=(view.ticket.id, f"merge-into-{view.ticket.id}"),
        )


def may_belong(view: TicketView) -> None:
    """A ticket that this one names without proof: why it was not joined, and the two ways to decide."""
    ticket = view.ticket
    offer = desk().customer_tickets.merge_offer(person(), ticket.id) if ticket.may_belong is not None else None
    if offer is None:
        return
    about_it = excerpt(offer.subject, 80) or "(no subject)"
    lead = node(
        "p",
        node("span", "This may belong to"),
        pressed(f"{offer.into}: {about_it}", offer.into, label=f"Open {offer.into}"),
        cls="row",
    )
    why = [node("p", text, cls="small") for text in (offer.why, offer.cannot) if text]
    paper(node("div", lead, *why, cls="note care stack tight"), key="paper-held", on_pressed=_open)
    if view.holder or ticket.work in ("sending", "carrying"):
        return
    with st.container(horizontal=True, gap="small"):
        if not offer.cannot:
            label = f"Merge into {offer.into}"
            st.button(
                label, key="merge-offered", icon=":material/call_merge:", on_click=_merge, args=(ticket.id, offer.into)
            )
        st.button("Keep apart", key="keep-apart", on_click=_keep_apart, args=(ticket.id,))


def titles_now() -> Titles:
    """What the business calls its task types."""
    return {task_type.name: task_type.title for task_type in desk().task_types(person())}


def named(row: QueueRow, titles: Titles) -> str:
    """A ticket in one line of a list."""
    return " · ".join((row.id, about(row, titles), status_words(row.status, row.wake_at)))


def about(row: QueueRow, titles: Titles) -> str:
    """What the customer wants, else what they wrote."""
    goals = " + ".join(titles.get(name, name) for name in row.task_types)
    return goals or excerpt(row.subject, 60) or "(no subject)"


def _line(row: QueueRow, titles: Titles) -> Node:
    facts = (
        row.id,
        CHANNELS[row.channel],
        status_words(row.status, row.wake_at),
        *(["imported"] if row.imported else []),
    )
    return node(
        "div",
        pressed(about(row, titles), row.id, label=f"Open {row.id}, {about(row, titles)}"),
        node("span", " · ".join(facts), cls="muted small"),
        node("span", excerpt(row.subject, 80), cls="muted small") if row.task_types else None,
        cls="row",
    )


def _open(id: str) -> None:
    """Callback."""
    current_ticket.open_ticket(TicketId(id))
    st.rerun(scope="app")  # the queue marks the open ticket too


def merge_chosen(ticket: TicketId, field: str) -> None:
    """Callback: merge a ticket into the one that a field names, and open that."""
    _merge(ticket, TicketId(st.session_state[field]))


def _merge(ticket: TicketId, into: TicketId) -> None:
    if current_ticket.attempt(ticket, lambda: desk().ticket_lifecycle.merge(person(), ticket, into)):
        current_ticket.close_menus()
        current_ticket.open_ticket(into)
        st.rerun(scope="app")  # the queue marks the open ticket too


def _keep_apart(ticket: TicketId) -> None:
    if current_ticket.attempt(ticket, lambda: desk().customer_tickets.keep_apart(person(), ticket)):
        current_ticket.note(ticket, "Kept apart: this ticket stands by itself.")
