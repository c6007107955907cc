"""Limits tried on the past: what would have gone without a person, and what of it a person did otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from cx_core.records import IDENTITIES, Channel, Perimeter, TaskTypeName
from cx_core.text.wording import say as worded
from cx_core.views.level_views import DryRun
from pages.parts.components import node, paper
from pages.parts.governance import case_table
from pages.parts.outcome import answering, say
from pages.parts.words import counted
from pages.wiring import desk, person

MADE = "dry-run"
"""Where the session keeps the last one, with its task type."""

CHANNELS: Sequence[str] = get_args(Channel)
KEPT_BACK_SHOWN = 6


def panel(task_type: TaskTypeName) -> None:
    """The limits, and what they would have done."""
    with st.expander("Try limits on the last four weeks"):
        st.caption(
            "Proposals that advisors answered are ruled on again as at level 3, inside these limits, under the "
            "policies in force now. Nothing is changed."
        )
        with st.form("dry-run-form", border=False):
            _fields()
            st.form_submit_button("Try them", on_click=_tried, args=(task_type,))
        made = st.session_state.get(MADE)
        if made is not None and made[0] == task_type:
            _told(made[1])


def _fields() -> None:
    money, who = st.columns(2)
    with money:
        st.number_input("Money out in one act, at most", min_value=0.0, value=0.0, step=5.0, key="dry-act")
        st.number_input("Money out in a day, at most", min_value=0.0, value=0.0, step=50.0, key="dry-day")
        st.number_input("Share of customers, %", min_value=1, max_value=100, value=100, key="dry-share")
        st.checkbox("Also outside opening hours", key="dry-hours")
    with who:
        seen = st.session_state[MADE][1].tiers if MADE in st.session_state else ()
        tiers = list(dict.fromkeys(("standard", *seen)))
        st.multiselect("Customer tiers", tiers, default=["standard"], key="dry-tiers", accept_new_options=True)
        st.multiselect("Channels", CHANNELS, default=["email"], key="dry-channels")
        st.selectbox("Identity, at least", range(3), index=2, format_func=IDENTITIES.__getitem__, key="dry-identity")
        st.checkbox("Also upset or hurried customers", key="dry-upset")


def _tried(task_type: TaskTypeName) -> None:
    chosen = st.session_state
    with answering():
        if not (chosen["dry-tiers"] and chosen["dry-channels"]):
            say("Choose at least one tier and one channel: otherwise nothing goes alone.", good=False)
            return
        limits = Perimeter(
            act_most=round(chosen["dry-act"] * 100),
            day_most=round(chosen["dry-day"] * 100),
            tiers=tuple(chosen["dry-tiers"]),
            channels=tuple(chosen["dry-channels"]),
            any_hour=chosen["dry-hours"],
            share=chosen["dry-share"],
            identity=chosen["dry-identity"],
            upset=chosen["dry-upset"],
        )
        chosen[MADE] = (task_type, desk().autonomy_levels.dry_run(person(), task_type, limits))


def _told(run: DryRun) -> None:
    paper(node("p", in_words(run), cls="lead"), key="paper-dry-run")
    if run.differently:
        case_table.wrong(run.differently, "A person did otherwise", "dry-differently")
    if run.kept_back:
        lines = [node("p", f"{one.cases} × {one.why}", cls="small") for one in run.kept_back[:KEPT_BACK_SHOWN]]
        head = node("p", "Kept for a person because", cls="small muted")
        paper(node("div", head, *lines, cls="stack tight"), key="paper-kept-back")


def in_words(run: DryRun) -> str:
    """How many would have gone alone, how many of those differently, and what they would have let out."""
    if not run.cases:
        nothing = f"In the last {run.days} days no proposal was answered that was complete and sure."
        return f"{nothing} A simulated past does not count."
    otherwise = f", {len(run.differently)} of them differently from the advisor" if run.differently else ""
    money = f"; {worded(run.money)} moved" if run.money.minor else ""
    kept = run.cases - run.alone - run.lost
    caught = f"{kept} would have gone to a person, who did otherwise in {run.caught}. " if kept else ""
    lost = f"Of {counted(run.lost, 'case')} too little was kept to say. " if run.lost else ""
    alone = f"Of {counted(run.cases, 'case')} {run.alone} would have gone alone{otherwise}{money}. "
    return f"{alone}{caught}{lost}".strip()
