"""What the copilot may do for each task type, and the switches that stop it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from cx_core.catalogue import TaskType
from cx_core.records import Role, Switch
from cx_core.views import Refusal
from pages.parts.components import node, paper
from pages.parts.outcome import answering, said, say
from pages.parts.page import require, told
from pages.parts.words import LEVELS
from pages.wiring import desk, person

EVERYTHING = "*"


def stop() -> None:
    """Callback: what was chosen stops before its next act."""
    with answering():
        refusal = desk().stop(person(), st.session_state["stop-name"], st.session_state["stop-reason"])
        if isinstance(refusal, Refusal):
            say(refusal.text, good=False)
        else:
            st.session_state["stop-reason"] = ""
            say("Stopped. Nothing of this is carried out until somebody resumes it.")


def resume(name: str) -> None:
    """Callback: what was stopped may go on."""
    with answering():
        desk().resume(person(), name)
        say("Resumed.")


def stopped(switch: Switch, title: str) -> None:
    """One switch that is on, with its reason and the way back."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"switch-{switch.name}"):
        at = switch.at.strftime("%d %B %Y, %H:%M UTC")
        paper(
            node("div", node("h3", f"{title} stopped"), node("p", switch.reason, cls="typed"),
                 node("p", f"since {at}", cls="small muted"), cls="stack tight"),
            key=f"paper-switch-{switch.name}",
        )  # fmt: skip
        st.button("Resume", key=f"resume-{switch.name}", on_click=resume, args=(switch.name,))


def stop_form(titles: dict[str, str]) -> None:
    """What to stop, and why."""
    with st.form("stop", border=True):
        st.subheader("Stop the copilot")
        st.selectbox("What", list(titles), format_func=titles.__getitem__, key="stop-name")
        st.text_input("Why", key="stop-reason", placeholder="For whoever comes next", max_chars=500)
        st.form_submit_button("Stop", on_click=stop, type="primary", icon=":material/front_hand:")
        st.caption("Nothing is carried out then, approved or not. Tickets are still read; people answer them.")


def level(task_type: TaskType) -> int:
    """Everything stands at 2, or at its ceiling if that is lower; what is for people is at 0."""
    return 0 if task_type.people_only else min(2, task_type.ceiling)


def table(task_types: tuple[TaskType, ...], off: dict[str, datetime]) -> None:
    """Every task type with its level and ceiling."""
    rows = [
        {
            "Task type": one.title,
            "Level": f"{level(one)} · {LEVELS[level(one)]}",
            "Ceiling": f"{one.ceiling} · {LEVELS[one.ceiling]}",
            "State": "stopped" if one.name in off or EVERYTHING in off else "on",
            "Answered by": "people only" if one.people_only else "a person approves",
        }
        for one in task_types
    ]
    st.dataframe(rows, hide_index=True, width="stretch", height="content", key="task-types")


someone = require(Role.SUPERVISOR, Role.ADMINISTRATOR)
with told():
    task_types, switches = desk().task_types(someone), desk().switches(someone)
    titles = desk().may_be_stopped(someone)
    left, right = st.columns([2.2, 1], gap="large")
    with right:
        answer = said()
        if answer:
            paper(node("p", answer[0], cls="note good" if answer[1] else "note bad"), key="autonomy-said")
        for switch in switches:
            stopped(switch, titles.get(switch.name, switch.name))
        stop_form(titles)
    with left:
        st.subheader("Task types")
        table(task_types, {switch.name: switch.at for switch in switches})
