"""Who may sign in: each account with its state and sessions, to be disabled, opened again or signed out everywhere."""

from __future__ import annotations

import streamlit as st

from cx_core.records import PersonId, Role
from cx_core.views import AccountRow
from pages.parts.governance import accounts, invitation
from pages.parts.outcome import answer_here
from pages.parts.page import require, told
from pages.wiring import desk

someone = require(Role.ADMINISTRATOR)
with told():
    rows: dict[PersonId, AccountRow] = {row.state.person.id: row for row in desk().account_admin.accounts(someone)}
    accounts.confirm(rows)
    if any(not row.state.genuine for row in rows.values()):
        st.caption("An account that was changed outside Rung is taken over on the machine: python -m cx_core account")
    answer_here("people")
    with st.expander("Invite somebody", icon=":material/person_add:", key="inviting-somebody"):
        invitation.invite()
    for row in rows.values():
        accounts.show(row)
