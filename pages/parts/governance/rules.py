"""The rules in force by file, and one of them closely: what it decided, with examples."""

from __future__ import annotations

import streamlit as st

from cx_core.views.policy_views import DAYS, Decided, PoliciesView, PolicyFile, PolicyRule, Tally
from pages.parts.components import Node, node, paper
from pages.parts.words import excerpt

FEW = 3
EFFECTS = {"permit": ("Allows", "good"), "forbid": ("Forbids", "care")}


def show(seen: PoliciesView, tally: Tally) -> None:
    """All rules on the left; on the right the one that is looked at."""
    left, right = st.columns([2.1, 1], gap="large")
    with left:
        for file in seen.files:
            paper(_file(file, seen.acts, tally), key=f"paper-rules-{file.name}")
    with right:
        _closely([rule for file in seen.files for rule in file.rules], tally)


def plain(says: str) -> str:
    """The words of a rule, with what is filled in marked as such."""
    return says.replace("{", "⟨").replace("}", "⟩").replace("_", " ")


def _file(file: PolicyFile, acts: dict[str, str], tally: Tally) -> Node:
    return node(
        "section",
        node("h3", file.title),
        node("p", file.about, cls="small muted") if file.about else None,
        *[_rule(rule, acts, tally.by_rule.get(rule.id, Decided())) for rule in file.rules],
        None if file.rules else node("p", "None of its rules could be read.", cls="note bad"),
        cls="stack tight",
        label=file.title,
    )


def _rule(rule: PolicyRule, acts: dict[str, str], decided: Decided) -> Node:
    label, tone = EFFECTS[rule.effect]
    return node(
        "div",
        node("span", rule.id, cls="number"),
        node("span", plain(rule.says)),
        node("span", label, cls=f"chip {tone}"),
        node("p", f"{about(rule, acts)} · {_counted(decided)}", cls="small muted about"),
        node(
            "details",
            node("summary", f"Rule {rule.id} in Cedar"),
            node("p", rule.source, cls="code"),
            node("p", f"{rule.file}, line {rule.line}", cls="small muted"),
        ),
        cls="rule",
    )


def about(rule: PolicyRule, acts: dict[str, str]) -> str:
    """Which actions a rule is about, in words."""
    if rule.acts is None:
        return "About everything"
    names = [acts.get(name, f"{name} (not offered)") for name in rule.acts]
    more = f" and {len(names) - FEW} more" if len(names) > FEW + 1 else ""
    return f"About: {', '.join(names[:FEW] if more else names)}{more}"


def _counted(decided: Decided) -> str:
    return f"named in {decided.all:,} ruling{'' if decided.all == 1 else 's'}"


def _closely(rules: list[PolicyRule], tally: Tally) -> None:
    st.subheader(f"The last {DAYS} days")
    if not rules:
        paper(node("p", "There is no rule to look at.", cls="muted"), key="paper-no-rules")
        return
    busiest = max(range(len(rules)), key=lambda place: tally.by_rule.get(rules[place].id, Decided()).all)
    names = {rule.id: f"{rule.id} · {excerpt(plain(rule.says), 70)}" for rule in rules}
    chosen = st.selectbox("Rule", list(names), index=busiest, format_func=names.__getitem__, key="rule")
    decided = tally.by_rule.get(chosen, Decided())
    counts = (("Done alone", decided.allow), ("Put to a person", decided.ask), ("Denied", decided.deny))
    rows = [part for label, number in counts for part in (node("dt", label), node("dd", f"{number:,}"))]
    paper(node("dl", *rows, cls="facts"), key="paper-decided")
    for ticket in decided.examples:
        st.page_link("case.py", label=ticket, icon=":material/history_edu:", query_params={"ticket": ticket})
    paper(node("p", _explained(tally, decided), cls="small muted"), key="paper-counted")


def _explained(tally: Tally, decided: Decided) -> str:
    which = f"the newest {tally.rulings:,}" if tally.cut else f"all {tally.rulings:,}"
    none = "" if decided.all else "No ruling named this rule. "
    return (
        f"{none}Counted are {which} rulings on the steps of plans and on replies, by the rules they name: of an ask, "
        "those that kept the copilot or lesser roles from it and the one that lets a person. Simulated tickets are "
        "not counted."
    )
