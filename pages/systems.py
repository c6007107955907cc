"""Business systems: connected by an OpenAPI file, classified operation by operation, put in force by two people."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Connector, Role
from cx_core.views import Refusal
from pages.parts.components import node, paper
from pages.parts.governance import operation_form, system_card
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import require, told
from pages.parts.set_up.reopening import reopening
from pages.wiring import desk, person

NEW = ""


def imported(id: str) -> None:
    """Callback: the file that was chosen is a new system, or a newer file of one."""
    fields = st.session_state
    file = fields.get(f"file-{id}")
    with answering():
        if file is None:
            say("Choose a file first.", good=False)
            return
        made = desk().connectors.import_file(
            person(), fields.get("new-name", ""), file.getvalue(), fields.get("new-address", ""), id
        )
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        fields["system"] = made.id
        left = f" {len(made.api.skipped)} were left out." if made.api.skipped else ""
        say(f"{len(made.api.operations)} operations read.{left} Classify those that are needed.")


def upload(id: str) -> None:
    """An OpenAPI file to be handed in."""
    st.file_uploader(
        "OpenAPI 3.0 or 3.1 file, JSON or YAML", type=["json", "yaml", "yml"], key=f"file-{id}", max_upload_size=8
    )
    st.button("Import", key=f"import-{id}", type="primary" if not id else "secondary", on_click=imported, args=(id,))


def adding() -> None:
    with st.container(border=True, key="adding"):
        st.subheader("Connect a system")
        st.text_input("Name", key="new-name", max_chars=80, placeholder="Web shop")
        st.text_input("Address", key="new-address", max_chars=400, placeholder="As the file says")
        upload(NEW)
        st.caption("Nothing is called before two administrators have put it in force.")


def left_out(one: Connector) -> None:
    """Operations of the file that cannot be used, with why."""
    if one.api.skipped:
        with st.expander(f"Left out of the file: {len(one.api.skipped)}"):
            rows = [{"Where": skipped.at, "Why": skipped.why} for skipped in one.api.skipped]
            st.dataframe(rows, hide_index=True, width="stretch", key="left-out")


someone = require(Role.ADMINISTRATOR)
with told():
    views = {view.draft.id: view for view in desk().connectors.all(someone)}
    left, right = st.columns([2.2, 1], gap="large")
    with right:
        answer_here("systems")
        reopening()
        adding()
    with left:
        if not desk().connectors.used(someone):
            text = "Rung works on its sandbox now. Set CX_BACK_OFFICE=connectors to have it work on these systems."
            paper(node("p", text, cls="note care"), key="paper-unused")
        if not views:
            paper(node("p", "No system is connected. Import the OpenAPI file of one.", cls="muted"), key="none")
        else:
            names = {id: view.draft.name for id, view in views.items()}
            if st.session_state.get("system") not in names:
                st.session_state["system"] = next(iter(names))
            chosen = views[st.selectbox("System", list(names), format_func=names.__getitem__, key="system")]
            system_card.state(chosen, someone)
            operation_form.operations(chosen)
            system_card.trial(chosen)
            system_card.failures(chosen)
            left_out(chosen.draft)
            with st.expander("Import a newer file"):
                upload(chosen.draft.id)
