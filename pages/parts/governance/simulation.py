"""A level is tried on tickets before it goes live: what to try, how far it is, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import streamlit as st

from cx_core.errors import BadInput, NotAllowed
from cx_core.records import TaskTypeName
from cx_core.views import Refusal
from cx_core.views.level_views import LevelView
from cx_core.views.simulation_views import (
    QUESTIONS,
    Simulation,
    SimulationCase,
    SimulationReason,
    SimulationSource,
    SimulationSpec,
    SimulationView,
    became,
    costs,
    in_words,
)
from pages.parts.components import node, paper
from pages.parts.governance import case_table, limits
from pages.parts.outcome import answering, say
from pages.parts.words import counted
from pages.wiring import desk, person, token

SOURCES: Mapping[SimulationSource, str] = {
    "past": "Past tickets",
    "open": "Open tickets (in the demonstration, the live feed's)",
    "file": "A file",
}
LEVELS: Mapping[Literal[1, 3], str] = {1: "1 · answers from articles", 3: "3 · carried out within limits"}
STATES = {
    "waiting": "Waiting",
    "running": "Running",
    "done": "Done",
    "stopped": "Stopped",
    "failed": "Failed",
}
LOOK_SECONDS = 2.0
LISTED = 200
REASONS = 12
FILE_HELP = (
    "JSON lines (.jsonl), or CSV with a header (.csv), in UTF-8, up to 2 MB and 2,000 tickets. Each has a text, and "
    "may have subject, channel (email, chat, web), address or customer, identity (0 to 2) and received_at (ISO 8601 "
    "with a time zone). The file is not kept."
)


def panel(levels: Sequence[LevelView]) -> None:
    """What to try; then every simulation, the newest first."""
    st.subheader("Simulate before going live")
    with st.expander("Try a level on tickets: nothing is done, written or sent"):
        titles = {one.task_type: one.title for one in levels if not one.people_only}
        left, right = st.columns(2)
        with left:
            st.selectbox("Task type", list(titles), format_func=titles.__getitem__, key="sim-type")
        with right:
            levels_shown = get_args(Literal[3, 1])
            st.selectbox("Level", levels_shown, format_func=LEVELS.__getitem__, key="sim-level")
        if st.session_state["sim-level"] == 3:
            limits.fields((), "sim")
        st.segmented_control(
            "Tickets", list(SOURCES), format_func=SOURCES.__getitem__, default="past", required=True, key="sim-source"
        )
        _set()
        st.button("Simulate", key="sim-begin", icon=":material/science:", type="primary", on_click=_begun)
    found = desk().simulations.recent(person())
    busy = any(one.simulation.going for one in found)
    st.fragment(_results, run_every=LOOK_SECONDS if busy else None)(busy)


def _set() -> None:
    source = st.session_state["sim-source"]
    if source == "past":
        today = datetime.now(ZoneInfo(desk().timezone())).date()
        with st.container(horizontal=True):
            st.date_input("From", today - timedelta(days=28), key="sim-since", format="DD/MM/YYYY")
            st.date_input("To", today, key="sim-until", format="DD/MM/YYYY")
    if source == "file":
        st.file_uploader("Tickets", key="sim-file", max_upload_size=2)
        paper(node("p", FILE_HELP, cls="small muted"), key="paper-sim-file")


def _begun() -> None:
    with answering():
        said, level = st.session_state, st.session_state["sim-level"]
        wanted = limits.chosen("sim") if level == 3 else None
        if level == 3 and wanted is None:
            say(limits.NOBODY, good=False)
            return
        given = said.get("sim-file") if said["sim-source"] == "file" else None
        if said["sim-source"] == "file" and given is None:
            say("Choose a file first.", good=False)
            return
        past = said["sim-source"] == "past"
        spec = SimulationSpec(
            task_type=TaskTypeName(said["sim-type"]),
            level=level,
            limits=wanted,
            source=said["sim-source"],
            since=_midnight(said["sim-since"]) if past else None,
            until=_midnight(said["sim-until"] + timedelta(days=1)) if past else None,
            file=given.name if given else "",
        )
        begun = desk().simulations.begin(person(), spec, given.getvalue() if given else b"")
        if isinstance(begun, Refusal):
            say(begun.text, good=False)
        else:
            say("Begun. It goes on in the background, also when you leave this page.")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(desk().timezone())).astimezone(UTC)


def _results(busy: bool) -> None:
    found = desk().simulations.recent(person())
    if busy and not any(one.simulation.going for one in found):
        st.rerun()
    for one in found:
        _one(one)


def _one(view: SimulationView) -> None:
    one = view.simulation
    with st.container(border=True, key=f"sim-{one.id}"):
        limited = limits.in_words(one.spec.limits, desk().currency()) if one.spec.limits else ""
        head = f"{view.title} at level {one.spec.level}"
        told = in_words(one.figures, one.spec) if one.figures else ()
        paper(
            node(
                "div",
                node("h3", head),
                node(
                    "p",
                    node("span", STATES[one.state], cls="chip"),
                    node("span", _tickets(one), cls="typed"),
                    node("span", view.by),
                    node("time", at=one.at.isoformat()),
                    cls="row small muted",
                ),
                node("p", f"Limits: {limited}", cls="small muted") if limited else None,
                node("p", one.trouble, cls="note bad") if one.trouble else None,
                *[node("p", line) for line in told],
                cls="stack tight",
            ),
            key=f"paper-sim-{one.id}",
        )
        if one.going:
            begun = f"{one.done} of {counted(one.total, 'ticket')}" if one.total else "Waits for its turn"
            st.progress(one.done / one.total if one.total else 0.0, begun)
            st.button("Stop", key=f"sim-stop-{one.id}", on_click=_stopped, args=(one.id,))
        elif one.figures is not None:
            _finished(view)


def _tickets(one: Simulation) -> str:
    spec, zone = one.spec, ZoneInfo(desk().timezone())
    if spec.source == "past" and spec.since and spec.until:
        last = (spec.until - timedelta(seconds=1)).astimezone(zone)
        return f"tickets opened {spec.since.astimezone(zone):%d/%m/%Y} to {last:%d/%m/%Y}"
    return spec.file if spec.source == "file" else "open tickets"


def _finished(view: SimulationView) -> None:
    id = view.simulation.id
    with st.container(horizontal=True):
        st.toggle("Show the tickets", key=f"sim-show-{id}")
        st.download_button(
            "Download the report",
            partial(_report, token(), id),
            f"simulation-{view.simulation.spec.task_type}-{view.simulation.at:%Y-%m-%d}.html",
            "text/html",
            key=f"sim-report-{id}",
            icon=":material/download:",
            on_click="ignore",
        )
    if not st.session_state[f"sim-show-{id}"]:
        return
    opened = desk().simulations.opened(person(), id)
    if isinstance(opened, Refusal) or opened.simulation.figures is None:
        return
    figures, spec = opened.simulation.figures, opened.simulation.spec
    _reasons(figures.reasons, id)
    paper(node("div", *[node("p", line, cls="small muted") for line in costs(figures, spec)]), key=f"paper-cost-{id}")
    _cases(opened.cases, id)


def _reasons(reasons: Sequence[SimulationReason], id: str) -> None:
    """Why tickets are kept for a person, each question for itself."""
    parts = []
    for question, title in QUESTIONS.items():
        mine = [one for one in reasons if one.question == question][:REASONS]
        if mine:
            lines = [node("p", f"{one.cases} × {one.why}", cls="small typed") for one in mine]
            parts.append(node("div", node("h3", title), *lines, cls="stack tight"))
    if parts:
        paper(node("div", *parts, cls="stack"), key=f"paper-reasons-{id}")


def _cases(cases: Sequence[SimulationCase], id: str) -> None:
    """Those first in which the advisor did otherwise, then those done alone."""
    shown = sorted(cases, key=lambda one: (not one.otherwise, not one.alone))[:LISTED]
    rows: list[dict[str, object]] = [
        {
            "When": one.at,
            "Case file": case_table.case_file(one.ticket) if one.ticket else None,
            "Customer": one.words,
            "What would become of it": became(one),
            "Advisor": "; ".join(one.otherwise) or ("the same" if one.compared else ""),
        }
        for one in shown
    ]
    case_table.table(rows, f"sim-cases-{id}")
    if len(cases) > LISTED:
        st.caption(f"{LISTED} of {len(cases)} tickets; the report has them all.")


def _stopped(id: str) -> None:
    with answering():
        refusal = desk().simulations.stop(person(), id)
        say("Stopped. Nothing of it is kept." if refusal is None else refusal.text, good=refusal is None)


def _report(session: str, id: str) -> bytes:
    """Made when it is asked for, outside of any run of the page; who took it is on record."""
    someone = desk().who(session)
    if someone is None:
        raise NotAllowed("You have been signed out. Sign in to continue.")
    made = desk().simulations.report(someone, id)
    if isinstance(made, Refusal):
        raise BadInput(made.text)
    return made
