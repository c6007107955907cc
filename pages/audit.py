"""What happened, whether the record is whole, and forgetting a customer."""

from __future__ import annotations

import streamlit as st

from cx_core.records import CustomerId, Role, TicketId
from cx_core.views import Refusal
from pages.parts import events
from pages.parts.outcome import answer_here, answering, say
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
        st.form_submit_button("Erase for good", key="erase-now", on_click=erase, icon=":material/delete_forever:")


someone = require(Role.ADMINISTRATOR)
with told():
    left, right = st.columns([2.6, 1], gap="large")
    with right:
        answer_here("audit")
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
        events.show(desk().audit(someone, TicketId(ticket) if ticket else None), desk().names(someone))
