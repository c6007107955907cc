"""Policies: what may be done and by whom, in words and in Cedar, and what each rule decided."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Role
from cx_core.views.policy_views import PoliciesView
from pages.parts.components import Node, node, paper
from pages.parts.governance import policy_sets, rules, ruling_explained
from pages.parts.page import require, told
from pages.parts.waiting_line import waiting_line
from pages.wiring import desk

RULES, EXPLAINED, SETS = "Rules", "A ruling explained", "Versions"
VIEWS = (RULES, EXPLAINED, SETS)
someone = require(Role.SUPERVISOR, Role.ADMINISTRATOR)


def in_force(seen: PoliciesView) -> Node:
    """Which rules hold, and whether they can be used."""
    count = sum(len(file.rules) for file in seen.files)
    return node(
        "div",
        node(
            "div",
            node("h2", seen.name),
            node("span", "in force", cls="chip good"),
            node("span", f"{count} rules · version {seen.version or 'none'}", cls="small muted"),
            cls="row",
        ),
        node("p", f"Nothing may be done until this is mended: {seen.trouble}", cls="note bad")
        if seen.trouble
        else node(
            "p",
            "No rule of it is broken. What no rule allows is denied; a rule that forbids always wins.",
            cls="small muted",
        ),
        cls="stack tight",
    )


with told():
    seen = desk().policies.in_force(someone)
    waiting_line(someone, "policies")
    paper(in_force(seen), key="paper-in-force")
    view = st.segmented_control(
        "Show", VIEWS, default=VIEWS[0], key="show", bind="query-params", required=True, label_visibility="collapsed"
    )
    if view == EXPLAINED:
        ruling_explained.show()
    elif view == SETS:
        policy_sets.show(someone)
    else:
        rules.show(seen, desk().policies.tally(someone))
