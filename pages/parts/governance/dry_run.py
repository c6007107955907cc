"""Limits tried on the past: what would have gone without a person, and what of it a person did otherwise."""

from __future__ import annotations

import streamlit as st

from cx_core.records import TaskTypeName
from cx_core.text.wording import say as worded
from cx_core.views.level_views import DryRun
from pages.parts.components import node, paper
from pages.parts.governance import case_table, limits
from pages.parts.outcome import answering, say
from pages.parts.words import counted
from pages.wiring import desk, person

MADE = "dry-run"
"""Where the session keeps the last one, with its task type."""

KEPT_BACK_SHOWN = 6
ASKED = "Asked. Nothing changes until another supervisor or administrator grants it, with these limits."


def panel(task_type: TaskTypeName) -> None:
    """The limits, what they would have done, and the way to ask for level 3 with them."""
    with st.expander("Level 3: try its limits on the last four weeks, and ask for it"):
        st.caption(
            "Proposals that advisors answered are ruled on again as at level 3, inside these limits, under the "
            "policies in force now. Trying changes nothing. Asking needs a second person, who sees the same limits."
        )
        with st.form("dry-run-form", border=False):
            limits.fields(st.session_state[MADE][1].tiers if MADE in st.session_state else ())
            st.text_input("Why level 3", key="dry-reason", max_chars=500, placeholder="For whoever grants it")
            with st.container(horizontal=True):
                st.form_submit_button("Try them", on_click=_tried, args=(task_type,))
                st.form_submit_button("Ask for level 3 with these limits", on_click=_asked, args=(task_type,))
        made = st.session_state.get(MADE)
        if made is not None and made[0] == task_type:
            _told(made[1])


def _tried(task_type: TaskTypeName) -> None:
    with answering():
        wanted = limits.chosen()
        if wanted is None:
            say(limits.NOBODY, good=False)
            return
        st.session_state[MADE] = (task_type, desk().autonomy_levels.dry_run(person(), task_type, wanted))


def _asked(task_type: TaskTypeName) -> None:
    with answering():
        wanted = limits.chosen()
        if wanted is None:
            say(limits.NOBODY, good=False)
            return
        refusal = desk().autonomy_levels.ask_level(person(), task_type, 3, st.session_state["dry-reason"], wanted)
        say(ASKED if refusal is None else refusal.text, good=refusal is None)


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
    who = f", who did otherwise in {run.caught}" if run.caught else ""
    caught = f"{kept} would have gone to a person{who}. " if kept else ""
    lost = f"Of {counted(run.lost, 'case')} too little was kept to say. " if run.lost else ""
    alone = f"Of {counted(run.cases, 'case')} {run.alone} would have gone alone{otherwise}{money}. "
    return f"{alone}{caught}{lost}".strip()
