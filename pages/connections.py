"""What Rung is connected to: who is told of what outside the Inbox, channels, programs, and imports of history."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from cx_core.records import Person, Role
from pages.parts.connections import api_tokens, imports, mailboxes, messengers, notifications, web_chat
from pages.parts.page import require, told

SECTIONS: Mapping[str, Callable[[Person], None]] = {
    "Notifications": notifications.draw,
    "Mailboxes": mailboxes.draw,
    "Web chat": web_chat.draw,
    "Messengers": messengers.draw,
    "API": api_tokens.draw,
    "Import": imports.draw,
}
"""By the name on screen. Supervisors see the first one only."""

someone = require(Role.SUPERVISOR, Role.ADMINISTRATOR)
with told():
    offered = list(SECTIONS) if someone.role is Role.ADMINISTRATOR else list(SECTIONS)[:1]
    section = offered[0]
    if len(offered) > 1:
        chosen = st.segmented_control(
            "Section", offered, default=offered[0], required=True, key="section", label_visibility="collapsed"
        )
        section = chosen if chosen in offered else offered[0]
    SECTIONS[section](someone)
