"""What happened, whether the record is whole, and forgetting a customer."""

from __future__ import annotations

import json

import streamlit as st

from cx_core.records import AuditEvent, CustomerId, Refusal, Role, TicketId
from pages.parts.components import node, paper
from pages.parts.outcome import answering, said, say
from pages.parts.page import require, told
from pages.wiring import desk, person


def verify() -> None:
    """Callback: check every event, the chain and the anchor."""
    with answering():
        report = desk().verify_audit(person())
        if report.ok:
            say(f"The log is whole. Events checked: {report.events}.")
        else:
            say(f"The log was touched at event {report.first_bad}: {report.reason}", good=False)


def erase() -> None:
    """Callback: destroy a customer's keys and words, once the same id was typed twice."""
    customer, again = st.session_state["erase-customer"].strip(), st.session_state["erase-again"].strip()
    if not customer or customer != again:
        say("Nothing was erased: the two entries differ. Type the customer’s id twice.", good=False)
        return
    with answering():
        answer = desk().erase(person(), CustomerId(customer), st.session_state["erase-reason"])
        if isinstance(answer, Refusal):
            say(answer.text, good=False)
        else:
            for key in ("erase-customer", "erase-again", "erase-reason"):
                st.session_state[key] = ""
            say(f"Erased: {answer} tickets. The log still verifies; what it said of them cannot be read any more.")


def row(event: AuditEvent) -> dict[str, object]:
    """One line of the table. Cells of a dataframe are drawn as plain text."""
    says = "erased" if event.payload is None else json.dumps(event.payload, ensure_ascii=False, default=str)
    return {
        "No.": event.seq,
        "When (UTC)": event.at.strftime("%Y-%m-%d %H:%M:%S"),
        "What": event.kind.replace("_", " "),
        "Ticket": event.ticket or "",
        "Who": event.actor,
        "Content": says[:400],
    }


def events(shown: tuple[AuditEvent, ...]) -> None:
    """The table, newest first, and one event in full."""
    if not shown:
        paper(node("p", "No events yet, or no such ticket.", cls="muted"), key="audit-none")
        return
    newest_first = sorted(shown, key=lambda event: event.seq, reverse=True)
    st.dataframe(
        [row(event) for event in newest_first],
        hide_index=True,
        width="stretch",
        height=430 if len(shown) > 11 else "content",
        key="events",
    )
    by_number = {event.seq: event for event in newest_first}
    number = st.selectbox("In full", list(by_number), format_func=lambda seq: f"Event {seq}", key="event", width=220)
    payload = by_number[number].payload
    text = "Erased." if payload is None else json.dumps(payload, ensure_ascii=False, indent=2, default=str)
    st.code(text, language=None, wrap_lines=True)


def erase_form() -> None:
    """Forgetting a customer: asked for twice, with a reason, since nothing brings it back."""
    with st.form("erase", border=True):
        st.subheader("Erase a customer")
        st.caption("Destroys the keys and blanks their words, proposals and drafts. Nothing brings them back.")
        st.text_input(
            "Customer",
            key="erase-customer",
            placeholder="C-12",
            help="A sender who is no customer: address:someone@example.com",
        )
        st.text_input("Once more, to be sure", key="erase-again")
        st.text_input("Reason", key="erase-reason", placeholder="Stays on record", max_chars=500)
        st.form_submit_button("Erase for good", on_click=erase, icon=":material/delete_forever:")


someone = require(Role.ADMINISTRATOR)
with told():
    left, right = st.columns([2.6, 1], gap="large")
    with right:
        answer = said()
        if answer:
            paper(node("p", answer[0], cls="note good" if answer[1] else "note bad"), key="audit-said")
        with st.container(border=True):
            st.subheader("Proof")
            st.caption("Every event is sealed and chained to the one before; a copy of the newest seal lies elsewhere.")
            st.button("Verify the whole log", key="verify", on_click=verify, icon=":material/verified:")
        erase_form()
    with left:
        st.subheader("Audit")
        ticket = st.text_input(
            "Ticket", key="audit-ticket", placeholder="All: the latest 200 events", width=320
        ).strip()
        events(desk().audit(someone, TicketId(ticket) if ticket else None))
