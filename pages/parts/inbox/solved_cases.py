"""Right pane, beside the articles: like tickets that went well, masked. They are to be read, not to be sent."""

from __future__ import annotations

import streamlit as st

from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.views import TicketView
from pages.parts.components import Node, node, paper
from pages.parts.search_dialog import look_at
from pages.parts.words import excerpt


def solved_before(view: TicketView) -> None:
    """One line for each, which opens; the way to the whole ticket goes through Search."""
    if not view.earlier:
        return
    with st.container(key="solved-before", gap="small"):
        paper(node("p", "Similar solved tickets", cls="caps"), key="paper-solved-before")
        for case in view.earlier:
            with st.container(horizontal=True, gap="small", wrap=False, key=f"case-{case.ticket}"):
                paper(_case(case), key=f"paper-case-{case.ticket}")
                st.button(
                    "Open",
                    key=f"look-{case.ticket}",
                    type="tertiary",
                    icon=":material/search:",
                    help="View in full, with a link to the ticket",
                    on_click=_look,
                    args=(case, view),
                )


def _case(case: SolvedCase) -> Node:
    solved = "; ".join(case.done) or (
        "Answered from " + ", ".join(title for _, title in case.articles) if case.articles else "Answered"
    )
    about = node(
        "span",
        node("span", solved),
        node("time", at=case.at.isoformat()),
        node("span", "Simulated", cls="chip care") if case.simulated else None,
        node("span", "Imported", cls="chip") if case.imported else None,
        cls="row small muted",
    )
    first = excerpt(case.asked, 90)
    head = node("summary", f"“{first}”")
    rest = node("p", case.asked, cls="typed small") if first != case.asked else None
    said = node("div", rest, node("blockquote", case.answered), cls="stack tight")
    return node("div", node("details", head, said), about, cls="stack tight")


def _look(case: SolvedCase, view: TicketView) -> None:
    look_at(f"case/{case.ticket}", view.ticket.id)
    st.rerun(scope="app")  # the dialog belongs to the whole page, not to the ticket's part of it
