"""An article being written: saved as a new version, a draft. What was typed stays until it is saved or left."""

from __future__ import annotations

from datetime import date

import streamlit as st
from pydantic import ValidationError

from cx_core.knowledge_base.articles import LONGEST_TITLE, ArticleEntry, Content
from cx_core.records import Person
from cx_core.views import Refusal
from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

_OPEN = "editing-article"
_NEW = "new"
_START = Content(title="A new article", text="## First heading\nWrite here.")
_HELP = "Markdown. A line that begins with ## starts a section: search finds and quotes sections."
_FIELDS = (
    "title",
    "text",
    "audience",
    "types",
    "tags",
    "language",
    "owner",
    "valid_from",
    "valid_until",
    "review_by",
    "note",
)
_WRONG = {"language": "The language is two or three letters, such as en, de, fr"}
_AUDIENCES = {"customer": "Customers", "internal": "Colleagues only, never quoted to customers"}


def begin() -> None:
    """Callback: a new article."""
    st.session_state[_OPEN] = (_NEW, 0)


def open(one: ArticleEntry) -> None:
    """Callback: edit the latest version of this one."""
    st.session_state[_OPEN] = (one.id, one.latest.number)


def look_at(id: str) -> None:
    """Callback: the Articles view with this one open, whatever was being written: that is kept.

    With a place in it (see `Passage.ref`) what stands there is marked.
    """
    id, _, passage = id.partition("#")
    st.query_params["article"] = id
    if passage:
        st.query_params["passage"] = passage
    else:
        st.query_params.pop("passage", None)
    st.session_state["show"] = "Articles"
    if new():
        del st.session_state[_OPEN]
        say("What you began is kept: New article leads back to it.")


def new() -> bool:
    """Whether a new article is being written."""
    return bool(st.session_state.get(_OPEN, ("", 0))[0] == _NEW)


def editing(one: ArticleEntry) -> bool:
    """Whether this article is being edited, in whichever version it was opened."""
    return bool(st.session_state.get(_OPEN, ("", 0))[0] == one.id)


def show(one: ArticleEntry | None, someone: Person) -> None:
    """Its fields. They are no form: whoever looks at another article meanwhile finds here what they had typed."""
    began = one.latest.content if one else None
    key = f"{one.id}-{st.session_state[_OPEN][1]}" if one else _NEW
    head = f"Version {one.latest.number + 1} of “{began.title}”" if one and began else "A new article"
    paper(node("h2", head), key=f"article-writing-{key}")
    with st.container(key=f"fields-article-{key}"):
        st.text_input(
            "Title", began.title if began else "", key=f"title-{key}", max_chars=LONGEST_TITLE, persist_state="session"
        )
        st.text_area(
            "Text", began.text if began else "", key=f"text-{key}", height=440, help=_HELP, persist_state="session"
        )
        _about(began, key, someone)
        st.text_input("Change note (internal)", key=f"note-{key}", max_chars=400, persist_state="session")
        with st.container(horizontal=True):
            st.button("Save as draft", type="primary", on_click=_saved, args=(one, key), key="article-save")
            st.button("Leave without saving", on_click=_left, args=(key,), key="article-leave")


def _about(began: Content | None, key: str, someone: Person) -> None:
    content = began or _START
    types = {one.name: one.title for one in desk().task_types(someone)}
    owners: dict[str, str] = {"": "Nobody"}
    owners.update({one.id: one.name for one in desk().article_owners.owners(someone)})
    left, right = st.columns(2)
    with left:
        st.selectbox(
            "For",
            list(_AUDIENCES),
            index=list(_AUDIENCES).index(content.audience),
            format_func=_AUDIENCES.__getitem__,
            key=f"audience-{key}",
            persist_state="session",
        )
        st.multiselect(
            "Covers",
            list(types),
            [name for name in content.task_types if name in types],
            format_func=types.__getitem__,
            key=f"types-{key}",
            persist_state="session",
        )
        st.text_input("Tags, separated by commas", ", ".join(content.tags), key=f"tags-{key}", persist_state="session")
        st.text_input(
            "Language",
            content.language,
            key=f"language-{key}",
            max_chars=3,
            help="Such as en, de, fr.",
            persist_state="session",
        )
    with right:
        known = list(owners)
        st.selectbox(
            "Owner",
            known,
            index=known.index(content.owner or "") if content.owner in known else 0,
            format_func=owners.__getitem__,
            key=f"owner-{key}",
            persist_state="session",
        )
        for name, label in (("valid_from", "Valid from"), ("valid_until", "Valid until"), ("review_by", "Review by")):
            st.date_input(
                label,
                getattr(content, name),
                key=f"{name}-{key}",
                format="YYYY-MM-DD",
                min_value=date(2000, 1, 1),
                max_value=date(2100, 1, 1),
                persist_state="session",
            )


def _left(key: str) -> None:
    """Callback: out of the editor, and nothing of it is kept."""
    st.session_state.pop(_OPEN, None)
    for field in _FIELDS:
        st.session_state.pop(f"{field}-{key}", None)


def _saved(one: ArticleEntry | None, key: str) -> None:
    """Callback. The second of two presses may come while the page of the first is still drawn: it saves nothing."""
    if not (editing(one) if one else new()):
        return
    given = st.session_state
    try:
        content = Content(
            title=given[f"title-{key}"],
            text=given[f"text-{key}"],
            audience=given[f"audience-{key}"],
            task_types=tuple(given[f"types-{key}"]),
            language=given[f"language-{key}"].strip().lower(),
            tags=tuple(dict.fromkeys(tag.strip() for tag in given[f"tags-{key}"].split(",") if tag.strip())),
            valid_from=given[f"valid_from-{key}"],
            valid_until=given[f"valid_until-{key}"],
            review_by=given[f"review_by-{key}"],
            owner=given[f"owner-{key}"] or None,
        )
    except ValidationError as error:
        wrong = error.errors()[0]
        field = str(wrong["loc"][0]) if wrong["loc"] else ""
        what = f"The {field} is missing" if wrong["type"] == "string_too_short" else _WRONG.get(field, wrong["msg"])
        say(f"{what}. What you wrote is still here.", good=False)
        return
    note = given[f"note-{key}"]
    with answering():
        if one is None:
            done = desk().article_lifecycle.write_article(person(), content)
        else:
            done = desk().article_lifecycle.edit_article(person(), one.id, given[_OPEN][1], content, note)
        if isinstance(done, Refusal):
            say(f"{done.text} What you wrote is still here.", good=False)
            return
        _left(key)
        st.query_params["article"] = done.id
        if one is None:
            st.query_params.pop("passage", None)  # of the article that was open before
        say(f"{done.latest.content.title} is saved as a draft. Search finds it once it is published.")
