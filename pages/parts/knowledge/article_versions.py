"""The versions of an article: what changed between two of them, and the way back."""

from __future__ import annotations

import streamlit as st

from cx_core.knowledge_base.articles import ArticleEntry, DiffLine, DiffPart
from cx_core.records import Person
from cx_core.views import Refusal
from pages.parts.components import Node, node, paper
from pages.parts.outcome import answering, say
from pages.parts.times import moment
from pages.wiring import desk, person

_TAGS = {"same": "span", "added": "ins", "removed": "del"}


def show(one: ArticleEntry, someone: Person) -> None:
    """Two versions chosen, their difference, and Restore for the earlier one."""
    versions = {version.number: version for version in desk().article_lifecycle.article_versions(someone, one.id)}
    names: dict[str, str] = {p.id: p.name for p in desk().article_owners.owners(someone)} | {
        "folder": "the knowledge folder"
    }
    told = {
        number: f"{number} · {moment(version.made_at)} · {names.get(version.made_by, version.made_by)}"
        + (f" · {version.note}" if version.note else "")
        + (" · in search" if number == one.live else "")
        for number, version in versions.items()
    }
    if len(versions) == 1:
        paper(node("p", f"Only one so far: version {told[one.latest.number]}.", cls="muted"), key="versions-one")
        return
    numbers, made = list(versions), f"{one.id}-{one.latest.number}-{one.live}"
    before, after = st.columns(2)
    with before:
        old = st.selectbox("From version", numbers, index=1, format_func=told.__getitem__, key=f"old-{made}")
    with after:
        new = st.selectbox("To version", numbers, index=0, format_func=told.__getitem__, key=f"new-{made}")
    found = desk().article_lifecycle.compare_versions(someone, one.id, old, new)
    if isinstance(found, Refusal):
        paper(node("p", found.text, cls="note bad"), key="versions-gone")
        return
    about = [
        node("li", f"{name.replace('_', ' ').capitalize()}: {a or 'nothing'} → {b or 'nothing'}")
        for name, a, b in found.about
    ]
    lines = [_line(line) for line in found.text]
    paper(
        node("div", node("ul", *about) if about else None, *lines, cls="stack tight difference")
        if about or lines
        else node("p", "No differences.", cls="muted"),
        key=f"versions-{one.id}-{old}-{new}",
    )
    st.button(f"Restore version {old} as a draft", key="version-restore", on_click=_restored, args=(one, old))


def _line(line: DiffLine | None) -> Node:
    if line is None:
        return node("p", "…", cls="muted")
    return node("p", *[_part(part) for part in line.parts], cls="line")


def _part(part: DiffPart) -> Node:
    return node(_TAGS[part.change], part.text)


def _restored(seen: ArticleEntry, number: int) -> None:
    with answering():
        done = desk().article_lifecycle.restore_version(person(), seen.id, number, seen)
        say(
            done.text if isinstance(done, Refusal) else f"The words of version {number} are a draft now.",
            good=not isinstance(done, Refusal),
        )
