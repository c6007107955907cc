"""How task types fared in the simulated past of the demonstration, beside the real levels and never taken for them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from cx_core.records import Incident, TaskTypeName
from cx_core.views.level_views import LevelView, PastLevel, RaiseProposal
from cx_core.views.review_views import ReviewFigures
from pages.parts.components import Node, node, paper
from pages.parts.governance import incidents, limits, raise_proposals
from pages.parts.governance.evidence_picture import percent
from pages.parts.words import counted
from pages.wiring import desk

NOTHING_FOLLOWS = (
    "None of it ever happened, and nothing follows from it: the level that counts is the one people set here."
)


def briefly(view: LevelView, proposed: Container[TaskTypeName]) -> str:
    """For a cell of the table; empty where nothing was decided or proposed."""
    if not view.past:
        return "3 proposed" if view.task_type in proposed else ""
    last = view.past[-1]
    how, day = "came down" if last.how == "came_down" else "earned", _day(last.at, short=True)
    return f"{how} {last.level}, {day}" if last.level == 3 else f"{how} to {last.level}, {day}"


def told(
    levels: Sequence[LevelView],
    figures: Sequence[ReviewFigures],
    down: Sequence[Incident],
    proposed: Sequence[RaiseProposal],
) -> None:
    """Of all these what belongs to the simulated past, in words; nothing where there is no such past."""
    known, waits = [one for one in levels if one.past], [one for one in proposed if one.simulated]
    titles: dict[str, str] = {view.task_type: view.title for view in levels}
    if not known and not waits:
        return
    with st.expander(f"In the simulated past: {_sum(known, len(waits))}", key="simulated-past"):
        chip = node("span", "Simulated", cls="chip care")
        paper(node("p", chip, node("span", NOTHING_FOLLOWS), cls="row small"), key="paper-past-mark")
        by_type = {one.task_type: one for one in figures if one.simulated}
        parts = [_career(one, by_type.get(one.task_type)) for one in known]
        paper(node("div", *parts), key="paper-past")
        for one in (each for each in down if each.simulated):
            with st.container(border=True, key=f"past-{one.id}"):
                incidents.head(one, titles)
                incidents.cases(one)
        for each in waits:
            with st.container(border=True, key=f"past-raise-{each.task_type}"):
                raise_proposals.told(each, titles[each.task_type])


def _sum(known: Sequence[LevelView], waits: int) -> str:
    stand = sum(one.past[-1].level == 3 for one in known)
    fell = len(known) - stand
    parts = (
        f"{counted(stand, 'task type')} at level 3",
        f"{fell} came down" if fell else "",
        f"{waits} {'waits' if waits == 1 else 'wait'} for a decision" if waits else "",
    )
    return ", ".join(filter(None, parts))


def _career(view: LevelView, figures: ReviewFigures | None) -> Node:
    decided = " ".join(f"{sentence(one)}." for one in view.past)
    last = view.past[-1]
    within = f"Limits: {limits.in_words(last.perimeter, desk().currency())}." if last.perimeter else ""
    return node(
        "div",
        node("h3", view.title),
        node("p", f"In the simulated past: {decided[0].lower()}{decided[1:]}"),
        node("p", _alone(figures), cls="small") if figures else None,
        node("p", within, cls="small muted") if within else None,
        cls="section stack tight",
    )


def sentence(one: PastLevel) -> str:
    """`Level 3, earned on 12 October: asked for by Nadia Haddad, granted by Owen Price ("...")`."""
    if one.how == "came_down":
        return f"Down to level {one.level} by itself on {_day(one.at)}"
    signed = f": asked for by {one.asked_by} (“{one.reason}”), granted by {one.by}" if one.by else ""
    return f"Level {one.level}, earned on {_day(one.at)}{signed}"


def _alone(one: ReviewFigures) -> str:
    done = counted(one.cases, "ticket")
    told = f"{done} done alone since, {one.reviewed} reviewed, {one.wrong or 'none'} wrong."
    if one.error_at_most == 1:
        return told
    waits = f", with the {one.waiting} that {'waits' if one.waiting == 1 else 'wait'} for a review counted as wrong"
    return f"{told} Errors, 95 % upper bound: {percent(one.error_at_most)}{waits if one.waiting else ''}."


def _day(at: datetime, *, short: bool = False) -> str:
    there = at.astimezone(ZoneInfo(desk().timezone()))
    return f"{there:%-d %b}" if short else f"{there:%-d %B}"
