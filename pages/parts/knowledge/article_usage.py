"""What became of articles in tickets: one article's figures, and the list over all of them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cx_core.knowledge_base.articles import ArticleUse, UsedArticle, UseFigures, UseKind, UsingTicket
from cx_core.records import ArticleId, Person
from cx_core.views import Refusal
from pages.parts.cells import cell
from pages.parts.components import Node, node, paper
from pages.parts.words import excerpt
from pages.wiring import desk

KINDS: dict[UseKind, tuple[str, str]] = {
    "retrieved": ("Found", "Tickets for which a passage of it was found"),
    "cited": ("Cited", "The draft rested on it"),
    "quoted": ("Inserted", "An advisor inserted a section of it into the reply, from Search"),
    "kept": ("Kept", "Its words, or what was drafted from them, were in what was sent"),
    "edited_out": ("Edited out", "The draft rested on it, and the advisor took that out"),
    "solved": ("Solved", "The ticket was solved with it, and did not come back within 7 days"),
    "reopened": ("Reopened", "The ticket was opened again within 7 days"),
}
_SPANS: dict[str, int | None] = {"30 days": 30, "90 days": 90, "All time": None}
_ORDERS: dict[str, Callable[[UsedArticle], tuple[float, ...]]] = {
    "Most used": lambda one: (-one.figures.tickets("kept"), -one.figures.tickets("retrieved")),
    "Never found": lambda one: (one.figures.tickets("retrieved"), one.figures.tickets("quoted")),
    "Often edited out": lambda one: (-(one.figures.edited_out_share or 0), -one.figures.tickets("edited_out")),
    "Reopened most": lambda one: (-one.figures.tickets("reopened"), -one.figures.tickets("solved")),
}
_SIMULATED = "Simulated"


def use_of(someone: Person, article: ArticleId) -> None:
    """One article: of late, by version, and the tickets for those who may open them."""
    found = desk().article_usage.article_use(someone, article)
    if isinstance(found, Refusal):
        paper(node("p", found.text, cls="note bad"), key="use-gone")
        return
    lines = [("Last 30 days", found.month), ("Last 90 days", found.quarter)]
    lines += [(f"Version {number}, always", figures) for number, figures in found.versions]
    _table([{"": name} | _row(figures) for name, figures in lines], key=f"use-{article}")
    if not found.versions:
        paper(
            node("p", "Nothing was ever found in it, and nobody put its words into a reply.", cls="muted"), key="use-0"
        )
    _tickets(found)


def show(someone: Person) -> None:
    """Every published article, in the order that was asked for."""
    with st.container(horizontal=True, key="use-choices"):
        span = st.segmented_control("Of the last", list(_SPANS), default="90 days", key="use-span", required=True)
        order = st.segmented_control("Sort by", list(_ORDERS), default="Most used", key="use-order", required=True)
    listed = sorted(
        desk().article_usage.articles_use(someone, _SPANS[span or "90 days"]), key=_ORDERS[order or "Most used"]
    )
    rows = [
        {
            "Article": cell(one.title) + (" (internal)" if one.audience == "internal" else ""),
            "": f"/knowledge?show=Articles&article={one.article}",
            **_row(one.figures),
            "Edited out, share": one.figures.edited_out_share,
        }
        for one in listed
    ]
    _table(rows, key="use-all")


def _row(figures: UseFigures) -> dict[str, object]:
    counted: dict[str, object] = {label: figures.tickets(kind) for kind, (label, _) in KINDS.items()}
    return counted | {_SIMULATED: figures.simulated}


def _table(rows: list[dict[str, object]], key: str) -> None:
    told = {label: st.column_config.NumberColumn(label, help=tip) for label, tip in KINDS.values()}
    told[_SIMULATED] = st.column_config.NumberColumn(
        _SIMULATED, help="Of all these, tickets made up for the demonstration"
    )
    told["Edited out, share"] = st.column_config.NumberColumn(format="percent", help="Of all that was sent")
    if rows and "Article" in rows[0]:
        told[""] = st.column_config.LinkColumn("", display_text="Open", width="small")
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height="content" if len(rows) < 20 else 700,
        key=key,
        column_config=told,
        placeholder="–",
    )


def _tickets(found: ArticleUse) -> None:
    """With the way to each."""
    if not found.tickets:
        return
    paper(node("p", "Tickets it was in, newest first", cls="caps"), key="use-tickets")
    for one in found.tickets:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            paper(_told(one), key=f"use-ticket-{one.ticket}")
            st.page_link("inbox.py", label="Open", query_params={"ticket": one.ticket})


def _told(one: UsingTicket) -> Node:
    became = ", ".join(KINDS[kind][0].casefold() for kind in one.kinds)
    return node(
        "p",
        node("span", one.ticket, cls="muted"),
        node("span", excerpt(one.subject, 70)),
        node("span", became, cls="small muted"),
        node("span", "Simulated", cls="chip care") if one.simulated else None,
        node("time", at=one.at.isoformat(), cls="small muted"),
        cls="row",
    )
