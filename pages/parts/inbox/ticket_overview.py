"""Right pane, top: what it is about in five seconds, the goals, the customer; below the plan, what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from cx_core.records import (
    IDENTITIES,
    BusinessRecord,
    Citation,
    Goal,
    Passage,
    Proposal,
    RecentAct,
    TaskTypeName,
    TicketId,
)
from cx_core.views import TicketView
from pages.parts.components import Node, node, paper, pressed
from pages.parts.inbox.goal_details import said_lines
from pages.parts.inbox.handover_packet import packet
from pages.parts.search_dialog import look_at
from pages.parts.words import LEVELS, excerpt, shown, titled
from pages.wiring import desk, person

_TELLING = (
    "item",
    "plan",
    "kind",
    "label",
    "period",
    "amount",
    "monthly",
    "status",
    "date",
    "window",
    "expected",
    "delivered",
)
_NAMED = ("expected", "delivered")
"""A date that means nothing without its name beside it."""
_TREND = {"worse": "getting worse", "better": "getting better", "same": ""}


def glance(view: TicketView) -> None:
    """Summary, goals, customer."""
    titles = {task_type.name: task_type.title for task_type in desk().task_types(person())}
    first = packet(view.packet) if view.packet else _summary(view)
    parts = [first, _goals(view.proposal, titles) if view.proposal else None, _customer(view)]
    paper(*[part for part in parts if part], key="paper-glance")


def _summary(view: TicketView) -> Node | None:
    if view.proposal is None:
        reading = node("div", node("span"), node("span"), node("span"), cls="bars", label="Reading")
        return node("div", node("p", "Summary", cls="caps"), reading, cls="section") if _reading(view) else None
    triage = view.proposal.triage
    foreign = desk().inbox.other_languages().get(triage.language)
    mood = ", ".join(part for part in (triage.sentiment, _TREND[triage.trend]) if part and part != "neutral")
    chips = [
        node("span", f"Urgency {triage.urgency}", cls="chip care") if triage.urgency == "high" else None,
        node("span", mood.capitalize(), cls=f"chip {'care' if triage.sentiment == 'negative' else ''}")
        if mood
        else None,
        node("span", "Asked for a person", cls="chip care") if triage.wants_person else None,
        node("span", f"Writes in {foreign}", cls="chip care") if foreign else None,
    ]
    return node(
        "div",
        node("p", "Summary", cls="caps"),
        node("p", view.proposal.summary, cls="lead"),
        node("div", *chips, cls="row") if any(chips) else None,
        cls="section",
    )


def _reading(view: TicketView) -> bool:
    return view.ticket.work == "reading"


def _goals(proposal: Proposal, titles: dict[TaskTypeName, str]) -> Node:
    goals = [
        _goal(goal, titles, said_lines(proposal.details, number, goal.quote))
        for number, goal in enumerate(proposal.triage.goals)
    ]
    nothing = node("p", "Unsure: no request we handle was recognised.", cls="muted")
    whole = said_lines(proposal.details, None)
    return node("div", node("p", "What they want", cls="caps"), *(goals or [nothing]), *whole, cls="section")


def _goal(goal: Goal, titles: dict[TaskTypeName, str], said: Sequence[Node]) -> Node:
    words = f"set by {goal.told_by}" if goal.told_by else f"{goal.probability:.0%} sure"
    sure = node("span", words, cls="small muted")
    unsure = node("span", f"Unsure, {goal.probability:.0%}", cls="chip care")
    return node(
        "div",
        node(
            "div",
            node("span", titles.get(goal.task_type, titled(goal.task_type))),
            sure if goal.sure else unsure,
            cls="spread",
        ),
        node(
            "div",
            node("span", f"“{excerpt(goal.quote)}”" if goal.quote else "", cls="small muted"),
            node("span", f"Level {goal.level} {LEVELS[goal.level]}", cls="small muted"),
            cls="spread",
        ),
        *said,
    )


def _customer(view: TicketView) -> Node:
    ticket = view.ticket
    evidence = view.proposal.evidence if view.proposal else None
    record = evidence.customer if evidence else None
    identity = 2 if view.code and view.code.counts else min(max(ticket.identity, 0), 2)
    minor = bool(record and record.fields.get("minor") is True)
    chips = [
        node("span", ticket.tier.upper() if ticket.tier == "vip" else ticket.tier.capitalize(), cls="chip")
        if ticket.tier
        else None,
        node("span", "Minor", cls="chip care") if minor else None,
        node(
            "span",
            f"Identity {IDENTITIES[identity]}",
            cls="chip" if identity else "chip care",
        ),
    ]
    others = evidence.others_with_name if evidence else 0
    found = _found(view.proposal) if view.proposal else []
    return node(
        "div",
        node("p", "Customer", cls="caps"),
        node(
            "div",
            node("strong", ticket.customer_name or _unnamed(view)),
            node("span", ticket.customer or "", cls="muted small"),
            node("span", ticket.address, cls="muted small") if ticket.address != ticket.customer else None,
            cls="row",
        ),
        node("div", *chips, cls="row"),
        node("p", f"{others} other customer{'s' * (others > 1)} with this name.", cls="note care") if others else None,
        node("div", *found, cls="stack tight") if found else None,
        _as_read(view) if found else None,
        _done_lately([act for act in view.recent if act.ticket != view.ticket.id]),
        *[node("p", text, cls="note care") for text in (evidence.findings if evidence else ())],
        cls="section",
    )


def _unnamed(view: TicketView) -> str:
    """Why no name is known."""
    if view.ticket.erased:
        return "Erased"
    return "Not in our records" if view.proposal and view.ticket.work != "failed" else "Not looked up yet"


def _as_read(view: TicketView) -> Node | None:
    """Once something was done, what stands above is what was so before it."""
    if view.proposal is None:
        return None
    read = view.proposal.evidence.read_at or view.proposal.made_at
    if not any(card.outcome and card.outcome.at > read for card in view.cards):
        return None
    return node(
        "p",
        node("span", "As read before the last action,"),
        node("time", at=read.isoformat()),
        node("span", "as is the summary."),
        cls="row small muted",
    )


def _done_lately(acts: Sequence[RecentAct]) -> Node | None:
    """What was done for them on other tickets: the records above may not show it, and no card here does."""
    rows = [
        node(
            "div",
            node("span", act.words),
            node("span", act.ticket, cls="muted small"),
            node("time", at=act.at.isoformat(), cls="muted small"),
            cls="row small",
        )
        for act in acts[:4]
    ]
    return node("div", node("p", "Done lately", cls="small muted"), *rows, cls="stack tight") if rows else None


def _records(proposal: Proposal) -> list[BusinessRecord]:
    """Every record that was read, once."""
    return list({one.ref: one for lookup in proposal.evidence.lookups for one in lookup.records}.values())


def _found(proposal: Proposal) -> list[Node]:
    kept = [record for record in _records(proposal) if record.kind not in ("slot", "customer")]
    rows = [_record(record) for record in kept[:6]]
    rows += [
        node("p", f"{titled(lookup.name)} could not be read: {lookup.trouble}", cls="note bad")
        for lookup in proposal.evidence.lookups
        if lookup.trouble
    ]
    return rows


def _record(record: BusinessRecord) -> Node:
    kept = [name for name in _TELLING if record.fields.get(name) not in (None, "", ())]
    telling = [f"{name} {text}" if name in _NAMED else text for name in kept for text in [shown(record.fields[name])]]
    name = node("span", f"{titled(record.kind)} {record.id}")
    return node("div", name, node("span", " · ".join(telling[:5]), cls="muted small"), cls="row")


def sources(view: TicketView) -> None:
    """Citations and evidence, folded."""
    proposal = view.proposal
    if proposal is None:
        return
    cited = proposal.reply.citations if proposal.reply else ()
    made = {
        "Rung": proposal.versions.rung,
        "model": proposal.versions.model,
        "knowledge": proposal.versions.knowledge,
        "policy": proposal.versions.policy,
        "classifier": proposal.versions.classifier,
        "encoder": proposal.versions.encoder,
    }
    folds = [
        _fold("Reply based on", [_cited(one, proposal) for one in cited]),
        _fold(
            "Articles found",
            [_quoted(_named(p), p.ref, p.text, internal=p.audience == "internal") for p in proposal.evidence.passages],
        ),
        _fold("Records checked", [_all_fields(record) for record in _records(proposal)]),
        _fold(
            "How this was made",
            [
                node(
                    "dl",
                    *[one for name, value in made.items() for one in (node("dt", name), node("dd", value))],
                    cls="facts small",
                )
            ],
        ),
    ]
    paper(*[fold for fold in folds if fold], key="paper-sources", on_pressed=partial(_look, ticket=view.ticket.id))


def _look(ref: str, ticket: TicketId) -> None:
    """Callback: in Search, where everybody who answers may read it, and put its words in."""
    look_at(ref, ticket)
    st.rerun(scope="app")  # the dialog belongs to the whole page, not to the ticket's part of it


def _fold(title: str, content: list[Node]) -> Node | None:
    count = f" ({len(content)})" if title != "How this was made" else ""
    return node("details", node("summary", title + count), node("div", *content, cls="stack")) if content else None


def _cited(one: Citation, proposal: Proposal) -> Node:
    """An article by the section that the draft quotes, where it can still be told which one of those found that was."""
    passage = next((passage for passage in proposal.evidence.passages if one.of(passage)), None)
    if passage is not None:
        return _quoted(_named(passage), passage.ref, one.quote)
    nobodys = {record.ref for record in _records(proposal) if record.customer is None}
    return _quoted(one.title, "" if one.ref in nobodys else one.ref, one.quote)


def _named(passage: Passage) -> str:
    return " · ".join(part for part in (passage.title, passage.heading) if part)


def _quoted(title: str, ref: str, quote: str, *, internal: bool = False) -> Node:
    mark = node(
        "span",
        "Internal",
        cls="chip care",
        tip="Internal: never quoted to customers",
    )
    name = pressed(title, ref, label=f"Look at {title}") if ref else node("strong", title)
    return node(
        "div",
        node("div", name, mark if internal else None, cls="row small"),
        node("blockquote", quote) if quote else None,
        cls="stack tight",
    )


def _all_fields(record: BusinessRecord) -> Node:
    fields = [
        one for name, value in record.fields.items() for one in (node("dt", titled(name)), node("dd", shown(value)))
    ]
    return node(
        "div",
        node("strong", f"{titled(record.kind)} {record.id}", cls="small"),
        node("dl", *fields, cls="facts small"),
        cls="stack tight",
    )
