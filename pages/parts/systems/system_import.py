"""How a system comes in: by its OpenAPI file, or by the tools that an MCP server lists; and how a newer one does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from cx_core.errors import BadInput
from cx_core.records import Connector, SecurityScheme
from cx_core.views import Refusal
from cx_core.views.channels.connector_views import ConnectorView, StoppingAction
from pages.parts.components import Node, node, paper
from pages.parts.kept_fields import kept
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

NEW = ""
STOPS = (
    "What is described otherwise than it was signed stops at once: it is neither read nor done until it is classified, "
    "asked for and signed again. The rest goes on."
)
_LOOKED_AT = "newer-file-looked-at"
FILE, TOOLS = "OpenAPI file", "MCP server"


def _imported(id: str) -> None:
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
        _told_of(made)


def _listed() -> None:
    """Callback: the MCP server at an address is a new system."""
    fields = st.session_state
    secret, header = fields.get("tools-secret", ""), fields.get("tools-header", "").strip()
    kind: Literal["none", "bearer", "header"] = "header" if header else "bearer" if secret else "none"
    with answering():
        security = SecurityScheme(kind=kind, name=header)
        name, address = fields.get("new-name", ""), fields.get("tools-address", "")
        _told_of(desk().connectors.import_tools(person(), name, address, security, secret))
        fields["tools-secret"] = ""


def _looked(id: str) -> None:
    """Callback: the tools of a server are listed again."""
    with answering():
        _told_of(desk().connectors.look_again(person(), id))


def _told_of(made: Connector | Refusal) -> None:
    if isinstance(made, Refusal):
        say(made.text, good=False)
        return
    st.session_state["system"] = made.id
    left = f" {len(made.api.skipped)} were left out." if made.api.skipped else ""
    what = "operations read" if made.api.kind == "openapi" else "tools listed"
    say(f"{len(made.api.operations)} {what}.{left} Classify those that are needed.")


def _upload(id: str, in_force: Connector | None = None) -> None:
    """An OpenAPI file to be handed in. `in_force`: the version of the system that it is a newer file of."""
    file = st.file_uploader(
        "OpenAPI 3.0 or 3.1 file, JSON or YAML", type=["json", "yaml", "yml"], key=f"file-{id}", max_upload_size=8
    )
    if in_force is not None:
        st.caption(STOPS)
        if file is not None:
            paper(*_stopping(in_force, file), key="paper-stopping")
    st.button("Import", key=f"import-{id}", type="primary" if not id else "secondary", on_click=_imported, args=(id,))


def _stopping(in_force: Connector, file: UploadedFile) -> list[Node]:
    """What stands still once the chosen file is imported. A file is read once, however often the page is drawn."""
    chosen = (file.file_id, in_force.mark)
    if st.session_state.get(_LOOKED_AT, ((), []))[0] != chosen:
        try:
            found = desk().connectors.stopped_by(person(), in_force.id, file.getvalue())
        except BadInput as wrong:
            return [node("p", str(wrong), cls="note bad small")]
        st.session_state[_LOOKED_AT] = (chosen, _told_to_stop(found))
    notes: list[Node] = st.session_state[_LOOKED_AT][1]
    return notes


def _told_to_stop(found: Sequence[StoppingAction]) -> list[Node]:
    if not found:
        return [node("p", "Nothing that is in force stops with this file.", cls="note small")]
    notes = [node("p", f"With this file {len(found)} of the actions in force stop at once:", cls="note care small")]
    notes += [node("p", f"{one.title}: {'; '.join(one.changes)}", cls="small typed") for one in found]
    if any(one.finds_customers for one in found):
        text = "Until that is signed again customers are not found by it, and nothing of theirs is read."
        notes.append(node("p", text, cls="note care small"))
    return notes


def adding() -> None:
    with st.container(border=True, key="adding"):
        st.subheader("Connect a system")
        by = st.segmented_control("Connect with", [FILE, TOOLS], default=FILE, required=True, key="new-by")
        st.text_input("Name", key=kept("new-name"), max_chars=80, placeholder="Web shop")
        if by == TOOLS:
            _server()
        else:
            st.text_input(
                "Address", key=kept("new-address"), max_chars=400, placeholder="Taken from the file if left empty"
            )
            _upload(NEW)
        st.caption("Nothing is called before two administrators have put it in force.")


def _server() -> None:
    """A form, since a secret that is left by Tab is not taken over otherwise: the focus stays in its field."""
    with st.form("tools", border=False):
        st.text_input("Address", key="tools-address", max_chars=400, placeholder="https://tools.example.com/mcp")
        st.text_input("Secret", key="tools-secret", type="password", max_chars=4000, placeholder="None")
        st.text_input("Header of the secret", key="tools-header", max_chars=80, placeholder="Authorization: Bearer")
        st.form_submit_button("List its tools", key="list-tools", type="primary", on_click=_listed)


def newer(view: ConnectorView) -> None:
    """How a newer description of a system comes in."""
    one = view.draft
    if one.api.kind == "mcp":
        st.button("List the tools again", key="look-again", on_click=_looked, args=(one.id,))
        if view.in_force is not None:
            st.caption(STOPS)
        return
    with st.expander("Import a newer file"):
        _upload(one.id, view.in_force)


def left_out(one: Connector) -> None:
    """Operations or tools that cannot be used, with why."""
    if one.api.skipped:
        with st.expander(f"Left out: {len(one.api.skipped)}"):
            rows = [{"Where": skipped.at, "Why": skipped.why} for skipped in one.api.skipped]
            st.dataframe(rows, hide_index=True, width="stretch", key="left-out")
