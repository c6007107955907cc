"""Articles as editors work on them: the list with its states, one article, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cx_core.knowledge_base.articles import ArticleEntry, ArticleState
from cx_core.records import Person
from cx_core.views import Refusal
from pages.parts.components import Node, node, paper
from pages.parts.knowledge import article_editor, article_usage, article_versions, knowledge_asking
from pages.parts.knowledge.article import AUDIENCES, article_text
from pages.parts.knowledge.article_list import ListEntry, listing
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

STATES: dict[ArticleState, str] = {
    "draft": "Draft",
    "in_review": "In review",
    "published": "Published",
    "archived": "Archived",
}
ALL = "All but archived"
_TONES = {"draft": "busy", "in_review": "care", "published": "good", "archived": ""}
_DONE = {
    "draft": "is a draft again.",
    "in_review": "waits for review.",
    "archived": "is archived and no longer appears in search.",
    "published": "is published. The copilot can now use it in drafts.",
}


def show(someone: Person) -> None:
    """The list on the left; on the right the chosen article, its editor, or its versions."""
    entries = desk().article_lifecycle.article_entries(someone)
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        st.button("New article", key="article-new", icon=":material/add:", on_click=article_editor.begin)
        chosen = _contents(entries)
    opened = st.query_params.get("article", "")
    with right, st.container(width=820):
        if article_editor.new():
            article_editor.show(None, someone)
        elif opened and not any(one.id == opened for one in entries):
            paper(node("p", "There is no such article. Choose one from the list.", cls="note"), key="article-gone")
        elif chosen is None:
            return
        elif article_editor.editing(chosen):
            article_editor.show(chosen, someone)
        else:
            _article(chosen, someone)


def fits(one: ArticleEntry, words: str, state: str) -> bool:
    """Whether it has all these words, and this state."""
    held = f"{one.latest.content.title} {one.latest.content.text}".casefold()
    in_state = one.state != "archived" if state == ALL else STATES[one.state] == state
    return in_state and all(word in held for word in words.casefold().split())


def _contents(entries: Sequence[ArticleEntry]) -> ArticleEntry | None:
    """The list; what it leaves out can be open all the same, as it was archived just now or is linked to."""
    words = st.text_input("Find in articles", placeholder="refund, router, roaming…", key="article-words")
    state = st.selectbox("State", [ALL, *STATES.values()], key="article-state")
    listed = [one for one in entries if fits(one, words, state)]
    opened = st.query_params.get("article", "")
    chosen = next((one for one in entries if one.id == opened), listed[0] if listed else None)
    if not listed:
        none = "No articles match. Try fewer words or another status." if entries else "There is no article yet."
        paper(node("p", none, cls="muted"), key="article-none")
        return chosen
    shown: list[ListEntry] = [{"id": one.id, "title": one.latest.content.title, "note": _note(one)} for one in listed]
    with st.container(height=620, border=False, key="article-list"):
        listing(
            shown,
            current="" if chosen is None or article_editor.new() else chosen.id,
            label="Articles",
            key="articles",
            on_chosen=article_editor.look_at,
        )
    return chosen


def _note(one: ArticleEntry) -> str:
    told = ["Being edited"] if article_editor.editing(one) else []
    told += [] if one.state == "published" else [STATES[one.state]]
    return " · ".join([*told, *(["Internal"] if one.latest.content.audience == "internal" else [])])


def _article(one: ArticleEntry, someone: Person) -> None:
    paper(_head(one, someone), key=f"article-head-{one.id}-{one.latest.number}-{one.state}")
    with st.container(horizontal=True, key="article-moves"):
        if one.state != "archived":
            st.button("Edit", key="article-edit", icon=":material/edit:", on_click=article_editor.open, args=(one,))
        if one.state == "draft":
            _move("Submit for review", one, "in_review")
        if one.state in ("draft", "in_review"):
            _move("Publish", one, "published", primary=True)
        if one.state == "archived":
            _move("Publish again", one, "published")
        if one.state in ("in_review", "archived"):
            _move("Back to draft", one, "draft")
        if one.state != "archived":
            _move("Archive", one, "archived")
    if one.state in ("draft", "in_review"):
        knowledge_asking.trial(one.id, someone)
    read, versions, use = st.tabs(["Article", "Versions", "Usage"])
    with read:
        passage = st.query_params.get("passage", "")
        shown = one.latest.seen()
        article_text(shown, desk().lookup.where_it_stands(someone, f"{one.id}#{passage}", shown) if passage else None)
    with versions:
        article_versions.show(one, someone)
    with use:
        article_usage.use_of(someone, one.id)


def _move(label: str, one: ArticleEntry, to: ArticleState, *, primary: bool = False) -> None:
    """Its key is this article's own: a second press that comes late finds no other one under it."""
    st.button(
        label,
        key=f"article-to-{to}-{one.id}",
        type="primary" if primary else "secondary",
        on_click=_moved,
        args=(one, to),
    )


def _moved(seen: ArticleEntry, to: ArticleState) -> None:
    with answering():
        done = desk().article_lifecycle.move_article(person(), seen.id, seen, to)
        if isinstance(done, Refusal):
            say(done.text, good=False)
        else:
            st.query_params["article"] = done.id
            say(f"“{done.latest.content.title}” {_DONE[to]}")


def _names(someone: Person) -> dict[str, str]:
    return {one.id: one.name for one in desk().article_owners.owners(someone)}


def _nobody(one: ArticleEntry, someone: Person) -> str:
    gone = next(
        (left for left in desk().article_owners.left_behind(someone) if left.owner == one.latest.content.owner), None
    )
    return f"nobody; {gone.name} may not look after it any more" if gone and gone.name else "nobody"


def _head(one: ArticleEntry, someone: Person) -> Node:
    content, names = one.latest.content, _names(someone)
    types = {one.name: one.title for one in desk().task_types(someone)}
    chips = [
        node("span", STATES[one.state], cls=f"chip {_TONES[one.state]}".strip()),
        node("span", AUDIENCES[content.audience], cls="chip"),
        node("span", f"Version {one.latest.number}", cls="small muted"),
    ]
    if one.live and one.live != one.latest.number:
        chips.append(node("span", f"Search still finds version {one.live}", cls="chip care"))
    facts = {
        "Owner": names.get(content.owner or "") or _nobody(one, someone),
        "Answers": ", ".join(types.get(name, name) for name in content.task_types),
        "Tags": ", ".join(content.tags),
        "Language": content.language,
        "Valid from": str(content.valid_from or ""),
        "Valid until": str(content.valid_until or ""),
        "Review by": str(content.review_by or ""),
        "From": one.origin_name,
    }
    rows = [part for name, value in facts.items() if value for part in (node("dt", name), node("dd", value))]
    head = (node("h2", content.title), node("div", *chips, cls="row"))
    return node("div", *head, node("dl", *rows, cls="facts small"), cls="stack tight")
