"""Level 3 as Rung proposes it: the evidence, limits, what they would have done, and the way to ask or to put it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cx_core.views import Refusal
from cx_core.views.level_views import RaiseProposal
from pages.parts.components import node, paper
from pages.parts.governance import dry_run, limits
from pages.parts.governance.evidence_picture import percent
from pages.parts.outcome import answering, say
from pages.parts.times import moment
from pages.parts.words import LEVELS, counted
from pages.wiring import desk, person

ASKED = "Asked. Nothing changes until another supervisor or administrator grants it, with these limits."
OFF = "Put off. It is proposed again in two weeks, or sooner with 20 more cases."
SIMULATED = "The simulated past ends here. With real cases two people could decide now; simulated ones earn nothing."


def proposals(found: Sequence[RaiseProposal], titles: Mapping[str, str]) -> None:
    """Those that wait first; those put off folded."""
    for one in (each for each in found if each.put_off is None and not each.simulated):
        with st.container(border=True, key=f"raise-{one.task_type}"):
            told(one, titles[one.task_type])
            _decide(one)
    off = [one for one in found if one.put_off is not None]
    if off:
        with st.expander(f"{counted(len(off), 'proposal')} put off", key="raises-off"):
            for one in off:
                _off(one, titles[one.task_type])


def told(one: RaiseProposal, title: str) -> None:
    """What is proposed, and why."""
    wrong = f"{one.wrong} wrong" if one.wrong else "none wrong"
    evidence = f"{counted(one.cases, 'case')}, {wrong}: an error rate above {percent(one.error_at_most)} is ruled out."
    mark = [node("span", "Simulated", cls="chip care")] if one.simulated else []
    paper(
        node(
            "div",
            node("h3", f"Rung proposes level 3 · {LEVELS[3]} for: {title}"),
            node("p", *mark, node("span", f"Since {moment(one.at)}"), cls="row small muted"),
            node("p", f"Evidence: {evidence}"),
            node("p", f"Suggested limits: {limits.in_words(one.limits, desk().currency())}."),
            node("p", f"With them, in the last {one.dry_run.days} days: {dry_run.in_words(one.dry_run)}", cls="small"),
            node("p", SIMULATED, cls="note") if one.simulated else None,
            cls="stack tight",
        ),
        key=f"paper-raise-{one.task_type}-{one.simulated}",
    )


def _decide(one: RaiseProposal) -> None:
    key = f"raise-why-{one.task_type}"
    st.text_input("Why, for whoever grants it and for the record", key=key, max_chars=500)
    with st.container(horizontal=True):
        label, put = "Ask for level 3 with these limits", f"raise-off-{one.task_type}"
        st.button(label, key=f"raise-ask-{one.task_type}", type="primary", on_click=_asked, args=(one, key))
        st.button("Put it off", key=put, on_click=_put_off, args=(one, key))
    st.caption("A second person grants it. Other limits are tried under Evidence.")


def _off(one: RaiseProposal, title: str) -> None:
    if one.put_off is None:
        return
    by = f"{title}: put off by {one.put_off.name}, {moment(one.put_off.at)}"
    words = (node("p", by, cls="small"), node("p", one.put_off.reason, cls="typed small muted"))
    paper(node("div", *words, cls="stack tight"), key=f"paper-raise-off-{one.task_type}")


def _asked(one: RaiseProposal, key: str) -> None:
    with answering():
        _tell(desk().raise_proposals.ask(person(), one, st.session_state[key]), ASKED)


def _put_off(one: RaiseProposal, key: str) -> None:
    with answering():
        _tell(desk().raise_proposals.put_off(person(), one, st.session_state[key]), OFF)


def _tell(refusal: Refusal | None, good: str) -> None:
    say(good if refusal is None else refusal.text, good=refusal is None)
