"""Articles whose owner may not look after them any more, and the way to give them to somebody who may."""

from __future__ import annotations

import streamlit as st

from cx_core.knowledge_base.articles import Changes, LeftBehind
from cx_core.records import Person, PersonId
from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

NAMED = 5
"""Articles named by their titles."""


def show(someone: Person) -> None:
    """Nothing where every owner is still there."""
    names: dict[str, str] = {one.id: one.name for one in desk().article_owners.owners(someone)}
    for left in desk().article_owners.left_behind(someone):
        with st.container(border=True, key=f"left-{left.owner}"):
            head = node("h3", "Articles without an owner")
            paper(
                node("div", head, node("p", told(left), cls="small"), cls="stack tight"), key=f"paper-left-{left.owner}"
            )
            with st.container(horizontal=True, vertical_alignment="bottom", key=f"left-row-{left.owner}"):
                st.selectbox(
                    "Give them to",
                    ["", *names],
                    key=f"left-to-{left.owner}",
                    format_func=lambda id: names.get(id, "Choose…"),
                )
                st.button("Reassign", key=f"left-give-{left.owner}", on_click=_give, args=(left,))


def told(left: LeftBehind) -> str:
    """Whose they were, and which."""
    titles = [f"“{one.latest.content.title}”" for one in left.articles]
    more = f" and {len(titles) - NAMED} more" if len(titles) > NAMED else ""
    who = left.name or "Somebody who is not known any more"
    return f"{who} had {', '.join(titles[:NAMED])}{more}. The account is closed, or has another role."


def _give(left: LeftBehind) -> None:
    whom = str(st.session_state.get(f"left-to-{left.owner}", ""))
    if not whom:
        say("Choose who looks after them from now on.", good=False)
        return
    with answering():
        seen = {one.id: one for one in left.articles}
        refused = desk().article_lifecycle.change_articles(person(), seen, Changes(owner=PersonId(whom)))
        why = "".join(f" “{seen[id].latest.content.title}”: {one.text}" for id, one in list(refused.items())[:3])
        say(f"{len(seen) - len(refused)} of {len(seen)} have an owner again.{why}", good=not refused)
