"""What happened, whether the record is whole, and erasing a customer."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Role, TicketId
from pages.parts.governance import audit_events, erasure
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import require, told
from pages.wiring import desk, person


def verify() -> None:
    """Callback: check every event, the chain and the anchor."""
    with answering():
        report = desk().audit_access.verify_audit(person())
        if report.ok:
            say(f"The log is intact. Events checked: {report.events}.")
        else:
            say(f"The log was tampered with at event {report.first_bad}: {report.reason}", good=False)


someone = require(Role.ADMINISTRATOR)
with told():
    left, right = st.columns([2.6, 1], gap="large")
    with right:
        answer_here("audit")
        with st.container(border=True):
            st.subheader("Proof")
            st.caption("Every event is sealed and chained to the one before; a copy of the newest seal lies elsewhere.")
            st.button("Verify the whole log", key="verify", on_click=verify, icon=":material/verified:")
        with told():  # a back office that does not answer hides nothing of the log
            erasure.waiting(desk().customer_erasure.erasures(someone), someone)
            erasure.form()
    with left:
        st.subheader("Events")
        ticket = st.text_input(
            "Ticket", key="audit-ticket", placeholder="All: the latest 200 events", width=320
        ).strip()
        audit_events.show(
            desk().audit_access.audit(someone, TicketId(ticket.upper()) if ticket else None),
            desk().audit_access.names(someone),
        )
