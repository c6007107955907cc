"""The case file of one ticket: its whole story with sources, to read, print and keep."""

from __future__ import annotations

from functools import partial

import streamlit as st

from cx_core.errors import BadInput, NotAllowed
from cx_core.records import Role, TicketId
from cx_core.views import CaseEntry, CaseFact, CaseFile, Refusal
from pages.parts.components import Node, node, paper, pressed, style
from pages.parts.page import require, told
from pages.parts.search_dialog import look_at
from pages.parts.words import STATUSES, excerpt
from pages.wiring import desk, token

FEW = 4
KINDS = {"html": ("Printable version", "text/html"), "json": ("Data", "application/json")}


def _head(case: CaseFile) -> None:
    facts = (case.ticket, case.customer, STATUSES[case.status], f"{len(case.entries)} events")
    paper(
        node(
            "div",
            node("h2", excerpt(case.subject, 400)),
            node(
                "p",
                node("span", "Simulated", cls="chip care") if case.simulated else None,
                node("span", f"Imported from {case.imported}", cls="chip") if case.imported else None,
                *[node("span", fact) for fact in facts],
                cls="row small muted",
            ),
            cls="stack tight",
        ),
        key="case-head",
    )
    with st.container(horizontal=True, gap="small", key="case-bar", vertical_alignment="center"):
        st.page_link("inbox.py", label="Open the ticket", icon=":material/inbox:", query_params={"ticket": case.ticket})
        for kind, (label, media_type) in KINDS.items():
            st.download_button(
                label,
                partial(_export, token(), case.ticket, kind),
                f"{case.ticket}.{kind}",
                media_type,
                key=f"export-{kind}",
                icon=":material/download:",
                on_click="ignore",
            )


def _export(session: str, ticket: TicketId, kind: str) -> bytes:
    """Made when it is asked for, outside of any run of the page; who took it is on record."""
    someone = desk().who(session)
    if someone is None:
        raise NotAllowed("You have been signed out. Sign in to continue.")
    made = desk().case_files.export_case(someone, ticket, kind)
    if isinstance(made, Refusal):
        raise BadInput(made.text)
    return made


def _entry(entry: CaseEntry) -> Node:
    return node(
        "article",
        node(
            "header",
            node("strong", entry.title),
            node(
                "p",
                node("time", at=entry.at.isoformat()),
                node("span", entry.who),
                node("span", f"event {entry.seq}"),
                cls="row small muted",
            ),
            cls="stack tight",
        ),
        node("p", entry.words) if entry.words else None,
        node("blockquote", entry.said) if entry.said else None,
        _facts(entry),
        cls=f"event {entry.tone}",
        label=entry.title[:80],
    )


def _facts(entry: CaseEntry) -> Node | None:
    """Few stand open; many are folded, so that the story reads on."""
    if not entry.facts:
        return None
    drawn = node("dl", *[one for fact in entry.facts for one in _fact(fact)], cls="facts small")
    if len(entry.facts) <= FEW:
        return drawn
    return node("details", node("summary", f"What it rests on ({len(entry.facts)})"), drawn)


def _fact(fact: CaseFact) -> tuple[Node, Node]:
    source = node("span", fact.source, cls="source") if fact.source else None
    text = pressed(fact.text, fact.ref, label=f"Look at {fact.text}") if fact.ref else node("span", fact.text)
    return node("dt", fact.label), node("dd", text, source)


def _side(case: CaseFile) -> None:
    said = [node("blockquote", text) for text in case.told] or [node("p", "Nothing yet.", cls="muted")]
    versions = [one for name, text in case.versions for one in (node("dt", name), node("dd", text))]
    paper(
        node("div", node("p", "What the customer was told", cls="caps"), *said, cls="section"),
        node(
            "div",
            node("p", "What made the latest proposal", cls="caps"),
            node("dl", *versions, cls="facts small"),
            cls="section",
        )
        if versions
        else None,
        key="case-side",
    )


someone = require(Role.ADVISOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
style()
with told():
    asked = TicketId(st.query_params.get("ticket", ""))
    found = (
        desk().case_files.case_file(someone, asked) if asked else Refusal(code="empty", text="Open it from a ticket.")
    )
    if isinstance(found, Refusal):
        paper(node("div", node("h2", "No case file"), node("p", found.text, cls="muted"), cls="empty"), key="case-none")
    else:
        _head(found)
        story, side = st.columns([2, 1], gap="large")
        with story:
            look = partial(look_at, ticket=found.ticket)
            paper(*[_entry(entry) for entry in found.entries], key="case-story", on_pressed=look)
        with side:
            _side(found)
