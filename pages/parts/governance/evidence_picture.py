"""What a task type has shown towards acting alone: in words, as a picture over time, and each case against it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from cx_core.records import TaskTypeName
from cx_core.views.level_views import EvidencePicture, LevelDecision, LevelView
from pages.parts.components import node, paper
from pages.parts.governance import case_table, dry_run
from pages.parts.outcome import answering, say
from pages.parts.page import told
from pages.parts.words import counted
from pages.wiring import desk, person

NONE = (
    "No task type has shown anything yet. A case is a ticket with one clear request that the copilot would have "
    "handled alone: what it proposed is compared with what an advisor did, and with what came of it within a week."
)
BLIND = (
    "There the advisor says what they would do before the proposal is shown. Such a case counts in full, one in which "
    "the proposal was seen first for a tenth. Tickets are chosen by their number, where the copilot might go alone."
)
RIGHT, WRONG = "#4c8f7b", "#d9480f"
UPRIGHT = {"minExtent": 44, "maxExtent": 44}
"""Both charts give their upright axis as much room, so that a week is in the same place in both."""


def evidence(levels: Sequence[LevelView]) -> None:
    """The picture of one task type that has any; those with most cases first.

    Before them those with a level in the simulated past.
    """
    st.subheader("Evidence")
    most_first = sorted(levels, key=lambda one: (bool(one.past), _cases(one)), reverse=True)
    titles = {one.task_type: one.title for one in most_first if _cases(one)}
    if not titles:
        paper(node("p", NONE, cls="muted"), key="paper-no-evidence")
        return
    chosen = st.selectbox("Task type", list(titles), format_func=titles.__getitem__, key="evidence-type")
    with told():
        picture = desk().autonomy_levels.evidence(person(), chosen)
        if picture is not None:
            _shown(picture)
            _blind(next(one for one in levels if one.task_type == chosen))
            dry_run.panel(chosen)


def _blind(view: LevelView) -> None:
    """In how many tickets advisors answer before they see the proposal."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="blind"):
        key = f"blind-{view.task_type}-{view.blind}"
        st.number_input("Advisors answer first in, % of tickets", 0, 100, view.blind, 5, key=key, help=BLIND, width=260)
        st.button("Set", key="blind-set", on_click=_blinded, args=(view.task_type, key))


def _blinded(task_type: TaskTypeName, key: str) -> None:
    with answering():
        refusal = desk().autonomy_levels.set_blind(person(), task_type, int(st.session_state[key]))
        good = "Set. It applies to tickets that are read from now on."
        say(good if refusal is None else refusal.text, good=refusal is None)


def _cases(one: LevelView) -> int:
    return one.evidence.cases + one.evidence.too_new if one.evidence else 0


def _shown(picture: EvidencePicture) -> None:
    paper(
        node(
            "div",
            node("p", in_words(picture), cls="lead"),
            node("p", ahead(picture), cls="muted small"),
            cls="stack tight",
        ),
        key="paper-evidence",
    )
    if picture.weeks:
        _chart(picture)
    if picture.wrong:
        case_table.wrong(picture.wrong, "Against it", "evidence-wrong")


def percent(share: float) -> str:
    """`5 %`; rounded up, since it says what is ruled out above it."""
    return f"{math.ceil(share * 100 - 1e-9)} %"


def in_words(picture: EvidencePicture) -> str:
    """How much was seen, and what it says of the error rate."""
    stands = picture.stands
    if not stands.cases:
        return f"{counted(stands.too_new, 'case')}, not yet a week old: a customer may still write again."
    wrong = f"{stands.wrong} wrong" if stands.wrong else "none wrong"
    too_new = f" {stands.too_new} more are not yet a week old." if stands.too_new else ""
    many = "all" if stands.simulated == stands.cases else stands.simulated
    simulated = f", {many} of them simulated" if stands.simulated else ""
    bound = f"level 3 asks for {percent(picture.bound)}"
    most = (
        f"An error rate above {percent(stands.error_at_most)} is ruled out, however often you look; {bound}."
        if stands.error_at_most < 1
        else f"That rules out no error rate yet; {bound}."
    )
    return f"{counted(stands.cases, 'case')}, {wrong}{simulated}. {most}{too_new}"


def ahead(picture: EvidencePicture) -> str:
    """What is missing, and when it will be there."""
    stands = picture.stands
    if stands.earned:
        return ""
    if stands.simulated == stands.cases and stands.error_at_most <= picture.bound:
        return "In earnest this would be enough for two people to decide. Simulated cases earn nothing."
    shown = (
        f"In {picture.shown_first} the advisor saw the proposal before answering, and people nod: a right one of these "
        "counts as a tenth. "
    )
    missing = (
        f"Missing: {counted(stands.missing, 'right case')} answered before the proposal is seen. "
        if stands.missing is not None
        else "With so many wrong, it is out of reach. "
    )
    if picture.reached is not None:
        pace = f"At the pace of the last four weeks it is earned about {picture.reached:%-d %B %Y}."
    elif picture.a_day:
        pace = "At the pace and the errors so far it is not earned within three years."
    else:
        pace = ""
    return (shown if picture.shown_first else "") + missing + pace


def _chart(picture: EvidencePicture) -> None:
    """Cases by week, and below, on the same weeks, the error rate that they do not rule out with every decision."""
    weeks = [(f"{one.monday:%-d %b}", one) for one in picture.weeks]
    cases = [
        {"week": week, "cases": number, "kind": kind, "order": order}
        for week, one in weeks
        for order, (kind, number) in enumerate((("right", one.right), ("wrong", one.wrong)))
    ]
    every = max(1, len(weeks) // 8)
    ticks = [week for week, _ in weeks][::every]
    across = {
        "field": "week",
        "type": "ordinal",
        "sort": [week for week, _ in weeks],
        "scale": {"type": "band", "paddingInner": 0.2, "paddingOuter": 0.1},
    }
    bars = {
        "data": {"values": cases},
        "height": 165,
        "width": "container",
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": {**across, "axis": None},
            "y": {"field": "cases", "type": "quantitative", "axis": {**UPRIGHT, "title": "Cases", "tickMinStep": 1}},
            "color": {
                "field": "kind",
                "scale": {"domain": ["right", "wrong"], "range": [RIGHT, WRONG]},
                "legend": {"title": None, "orient": "top"},
            },
            "order": {"field": "order"},
        },
    }
    axis = {"title": None, "labelAngle": 0, "labelFlush": False, "values": ticks, "ticks": False}
    st.vega_lite_chart(bars, key="evidence-chart", alt="Cases that count by week: right and wrong")
    st.vega_lite_chart(
        _bound(picture, {**across, "axis": axis}), key="evidence-bound", alt="Upper bound of errors, week by week"
    )


def _bound(picture: EvidencePicture, across: dict[str, object]) -> dict[str, object]:
    weeks = [(f"{one.monday:%-d %b}", one) for one in picture.weeks]
    line = [{"week": week, "errors": one.error_at_most} for week, one in weeks]
    marks = [
        {"week": week, "decision": _decided(one), "late": place * 2 > len(weeks)}
        for one in picture.decisions
        for place, (week, each) in enumerate(weeks)
        if each.monday <= one.at.date() < each.monday + timedelta(days=7)
    ]
    percents = {**UPRIGHT, "title": "Errors, upper bound", "format": ".0%", "values": [0, picture.bound, 0.25, 0.5, 1]}
    up = {"field": "errors", "type": "quantitative", "scale": {"type": "sqrt", "domain": [0, 1]}, "axis": percents}
    grey = {"strokeDash": [4, 3], "color": "gray"}
    return {
        "height": 150,
        "width": "container",
        "layer": [
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "aria": False, **grey},
                "encoding": {"y": {"datum": picture.bound}},
            },
            {
                "data": {"values": line},
                "mark": {"type": "line", "point": True, "color": RIGHT, "tooltip": True},
                "encoding": {"x": across, "y": up},
            },
            {
                "data": {"values": marks},
                "encoding": {"x": across},
                "layer": [
                    {"mark": {"type": "rule", "aria": False, "color": WRONG, "tooltip": {"content": "data"}}},
                    _label("!datum.late", "left", 5),
                    _label("datum.late", "right", -5),
                ],
            },
        ],
    }


def _label(which: str, align: str, aside: int) -> dict[str, object]:
    """What was decided, on the side of its line where there is room."""
    color = "#B4C0C2" if st.context.theme.type == "dark" else "#4D5B60"
    mark = {"type": "text", "align": align, "dx": aside, "y": 8, "color": color, "fontSize": 11}
    return {"transform": [{"filter": which}], "mark": mark, "encoding": {"text": {"field": "decision"}}}


def _decided(one: LevelDecision) -> str:
    past = " (simulated)" if one.simulated else ""
    return f"{'came down to' if one.how == 'came_down' else 'level'} {one.level}, {one.at:%-d %b}{past}"
