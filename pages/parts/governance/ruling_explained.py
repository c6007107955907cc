"""A ruling explained: who may, which rules stand against the others, and what would have to differ."""

from __future__ import annotations

import streamlit as st

from cx_core.records import IDENTITIES, UNKNOWN_SUM, Money, Role, TicketId
from cx_core.views import Refusal
from cx_core.views.policy_views import Asker, FactValue, RuleExplained, RulingExplained
from pages.parts.components import Node, node, paper
from pages.parts.governance.rules import plain
from pages.parts.words import ROLES, titled
from pages.wiring import desk, person

ANSWERS = {"allow": ("The copilot alone", "good"), "ask": ("A person approves", "care"), "deny": ("Nobody", "bad")}


def show() -> None:
    """Ask for a ticket; each step of its plan below, and its reply."""
    ticket = st.text_input("Ticket", key="explain", bind="query-params", placeholder="T-…", width=320).strip()
    if not ticket:
        paper(
            node("p", "Name a ticket: every step of its plan is explained, and its reply.", cls="muted"),
            key="paper-no-ticket",
        )
        return
    found = desk().policies.rulings_on(person(), TicketId(ticket))
    if isinstance(found, Refusal):
        paper(node("p", found.text, cls="note"), key="paper-no-ruling")
        return
    for one in found:
        with st.container(border=True, key=f"ruled-{one.ruled.step}"):
            paper(_ruling(one), key=f"paper-ruled-{one.ruled.step}")


def _ruling(one: RulingExplained) -> Node:
    ruling = one.ruled.ruling
    label, tone = ANSWERS[ruling.answer]
    label = f"{titled(ruling.ask.value)} approves" if ruling.ask else label
    return node(
        "div",
        node("div", node("h3", one.title), node("span", label, cls=f"chip {tone}"), cls="spread"),
        node("p", one.words),
        node(
            "p",
            node("time", at=one.ruled.at.isoformat()),
            node("span", f"policy version {ruling.policy_version}"),
            cls="row small muted",
        ),
        *[node("p", reason, cls="small") for reason in ruling.reasons],
        *(_asked_again(one) if one.kept else [node("p", NOT_KEPT, cls="note")]),
        cls="stack",
    )


NOT_KEPT = "The facts of this ruling were not kept, or the rules now ask for more, so it cannot be asked again."


def _asked_again(one: RulingExplained) -> list[Node | None]:
    return [
        None
        if one.same_rules
        else node("p", "Other rules are in force since. This is what they say of it.", cls="note care"),
        node("p", "Who may", cls="caps"),
        node("dl", *[part for asker in one.askers for part in _asker(asker)], cls="facts"),
        node("p", "What stands against it", cls="caps") if one.against else None,
        *[_against(rule, one) for rule in one.against],
    ]


def _asker(asker: Asker) -> tuple[Node, Node]:
    said = "may" if asker.allowed else "may once every argument is backed" if asker.once_backed else "may not"
    by = (
        f"by rule{'' if len(asker.rules) == 1 else 's'} {', '.join(asker.rules)}"
        if asker.rules
        else "no rule allows it"
    )
    return node("dt", _who(asker.role)), node("dd", node("span", said), node("span", by, cls="source"))


def _against(one: RuleExplained, ruling: RulingExplained) -> Node:
    facts = [f"{titled(name)}: {_worded(name, value, ruling)}" for name, value in one.facts]
    ways = [f"{titled(way.fact)} were {_worded(way.fact, way.value, ruling)}" for way in one.instead]
    return node(
        "div",
        node("span", one.rule.id, cls="number"),
        node("span", plain(one.rule.says)),
        node("span", "Forbids", cls="chip care"),
        node("p", f"Stops {_all(one)}", cls="small muted about"),
        node("p", "; ".join(facts), cls="small about") if facts else None,
        node("p", f"It would not match if {', or if '.join(ways)}", cls="small about") if ways else None,
        cls="rule",
    )


def _all(one: RuleExplained) -> str:
    names = [_who(role).lower() for role in one.to]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _who(role: Role | None) -> str:
    return "The copilot" if role is None else ROLES[role].capitalize()


def _worded(name: str, value: FactValue, ruling: RulingExplained) -> str:
    """A fact as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ruling.sums and isinstance(value, int):
        return "unknown" if value >= UNKNOWN_SUM else str(Money(minor=value, currency=ruling.currency))
    if name == "identity" and value in (0, 1, 2):
        return IDENTITIES[int(value)]
    return "not known" if value in (None, "") else str(value).replace("_", " ")
