"""The script Streamlit runs: who is looking, which pages they have, and the one they chose."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cx_core.records import Role
from pages.parts import outcome
from pages.parts.account import account
from pages.parts.broken import banner
from pages.parts.components import fields
from pages.parts.inbox import current_ticket
from pages.parts.page import require
from pages.parts.search_dialog import lookup, lookup_button
from pages.parts.stop_bar import stop_bar
from pages.parts.styles import look
from pages.wiring import desk

MARK = str(Path(__file__).parent / "parts" / "rung.svg")
st.set_page_config(page_title="Rung", page_icon=MARK, layout="wide")
st.logo(MARK, size="large")

PAGES = {
    "inbox": ("Inbox", ":material/inbox:", "Live tickets, each already read, with a draft reply and a plan."),
    "day": ("My day", ":material/today:", "What you handled today and in the week before, and what comes back."),
    "floor": ("Floor", ":material/groups:", "What waits, what is about to breach its SLA, and who has what."),
    "review": ("Review", ":material/rate_review:", "What the copilot did without a person, for somebody to look at."),
    "autonomy": ("Autonomy", ":material/tune:", "What the copilot may do for each task type, and how to stop it."),
    "knowledge": ("Knowledge", ":material/menu_book:", "The articles that answers rest on."),
    "case": ("Case file", ":material/history_edu:", "Everything that happened to one ticket."),
    "connections": (
        "Connections",
        ":material/notifications_active:",
        "Mailboxes, chat, messengers, the API and imports, and who is notified.",
    ),
    "setup": (
        "Set up",
        ":material/checklist:",
        "What this installation still needs: business, mailbox, documents, people.",
    ),
    "systems": ("Systems", ":material/hub:", "Business systems that Rung may call: by OpenAPI file or MCP server."),
    "task_types": (
        "Task types",
        ":material/rule_settings:",
        "Task types of your own, built from the actions of your systems.",
    ),
    "model": (
        "Language model",
        ":material/neurology:",
        "Its cost and limits, and its drafts beside the built-in ones.",
    ),
    "policies": ("Policies", ":material/policy:", "What may be done and by whom: the rules, and what they decided."),
    "people": ("People", ":material/manage_accounts:", "Who may sign in: disable, enable, end sessions."),
    "audit": ("Audit", ":material/verified:", "What happened, in an order that nobody can change."),
}
IN_SET_UP = ("setup", "people", "connections", "systems", "task_types", "policies", "model", "audit")
MENU = {
    Role.ADVISOR: ("inbox", "day", "knowledge"),
    Role.SUPERVISOR: ("inbox", "floor", "day", "review", "autonomy", "knowledge", "connections", "policies"),
    Role.ADMINISTRATOR: (
        "inbox",
        "floor",
        "day",
        "review",
        "autonomy",
        "knowledge",
        *IN_SET_UP,
    ),
    Role.EDITOR: ("knowledge",),
}

SET_UP = tuple(PAGES[name][0] for name in IN_SET_UP)
ADDRESSES = {"setup": "set-up"}
"""Pages whose address is not their file's name: /setup makes the first account."""
MOST = 6
"""So many names of pages fit beside the search on a laptop; whoever has more finds what is set up in a menu."""


def home() -> None:
    """Streamlit serves the first page at the root only. Whose first page is not the Inbox is led to it from there."""
    st.switch_page(f"{MENU[person.role][0]}.py", query_params=st.query_params.to_dict())


look()
person = require()
with st.container(key="corner", horizontal=True, width="content", gap="small"):
    lookup_button()
    account(person)
theirs = MENU[person.role]
waiting = desk().pending_decisions.decisions_waiting(person)
entries = [
    st.Page(
        f"{name}.py",
        title=f"{title} ({waiting[name]})" if name in waiting else title,
        icon=icon,
        help=help,
        url_path=ADDRESSES.get(name),
        default=name == "inbox" and name in theirs,
        visibility="visible" if name in theirs else "hidden",
    )
    for name in (*theirs, *(PAGES.keys() - theirs))
    for title, icon, help in [PAGES[name]]
]
if "inbox" not in theirs:
    entries.append(st.Page(home, default=True, visibility="hidden"))
set_up = [entry for entry in entries if entry.title.startswith(SET_UP)]
daily = [entry for entry in entries if not entry.title.startswith(SET_UP)]
inside = sum(waiting.get(name, 0) for name in IN_SET_UP)
menu = {"": daily, f"Settings ({inside})" if inside else "Settings": set_up}
page = st.navigation(menu if len(theirs) > MOST else entries, position="top")
if page.title != PAGES["inbox"][0]:
    current_ticket.let_go()
stop_bar(person, inbox=page.title == PAGES["inbox"][0])
banner(person)
lookup(person, inbox=page.title == PAGES["inbox"][0])
fields()
outcome.begin()
if len(theirs) > MOST and page in set_up:
    st.header(page.title)  # the menu above is closed, and names no page
page.run()
