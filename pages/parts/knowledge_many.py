"""All articles in a table, and the same done with many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

import streamlit as st

from cx_core.articles import ArticleEntry, ArticleState, Changes
from cx_core.records import ArticleId, Person
from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

_MOVES: dict[str, ArticleState] = {
    "Publish": "published", "Ask for review": "in_review", "Archive": "archived", "Back to draft": "draft",
}  # fmt: skip


def show(someone: Person) -> None:
    """The table; what is chosen in it is known by id, and forgotten when the list changes."""
    entries = desk().article_entries(someone)
    names: dict[str, str] = {one.id: one.name for one in desk().owners(someone)}
    rows = [_row(one, names) for one in entries]
    seen = str(hash(tuple((one.id, one.latest.number, one.state) for one in entries)))
    event = st.dataframe(rows, hide_index=True, width="stretch", height=460, on_select="rerun",
                         selection_mode="multi-row", key=f"many-{seen}")  # fmt: skip
    places: Sequence[int] = event["selection"]["rows"]
    chosen = [entries[place].id for place in places if place < len(entries)]
    if not chosen:
        paper(node("p", "Choose articles by the boxes at their left, then what to do with them.", cls="muted"),
              key="many-none")  # fmt: skip
        return
    paper(node("p", f"{len(chosen)} chosen", cls="caps"), key="many-count")
    with st.container(horizontal=True, vertical_alignment="bottom", key="many-row"):
        for label, to in _MOVES.items():
            st.button(label, key=f"many-{to}", on_click=_do, args=(chosen, to))
        with st.popover("Set…"):
            _fields(chosen, names)


def _row(one: ArticleEntry, names: dict[str, str]) -> dict[str, object]:
    content = one.latest.content
    return {
        "Title": content.title, "State": one.state.replace("_", " "), "For": content.audience,
        "Owner": names.get(content.owner or "", ""), "Review by": str(content.review_by or ""),
        "Tags": ", ".join(content.tags), "Version": one.latest.number, "In search": one.live,
        "Changed": f"{one.changed_at:%Y-%m-%d %H:%M}", "From": one.origin_name,
    }  # fmt: skip


def _fields(chosen: Sequence[ArticleId], names: dict[str, str]) -> None:
    with st.form("many-set", border=False):
        st.selectbox("Owner", ["", *names], format_func=lambda id: names.get(id, "As it is"), key="many-owner")
        st.text_input("Add a tag", key="many-tag", max_chars=60)
        st.date_input("Review by", None, key="many-review", format="YYYY-MM-DD")
        st.date_input("Holds until", None, key="many-until", format="YYYY-MM-DD")
        st.selectbox(
            "For", ["", "customer", "internal"], format_func=lambda one: one or "As it is", key="many-audience"
        )
        st.form_submit_button("Set for all chosen", on_click=_set, args=(chosen,))


def _set(chosen: Sequence[ArticleId]) -> None:
    given = st.session_state
    _do(
        chosen,
        Changes(
            owner=given["many-owner"] or None, tag=given["many-tag"].strip() or None,
            review_by=cast("date | None", given["many-review"]), valid_until=cast("date | None", given["many-until"]),
            audience=given["many-audience"] or None,
        ),
    )  # fmt: skip


def _do(chosen: Sequence[ArticleId], what: Changes | ArticleState) -> None:
    with answering():
        refused = desk().change_articles(person(), chosen, what)
        done = len(chosen) - len(refused)
        told = "".join(f" {id}: {why.text}" for id, why in list(refused.items())[:3])
        say(f"Done for {done} of {len(chosen)}.{told}", good=not refused)
