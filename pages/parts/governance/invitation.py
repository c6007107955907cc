"""A form that invites somebody, and the link to hand over."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Role
from cx_core.views import Refusal
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

_LINK = "invitation-link"
ROLES = {
    Role.ADVISOR: "Advisor",
    Role.SUPERVISOR: "Supervisor",
    Role.EDITOR: "Knowledge editor",
    Role.ADMINISTRATOR: "Administrator",
}


def invite() -> None:
    """For administrators. The link is shown once, to whoever asked for it."""
    with st.container(key="inviting"):
        with st.form("invite", border=False):
            name, email, role = st.columns([1.2, 1.5, 1])
            name.text_input("Name", key="invite-name", max_chars=120)
            email.text_input("E-mail address", key="invite-email", max_chars=320)
            role.selectbox("Role", list(ROLES), format_func=ROLES.__getitem__, key="invite-role")
            st.form_submit_button("Make an invitation", type="primary", on_click=_invite)
        if link := st.session_state.get(_LINK):
            st.caption("Send them this link. It counts once, for three days, and they choose their own password.")
            st.code(link, language=None, wrap_lines=True)


def _invite() -> None:
    """Callback."""
    fields = st.session_state
    with answering():
        link = desk().invitations.invite(
            person(), str(fields.get("invite-email", "")), str(fields.get("invite-name", "")), fields["invite-role"]
        )
        if isinstance(link, Refusal):
            say(link.text, good=False)
            return
        fields[_LINK] = link
        fields["invite-name"] = fields["invite-email"] = ""
        say("The invitation is below.")
