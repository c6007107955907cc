"""An article being written: a form that saves a new version as a draft, and loses nothing where it cannot."""

from __future__ import annotations

from datetime import date

import streamlit as st
from pydantic import ValidationError

from cx_core.articles import LONGEST_TITLE, ArticleEntry, Content
from cx_core.records import Person, PersonId
from cx_core.views import Refusal
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

_OPEN = "editing-article"
_NEW = "new"
_START = Content(title="A new article", text="## First heading\nWrite here.")
_HELP = "Markdown. A line that begins with ## starts a section: search finds and quotes sections."
_AUDIENCES = {"customer": "Customers", "internal": "Colleagues only, never quoted to customers"}


def begin() -> None:
    """Callback: a new article."""
    st.session_state[_OPEN] = (_NEW, 0)


def open(one: ArticleEntry) -> None:
    """Callback: edit the latest version of this one."""
    st.session_state[_OPEN] = (one.id, one.latest.number)


def new() -> bool:
    """Whether a new article is being written."""
    return bool(st.session_state.get(_OPEN, ("", 0))[0] == _NEW)


def editing(one: ArticleEntry) -> bool:
    """Whether this article is being edited, in whichever version it was opened."""
    return bool(st.session_state.get(_OPEN, ("", 0))[0] == one.id)


def show(one: ArticleEntry | None, someone: Person) -> None:
    """The form. Its fields keep what was typed until it is saved or left."""
    began = one.latest.content if one else None
    key = f"{one.id}-{st.session_state[_OPEN][1]}" if one else _NEW
    with st.form(f"article-{key}", border=False):
        st.text_input("Title", began.title if began else "", key=f"title-{key}", max_chars=LONGEST_TITLE)
        st.text_area("Text", began.text if began else "", key=f"text-{key}", height=440, help=_HELP)
        _about(began, key, someone)
        st.text_input("What changed, for colleagues", key=f"note-{key}", max_chars=400)
        with st.container(horizontal=True):
            st.form_submit_button("Save as draft", type="primary", on_click=_saved, args=(one, key), key="article-save")
            st.form_submit_button("Leave without saving", on_click=_left, key="article-leave")


def _about(began: Content | None, key: str, someone: Person) -> None:
    content = began or _START
    types = {one.name: one.title for one in desk().task_types(someone)}
    owners: dict[PersonId | None, str] = {None: "Nobody"}
    owners.update({one.id: one.name for one in desk().owners(someone)})
    left, right = st.columns(2)
    with left:
        st.selectbox("For", list(_AUDIENCES), index=list(_AUDIENCES).index(content.audience),
                     format_func=_AUDIENCES.__getitem__, key=f"audience-{key}")  # fmt: skip
        st.multiselect("Answers matters of", list(types), [name for name in content.task_types if name in types],
                       format_func=types.__getitem__, key=f"types-{key}")  # fmt: skip
        st.text_input("Tags, by commas", ", ".join(content.tags), key=f"tags-{key}")
        st.text_input("Language", content.language, key=f"language-{key}", max_chars=3, help="Such as en, de, fr.")
    with right:
        known = list(owners)
        st.selectbox("Owner", known, index=known.index(content.owner) if content.owner in known else 0,
                     format_func=owners.__getitem__, key=f"owner-{key}")  # fmt: skip
        for name, label in (("valid_from", "Holds from"), ("valid_until", "Holds until"), ("review_by", "Review by")):
            st.date_input(label, getattr(content, name), key=f"{name}-{key}", format="YYYY-MM-DD",
                          min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))  # fmt: skip


def _left() -> None:
    st.session_state.pop(_OPEN, None)


def _saved(one: ArticleEntry | None, key: str) -> None:
    given = st.session_state
    try:
        content = Content(
            title=given[f"title-{key}"], text=given[f"text-{key}"], audience=given[f"audience-{key}"],
            task_types=tuple(given[f"types-{key}"]), language=given[f"language-{key}"].strip().lower(),
            tags=tuple(dict.fromkeys(tag.strip() for tag in given[f"tags-{key}"].split(",") if tag.strip())),
            valid_from=given[f"valid_from-{key}"], valid_until=given[f"valid_until-{key}"],
            review_by=given[f"review_by-{key}"], owner=given[f"owner-{key}"],
        )  # fmt: skip
    except ValidationError as error:
        wrong = error.errors()[0]
        say(f"{str(wrong['loc'][0]).capitalize()}: {wrong['msg']}. What you wrote is still here.", good=False)
        return
    note = given[f"note-{key}"]
    with answering():
        if one is None:
            done = desk().write_article(person(), content)
        else:
            done = desk().edit_article(person(), one.id, given[_OPEN][1], content, note)
        if isinstance(done, Refusal):
            say(f"{done.text} What you wrote is still here.", good=False)
            return
        st.session_state.pop(_OPEN, None)
        st.query_params["article"] = done.id
        say(f"{done.latest.content.title} is saved as a draft. Search finds it once it is published.")
