"""Business systems: connected by OpenAPI file or MCP server, classified one by one, put in force by two people."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Role
from pages.parts.components import node, paper
from pages.parts.outcome import answer_here
from pages.parts.page import require, told
from pages.parts.set_up.reopening import reopening
from pages.parts.systems import operation_form, system_card, system_import
from pages.wiring import desk

someone = require(Role.ADMINISTRATOR)
with told():
    views = {view.draft.id: view for view in desk().connectors.all(someone)}
    answer_here("systems")
    left, right = st.columns([3, 1], gap="large")
    with right:
        reopening()
        system_import.adding()
    with left:
        if not desk().connectors.used(someone):
            text = (
                "Rung works on its sandbox, and not on these systems. Whoever runs the server chooses that when it "
                "starts; the guide to connecting systems says how."
            )
            paper(node("p", text, cls="note care"), key="paper-unused")
        if not views:
            text = "No system is connected. Import the OpenAPI file of one, or list the tools of an MCP server."
            paper(node("p", text, cls="muted"), key="none")
        else:
            names = {id: view.draft.name for id, view in views.items()}
            if st.session_state.get("system") not in names:
                st.session_state["system"] = next(iter(names))
            chosen = views[st.selectbox("System", list(names), format_func=names.__getitem__, key="system")]
            system_card.state(chosen, someone)
            operation_form.operations(chosen)
            system_card.trial(chosen)
            system_card.failures(chosen)
            system_import.left_out(chosen.draft)
            system_import.newer(chosen)
