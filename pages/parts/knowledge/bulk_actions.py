"""All articles in a table, and the same done with many of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

import streamlit as st

from cx_core.knowledge_base.articles import ArticleEntry, ArticleState, Changes
from cx_core.records import ArticleId, Person
from pages.parts.cells import cell
from pages.parts.components import node, paper
from pages.parts.knowledge.knowledge_articles import ALL, STATES, fits
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

TOLD = 3
"""Refusals told in full."""
_MOVES: dict[str, ArticleState] = {
    "Publish": "published",
    "Submit for review": "in_review",
    "Archive": "archived",
    "Back to draft": "draft",
}
_DONE: dict[ArticleState, str] = {
    "published": "published",
    "in_review": "waiting for review",
    "archived": "archived: nobody finds them",
    "draft": "drafts again",
}
_FOR = {"customer": "Customers", "internal": "Colleagues only"}
_COLUMNS = {
    "Review by": st.column_config.DateColumn(format="D MMM YYYY"),
    "In search": st.column_config.NumberColumn(help="The version that search finds"),
    "Changed": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
}


def show(someone: Person) -> None:
    """The table; what is chosen in it is known by id, and forgotten when the list changes."""
    with st.container(horizontal=True, key="many-filter"):
        words = st.text_input("Find in articles", placeholder="refund, router, roaming…", key="many-words")
        state = st.selectbox("State", [ALL, *STATES.values()], key="many-state")
    entries = [one for one in desk().article_lifecycle.article_entries(someone) if fits(one, words, state)]
    if not entries:
        paper(node("p", "No articles match. Try fewer words or another status.", cls="muted"), key="many-no-fit")
        return
    names: dict[str, str] = {one.id: one.name for one in desk().article_owners.owners(someone)}
    rows = [_row(one, names) for one in entries]
    seen = str(hash(tuple((one.id, one.latest.number, one.state) for one in entries)))
    event = st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=460,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"many-{seen}",
        column_config=_COLUMNS,
        placeholder="–",
    )
    places: Sequence[int] = event["selection"]["rows"]
    chosen = {one.id: one for one in (entries[at] for at in places if at < len(entries))}
    if not chosen:
        paper(
            node("p", "Tick the articles you want, then choose an action.", cls="muted"),
            key="many-none",
        )
        return
    paper(node("p", f"{len(chosen)} chosen", cls="caps"), key="many-count")
    with st.container(horizontal=True, vertical_alignment="bottom", key="many-row"):
        for label, to in _MOVES.items():
            st.button(label, key=f"many-{to}", on_click=_do, args=(chosen, to, _DONE[to]))
        with st.popover("Set…"):
            _fields(chosen, names)


def _row(one: ArticleEntry, names: dict[str, str]) -> dict[str, object]:
    content = one.latest.content
    return {
        "Title": cell(content.title),
        "State": STATES[one.state],
        "For": _FOR[content.audience],
        "Owner": names.get(content.owner or "", ""),
        "Review by": content.review_by,
        "Tags": cell(", ".join(content.tags)),
        "Version": one.latest.number,
        "In search": one.live,
        "Changed": one.changed_at,
        "From": cell(one.origin_name),
    }


def _fields(chosen: Mapping[ArticleId, ArticleEntry], names: dict[str, str]) -> None:
    with st.form("many-set", border=False):
        st.selectbox("Owner", ["", *names], format_func=lambda id: names.get(id, "As it is"), key="many-owner")
        st.text_input("Add a tag", key="many-tag", max_chars=60)
        st.date_input("Review by", None, key="many-review", format="YYYY-MM-DD")
        st.date_input("Valid until", None, key="many-until", format="YYYY-MM-DD")
        st.selectbox(
            "For", ["", "customer", "internal"], format_func=lambda one: _FOR.get(one, "As it is"), key="many-audience"
        )
        st.form_submit_button("Apply to selected", on_click=_set, args=(chosen,))


def _set(chosen: Mapping[ArticleId, ArticleEntry]) -> None:
    given = st.session_state
    _do(
        chosen,
        Changes(
            owner=given["many-owner"] or None,
            tag=given["many-tag"].strip() or None,
            review_by=cast("date | None", given["many-review"]),
            valid_until=cast("date | None", given["many-until"]),
            audience=given["many-audience"] or None,
        ),
        "changed",
    )


def _do(chosen: Mapping[ArticleId, ArticleEntry], what: Changes | ArticleState, done: str) -> None:
    """Callback. `chosen` as they were seen, `done` as it is told."""
    with answering():
        refused = desk().article_lifecycle.change_articles(person(), chosen, what)
        told = "".join(f" “{chosen[id].latest.content.title}”: {why.text}" for id, why in list(refused.items())[:TOLD])
        more = f" And {len(refused) - TOLD} more." if len(refused) > TOLD else ""
        say(f"{len(chosen) - len(refused)} of {len(chosen)} are {done}.{told}{more}", good=not refused)
