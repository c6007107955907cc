"""An account as administrators see it, and the question before it is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from cx_core.records import PersonId
from cx_core.views import AccountRow, AccountState, Refusal
from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.parts.words import counted
from pages.wiring import desk, person

Change = Literal["disable", "enable", "end_sessions"]
LABELS: Mapping[Change, str] = {"disable": "Disable", "enable": "Enable", "end_sessions": "End sessions"}
NOT_ON_RECORD = "It is NOT ON RECORD: the audit log could not be written. See the server’s log."
_ASKED = "account-asked"


def show(row: AccountRow) -> None:
    """One account, with what can be done to it."""
    state, id = row.state, row.state.person.id
    words, cls = _state(state)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"account-{id}"):
        paper(
            node(
                "div",
                node(
                    "p",
                    node("strong", state.person.name + (" (you)" if row.mine else "")),
                    node("span", state.person.role.value, cls="muted"),
                    node("span", words, cls=cls),
                    cls="row",
                ),
                node("p", f"{state.person.email} · {_sessions(state.sessions)}", cls="small muted"),
                cls="stack tight",
            ),
            key=f"paper-account-{id}",
        )
        if state.genuine:
            _button(row, "enable" if state.disabled else "disable")
            _button(row, "end_sessions", idle=not state.sessions)


def _button(row: AccountRow, change: Change, *, idle: bool = False) -> None:
    id = row.state.person.id
    st.button(
        LABELS[change],
        key=f"{change}-{id}",
        on_click=_ask,
        args=(id, change),
        disabled=idle,
        width="content",
        help=f"{LABELS[change]}: {row.state.person.email}",
    )


def confirm(rows: Mapping[PersonId, AccountRow]) -> None:
    """The question that was asked for, while it is open."""
    asked: tuple[PersonId, Change] | None = st.session_state.get(_ASKED)
    if asked and asked[0] in rows:
        _dialog(rows[asked[0]], asked[1])


def _close() -> None:
    st.session_state.pop(_ASKED, None)


@st.dialog("Change this account?", on_dismiss=_close)
def _dialog(row: AccountRow, change: Change) -> None:
    paper(node("div", *(node("p", line) for line in reach(row, change)), cls="stack tight"), key="paper-account-reach")
    if row.mine:
        st.checkbox("This is my own account: I will be signed out", key="account-own")
    with st.container(horizontal=True):
        args = (row.state.person.id, change)
        st.button(LABELS[change], key="account-now", type="primary", on_click=_change, args=args)
        st.button("Cancel", key="account-not", on_click=_leave)


def _leave() -> None:
    """Callback: the question goes, and the page behind it is drawn anew."""
    _close()
    st.rerun()


def reach(row: AccountRow, change: Change) -> tuple[str, ...]:
    """What the change would do at this moment."""
    state = row.state
    who = f"{state.person.name}, {state.person.email} ({state.person.role.value})"
    ends = f"{_sessions(state.sessions)} at once; what was typed and not kept is lost." if state.sessions else ""
    if change == "enable":
        return (who, "They can sign in again, with the password they had.")
    if change == "end_sessions":
        return (who, f"Ends {ends}", "They can sign in again.")
    stays = (
        f"{counted(row.tickets, 'open ticket')} stay assigned to them; reassign on the Floor." if row.tickets else ""
    )
    undone = "Anything they approved that has not started will not be carried out; it goes back to a colleague."
    lines = (who, "They cannot sign in until they are enabled again.", f"Ends {ends}" if ends else "", undone, stays)
    return tuple(line for line in lines if line)


def _ask(id: PersonId, change: Change) -> None:
    st.session_state[_ASKED] = (id, change)


def _change(id: PersonId, change: Change) -> None:
    """Callback: do what was confirmed."""
    _close()
    with answering():
        done = desk().account_admin.change_account(person(), id, change, own=bool(st.session_state.get("account-own")))
        if isinstance(done, Refusal):
            say(done.text, good=False)
        elif not done.recorded:
            say(f"Done. {NOT_ON_RECORD}", good=False)
        else:
            say("Done, and on record.")
    st.rerun()  # the dialog is a part of its own: without this it stays, and so does what the page behind it says


def _state(state: AccountState) -> tuple[str, str]:
    """In words, with the class that gives them a colour."""
    if not state.genuine:
        return "changed outside Rung: opens nothing", "chip bad"
    return ("disabled", "chip care") if state.disabled else ("open", "chip")


def _sessions(number: int) -> str:
    return counted(number, "live session")
