"""What a second administrator signs: each rule before and after, side by side, and what it would have changed."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Person
from cx_core.views import Refusal
from cx_core.views.policy_views import CaseChange, PolicySet, Replayed, RuleChange, SetTried, Stretch
from pages.parts.components import Node, node, paper
from pages.parts.governance import policy_draft
from pages.wiring import desk

WHAT = {"added": "added", "changed": "changed", "gone": "removed"}
TAGS = {"same": "span", "added": "ins", "removed": "del"}
_KEPT = "policies-replayed"


def show(one: PolicySet, someone: Person) -> SetTried:
    """Everything that signing would change. Returns what was shown, for the signature to name."""
    tried = desk().policy_sets.try_policies(someone, one.files)
    title = f"What would change: {len(tried.compared)} rule{'' if len(tried.compared) == 1 else 's'}"
    st.subheader(title)
    if not tried.compared:
        paper(node("p", "The rules are those in force. Only cases or comments differ.", cls="muted"), key="paper-same")
    for change in tried.compared:
        paper(_change(change), key=f"paper-change-{change.id}")
    if tried.cases_compared:
        st.subheader("Cases that say what the rules must answer")
        for number, cases in enumerate(tried.cases_compared):
            paper(_cases(cases), key=f"paper-cases-{number}")
    st.subheader("On the rulings of the last 30 days")
    seen = _replayed(one, someone, tried.against)
    if isinstance(seen, Refusal):
        paper(node("p", seen.text, cls="note bad"), key="paper-compared")
    else:
        policy_draft.compared(seen)
    return tried


def _replayed(one: PolicySet, someone: Person, against: str) -> Replayed | Refusal:
    """Made once for this set and these rules in force: every ruling on file is asked again, twice."""
    of = (one.id, against)
    kept: tuple[tuple[str, str], Replayed] | None = st.session_state.get(_KEPT)
    if kept is not None and kept[0] == of:
        return kept[1]
    with st.spinner("Asking both…"):
        seen = desk().policy_sets.replay_policies(someone, one.id)
    if not isinstance(seen, Refusal):
        st.session_state[_KEPT] = (of, seen)
    return seen


def _change(change: RuleChange) -> Node:
    before = _side("In force", change, "removed") if change.before else _none("In force: no such rule")
    after = _side("Then", change, "added") if change.after else _none("Then: no such rule")
    return node(
        "section",
        node("h3", f"Rule {change.id}: {WHAT[change.what]}"),
        node("div", before, after, cls="beside difference"),
        cls="stack tight",
        label=f"Rule {change.id}",
    )


def _cases(change: CaseChange) -> Node:
    """The lines of a file of cases that differ, with those around them."""
    lines = [
        node("p", "…", cls="line muted")
        if line is None
        else node("p", *[node(TAGS[what], text) for what, text in line], cls="line")
        for line in change.lines
    ]
    title = node("h3", f"{change.file}: {WHAT[change.what]}")
    return node("section", title, node("div", *lines, cls="code difference"), cls="stack tight", label=change.file)


def _side(title: str, change: RuleChange, own: str) -> Node:
    """One of the two: what both share, and what only this one has, marked."""
    return node(
        "div",
        node("p", title, cls="caps"),
        *[node("p", *_parts(line, own), cls="line") for line in change.says if _shows(line, own)],
        node(
            "div",
            *[node("p", *_parts(line, own), cls="line") for line in change.source if _shows(line, own)],
            cls="code",
        ),
        cls="stack tight",
    )


def _shows(line: tuple[Stretch, ...], own: str) -> bool:
    return any(change in ("same", own) for change, _ in line) or not line


def _parts(line: tuple[Stretch, ...], own: str) -> list[Node]:
    tag = "del" if own == "removed" else "ins"
    return [node("span" if change == "same" else tag, text) for change, text in line if change in ("same", own)]


def _none(text: str) -> Node:
    return node("div", node("p", text, cls="muted"))
