"""Where a task type stands, and who does what next about it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from cx_core.records import OwnTaskType, Person
from cx_core.views import Refusal
from cx_core.views.own_task_type_views import OwnTaskTypeView
from pages.parts.components import Node, node, paper
from pages.parts.outcome import answering, say
from pages.parts.systems.system_card import sign_alone
from pages.wiring import desk, person

STATES = {
    "draft": ("draft", ""), "tried": ("tried", "busy"), "waiting": ("waits for a second person", "care"),
    "active": ("in force", "good"), "withdrawn": ("withdrawn", "bad"),
}  # fmt: skip


def _told(answer: OwnTaskType | Refusal, good: str) -> None:
    say(answer.text if isinstance(answer, Refusal) else good, good=not isinstance(answer, Refusal))


def _ask(id: str) -> None:
    with answering():
        _told(desk().own_task_types.ask(person(), id), "Asked. Another administrator decides.")


def _sign(seen: OwnTaskType) -> None:
    with answering():
        password = st.session_state.pop("sign-password", "")
        answer = desk().own_task_types.put_in_force(person(), seen, password)
        _told(answer, "In force. It is planned as soon as its examples are learnt, which takes some minutes.")


def _take_back(id: str) -> None:
    with answering():
        _told(desk().own_task_types.take_back(person(), id), "It is a draft again.")


def _withdraw(id: str) -> None:
    with answering():
        reason = st.session_state.get("withdraw-reason", "")
        _told(desk().own_task_types.withdraw(person(), id, reason), "Withdrawn. Its tickets go to people from now on.")


def _delete(id: str) -> None:
    with answering():
        refusal = desk().own_task_types.drop(person(), id)
        say(refusal.text if refusal else "Deleted.", good=refusal is None)


def listed(view: OwnTaskTypeView) -> Node:
    """One line of the list: title, state, and the version in force."""
    words, tone = STATES[view.draft.state]
    version = f"version {view.in_force.version} in force" if view.in_force is not None else ""
    return node(
        "div", node("span", view.draft.title), node("span", words, cls=f"chip {tone}"),
        node("span", version, cls="small muted"), cls="row",
    )  # fmt: skip


def standing(view: OwnTaskTypeView, someone: Person, *, faulty: bool) -> None:
    """State, and what can be done about it."""
    draft = view.draft
    words, tone = STATES[draft.state]
    notes = []
    if view.in_force is not None and draft.state != "active":
        notes.append(f"version {view.in_force.version} is in force")
    if view.in_force is not None and not view.taken_in:
        notes.append("being taken in")
    head = node(
        "div", node("h2", draft.title), node("span", words, cls=f"chip {tone}"),
        node("span", " · ".join(notes), cls="small muted"), cls="row",
    )  # fmt: skip
    trouble = [node("p", f"Its tickets go to people: {view.out_of_use}", cls="note bad")] if view.out_of_use else []
    paper(head, *trouble, key="paper-standing")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="signing"):
        if draft.state == "tried":
            st.button(
                "Ask to put it in force", key="ask", type="primary", disabled=faulty, on_click=_ask, args=(draft.id,)
            )
        if draft.state == "waiting":
            if draft.asked_by == someone.id:
                sign_alone(partial(_sign, draft), view.alone_from)
            else:
                st.button("Put in force", key="sign", type="primary", on_click=_sign, args=(draft,))
            st.button("Withdraw the request", key="take-back", on_click=_take_back, args=(draft.id,))
        if view.in_force is not None:
            with st.popover("Withdraw", key="withdrawing", type="tertiary"):
                st.text_input("Why", key="withdraw-reason", max_chars=200)
                st.button("Withdraw it now", key="withdraw", on_click=_withdraw, args=(draft.id,))
        elif not draft.version and draft.state != "waiting":
            with st.popover("Delete", key="deleting", type="tertiary"):
                st.button("Delete the draft", key="delete", on_click=_delete, args=(draft.id,))
