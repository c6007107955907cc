"""Levels that came down by themselves: what was known, what was done in that time, and what was found since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cx_core.records import Incident
from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.parts.words import LEVELS, counted
from pages.wiring import desk, person

CASES_SHOWN = 12


def incidents(found: Sequence[Incident], titles: Mapping[str, str]) -> None:
    """Open ones first, each with a way to close it; the closed ones folded."""
    for one in (each for each in found if each.closed_by is None and not each.simulated):
        with st.container(border=True, key=f"incident-{one.id}"):
            head(one, titles)
            cases(one)
            st.text_input("What was found, and what was done about it", key=f"incident-words-{one.id}", max_chars=500)
            st.button("Close the incident", key=f"incident-close-{one.id}", on_click=_closed, args=(one.id,))
    closed = [one for one in found if one.closed_by is not None and not one.simulated]
    if closed:
        with st.expander(counted(len(closed), "closed incident")):
            for one in closed:
                head(one, titles)


def head(one: Incident, titles: Mapping[str, str]) -> None:
    """What happened, when, and what was found since."""
    title = titles.get(one.task_type, one.task_type)
    words = f"{title} came down by itself from {one.before} · {LEVELS[one.before]} to {one.level} · {LEVELS[one.level]}"
    numbers = f"{one.wrong} wrong of {counted(one.reviewed, 'case')} looked at" if one.reviewed else ""
    paper(
        node(
            "div",
            node("h3", words),
            node("p", one.why + "." if str(one.wrong) in one.why else f"{one.why}. {numbers}{'.' if numbers else ''}"),
            node("p", node("time", at=one.at.isoformat()), cls="small muted"),
            node("p", f"Closed: {one.closing}", cls="typed small") if one.closing else None,
            cls="stack tight",
        ),
        key=f"paper-incident-{one.id}",
    )


def cases(one: Incident) -> None:
    """What was done alone since the level began, newest first, each with its case file."""
    if not one.cases:
        return
    with st.expander(f"{counted(len(one.cases), 'ticket')} in which it acted alone"):
        for ticket in one.cases[:CASES_SHOWN]:
            st.page_link("case.py", label=ticket, query_params={"ticket": ticket})
        if len(one.cases) > CASES_SHOWN:
            st.caption(f"and {len(one.cases) - CASES_SHOWN} more, in the audit log")


def _closed(id: str) -> None:
    with answering():
        refusal = desk().coming_down.close(person(), id, st.session_state[f"incident-words-{id}"])
        say("Closed." if refusal is None else refusal.text, good=refusal is None)
