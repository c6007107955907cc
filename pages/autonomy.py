"""What the copilot may do for each task type, and the switches that stop it."""

from __future__ import annotations

from collections.abc import Container

import streamlit as st

from cx_core.records import EVERYTHING, Role
from cx_core.views import Refusal, Stop
from pages.parts.components import node, paper
from pages.parts.governance import (
    evidence_picture,
    incidents,
    levels,
    pauses,
    planted_errors,
    raise_proposals,
    same_measure,
    simulated_past,
    simulation,
    undo,
)
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import require, told
from pages.parts.waiting_line import waiting_line
from pages.parts.words import reach_words
from pages.wiring import desk, person

ASKED = "stop-asked"
"""Where the session keeps what is about to be stopped, while the question is open."""


def ask_to_stop() -> None:
    """Callback: what the stop would reach is shown, and a reason asked for, before anything stops."""
    st.session_state[ASKED] = st.session_state["stop-name"]


def keep_running() -> None:
    """What closing the question does."""
    st.session_state.pop(ASKED, None)


def close() -> None:
    """Callback: the question goes, and the page behind it is drawn anew."""
    keep_running()
    st.rerun()


def stop(name: str) -> None:
    """Callback: what was confirmed stops before its next act."""
    with answering():
        refusal = desk().kill_switches.stop(person(), name, st.session_state["stop-reason"])
        if isinstance(refusal, Refusal):
            say(refusal.text, good=False)
        else:
            say("Stopped. Nothing of this is carried out until somebody resumes it.")
            close()


def resume(name: str) -> None:
    """Callback: what was stopped may go on."""
    with answering():
        refusal = desk().kill_switches.resume(person(), name)
        say("Resumed." if refusal is None else refusal.text, good=refusal is None)


def stopped(stop: Stop) -> None:
    """Something that is stopped, with who did so and why, and the way back."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"switch-{stop.name}"):
        paper(
            node(
                "div",
                node("h3", f"{stop.title} stopped"),
                node("p", stop.reason, cls="typed"),
                node(
                    "p",
                    node("span", f"by {stop.by}, since"),
                    node("time", at=stop.at.isoformat()),
                    cls="row small muted",
                ),
                cls="stack tight",
            ),
            key=f"paper-switch-{stop.name}",
        )
        st.button("Resume", key=f"resume-{stop.name}", on_click=resume, args=(stop.name,))


def stop_card(titles: dict[str, str], off: Container[str]) -> None:
    """What to stop. The button opens the question, with what the stop would reach.

    What is stopped stays in the list: a choice that left it would be replaced by another one unasked, and the button
    would then stop something else than it did before.
    """
    with st.container(border=True, key="stop-card"):
        st.subheader("Stop the copilot")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                "What",
                list(titles),
                format_func=lambda name: f"{titles[name]} (stopped)" if name in off else titles[name],
                key="stop-name",
            )
            st.button(
                "Stop…",
                key="stop-open",
                icon=":material/front_hand:",
                on_click=ask_to_stop,
                disabled=chosen in off,
                help="It is stopped already." if chosen in off else None,
            )
        st.caption("Nothing of it is carried out then, approved or not. Tickets are still read; people answer them.")


@st.dialog("Stop the copilot?", on_dismiss=keep_running)
def confirm_stop(name: str, title: str) -> None:
    """What the stop would reach at this moment, why it is made, and the way back."""
    answer_here("stop")
    lines = [node("p", line) for line in reach_words(title, desk().kill_switches.stop_reach(person(), name))]
    paper(node("div", *lines, cls="stack tight"), key="paper-stop-reach")
    st.text_input("Why", key="stop-reason", placeholder="Shown to everyone while it is stopped", max_chars=500)
    with st.container(horizontal=True):
        label = "Stop everything" if name == EVERYTHING else "Stop it"
        st.button(label, key="stop-now", icon=":material/front_hand:", on_click=stop, args=(name,))
        st.button("Keep it running", key="stop-not", on_click=close)


someone = require(Role.SUPERVISOR, Role.ADMINISTRATOR)
with told():
    stands, stops = desk().autonomy_levels.levels(someone), desk().kill_switches.stops(someone)
    titles = desk().kill_switches.may_be_stopped(someone)
    asked = st.session_state.get(ASKED)
    waiting_line(someone, "autonomy")
    if asked in titles:
        confirm_stop(asked, titles[asked])
    answer_here("autonomy")
    titles_by_type: dict[str, str] = {one.task_type: one.title for one in stands}
    above, stopping = st.columns([1.5, 1], gap="medium")
    with stopping:
        for each in stops:
            stopped(each)
        stop_card(titles, {each.name for each in stops})
    with above:
        levels.alone_now(desk().case_reviews.alone_now(someone))
        levels.waiting(stands, someone)
        paused = desk().system_watch.pauses(someone)
        pauses.pauses(paused, titles_by_type)
        proposed = desk().raise_proposals.open(someone)
        raise_proposals.proposals(proposed, titles_by_type)
        down = desk().coming_down.incidents(someone)
        incidents.incidents(down, titles_by_type)
    st.subheader("Task types")
    alone = desk().case_reviews.figures(someone)
    levels.table(
        stands,
        {each.name: each.at for each in stops},
        {str(one.task_type): one for one in alone if not one.simulated},
        {one.task_type for one in proposed if one.simulated},
        {name for one in paused for name in one.task_types},
    )
    simulated_past.told(stands, alone, down, proposed)
    left, right = st.columns([2.4, 1], gap="medium")
    with right:
        levels.lever(stands)
    with left:
        levels.persons_wanted(desk().autonomy_levels.persons_wanted(someone), titles)
        evidence_picture.evidence(stands)
        same_measure.side_by_side(desk().advisor_work.same_measure(someone)[:1])
        planted_errors.caught(desk().planted_errors.catch_rates(someone))
        simulation.panel(stands)
        levels.left_alone(desk().autonomy_levels.left_alone(someone), titles)
        undo.undo({one.task_type: one.title for one in stands if not one.people_only})
