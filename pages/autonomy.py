"""What the copilot may do for each task type, and the switches that stop it."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Role, Switch
from cx_core.views import Refusal
from pages.parts import levels
from pages.parts.components import node, paper
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import require, told
from pages.wiring import desk, person


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


someone = require(Role.SUPERVISOR, Role.ADMINISTRATOR)
with told():
    stands, switches = desk().levels(someone), desk().switches(someone)
    titles = desk().may_be_stopped(someone)
    left, right = st.columns([2.2, 1], gap="large")
    with right:
        answer_here("autonomy")
        for switch in switches:
            stopped(switch, titles.get(switch.name, switch.name))
        stop_form(titles)
        levels.waiting(stands, someone)
        levels.lever(stands)
    with left:
        st.subheader("Task types")
        levels.table(stands, {switch.name: switch.at for switch in switches})
        levels.left_alone(desk().left_alone(someone), titles)
