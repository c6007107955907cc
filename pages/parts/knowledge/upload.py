"""Upload: files dropped here become articles; what became of each, and what waits for somebody to look at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from cx_core.knowledge_base.articles import Upload, UploadState
from cx_core.records import ArticleId, File, Person
from cx_core.views import Refusal
from pages.parts.components import Node, node, paper
from pages.parts.knowledge.article_editor import look_at
from pages.parts.outcome import answering, say
from pages.parts.words import file_size
from pages.wiring import desk, person

LOOK_SECONDS = 1.0
"""How often it is looked what was read meanwhile."""
MOST_SHOWN = 60
STATES: dict[UploadState, tuple[str, str]] = {
    "waiting": ("waits", "busy"),
    "read": ("read", "good"),
    "released": ("released", "good"),
    "same": ("the same", ""),
    "quarantined": ("set apart", "care"),
    "refused": ("not read", "bad"),
    "discarded": ("discarded", ""),
}
ORDER: tuple[UploadState, ...] = ("quarantined", "refused", "read", "same", "released", "discarded")


def show(someone: Person, *, publish: bool = False) -> None:
    """Where to drop files, what waits for a decision, then what became of them. `publish`: how the box is ticked."""
    left, right = st.columns([1, 1.7], gap="large")
    with left:
        _drop(someone, publish)
    with right:
        found = desk().uploads.recent(someone)
        if found:
            paper(_sums(found), key="paper-upload-sums")
            _drafts(found, someone)
        for place, one in enumerate(one for one in found if one.state == "quarantined"):
            _decide(place, one)
        busy = any(one.state == "waiting" for one in found)
        st.fragment(_results, run_every=LOOK_SECONDS if busy else None)(someone, busy)


def _drop(someone: Person, publish: bool) -> None:
    notice, refused = desk().uploads.upload_notice(someone)
    if notice:
        paper(node("p", notice, cls="note bad" if refused else "note care"), key="paper-upload-notice")
    one, archive = desk().file_ingestion.upload_limits()
    with st.form("upload", clear_on_submit=True):
        st.file_uploader(
            f"Documents, up to {_megabytes(one)} each, ZIPs up to {_megabytes(archive)}",
            accept_multiple_files=True,
            key="upload-files",
            max_upload_size=max(1, archive // 1_000_000),
            disabled=refused,
        )
        st.segmented_control(
            "For", ("Customers", "Colleagues only"), default="Customers", required=True, key="upload-for"
        )
        st.checkbox(
            "Publish at once",
            publish,
            key="upload-publish",
            help="Otherwise they are drafts, which search does not see",
        )
        st.form_submit_button("Upload files", type="primary", on_click=_hand_in, disabled=refused)
    words = (
        "Markdown, HTML, PDF, Word, PowerPoint, Excel, CSV, text, or ZIPs of those. Each file becomes an article, "
        "cut at its headings. In tables with a question and an answer in each row, every "
        f"row becomes a section. A file of the same name becomes a new version. "
        f"A file may have {_megabytes(one)}, a ZIP {_megabytes(archive)}."
    )
    paper(node("p", words, cls="small muted"), key="paper-upload-help")


def _drafts(found: Sequence[Upload], someone: Person) -> None:
    """The way to what waits to be read by a person and published."""
    made = {id for one in found for id in one.articles}
    count = sum(one.state == "draft" and one.id in made for one in desk().article_lifecycle.article_entries(someone))
    if count:
        label = f"Look at the {count} drafts" if count > 1 else "Look at the draft"
        st.button(label, key="upload-drafts", icon=":material/article:", on_click=_look_at_drafts)


def _look_at_drafts() -> None:
    st.session_state["article-state"] = "Draft"
    st.query_params.pop("article", None)
    look_at("")


def _hand_in() -> None:
    given = st.session_state.get("upload-files") or ()
    if not given:
        say("Choose files first, or drop them on the page.", good=False)
        return
    files = [File(name=one.name, content=one.getvalue()) for one in given]
    audience = "internal" if st.session_state["upload-for"] == "Colleagues only" else "customer"
    with answering():
        done = desk().uploads.hand_in(person(), files, publish=st.session_state["upload-publish"], audience=audience)  # type: ignore[arg-type]
        if isinstance(done, Refusal):
            say(done.text, good=False)


def _results(someone: Person, busy: bool) -> None:
    """What became of the files, newest first; drawn again every second while some wait."""
    found = desk().uploads.recent(someone)
    waiting = [one for one in found if one.state == "waiting"]
    if busy and not waiting:
        st.rerun()
    if waiting:
        batches = {one.batch for one in waiting}
        batch = [one for one in found if one.batch in batches]
        done = len(batch) - len(waiting)
        words = desk().uploads.uploads_wait_for(someone) or "You can go on working meanwhile."
        st.progress(done / len(batch), text=f"{done} of {len(batch)} files are read. {words}")
    if not found:
        paper(node("p", "No files yet. The result for each will appear here.", cls="muted"), key="paper-no-uploads")
        return
    titles = {one.id: one.latest.content.title for one in desk().article_lifecycle.article_entries(someone)}
    shown = sorted((one for one in found if one.state != "quarantined"), key=lambda one: one.state != "waiting")
    rows = [_row(one, titles) for one in shown[:MOST_SHOWN]]
    more = f"{len(shown) - MOST_SHOWN} earlier ones are not shown." if len(shown) > MOST_SHOWN else ""
    paper(
        node("ul", *rows, label="Files"),
        node("p", more, cls="small muted") if more else None,
        key="paper-uploads",
    )


def _sums(found: Sequence[Upload]) -> Node:
    counted = Counter(one.state for one in found)
    sums = [
        node("span", f"{counted[state]} {STATES[state][0]}", cls=f"chip {STATES[state][1]}")
        for state in ORDER
        if counted[state]
    ]
    return node("div", node("h2", "Upload results"), *sums, cls="row")


def _row(one: Upload, titles: Mapping[ArticleId, str]) -> Node:
    label, tone = STATES[one.state]
    made = [titles[id] for id in one.articles if id in titles]
    into = f"{made[0]}{f' and {len(made) - 1} more' if len(made) > 1 else ''}" if made else ""
    words = " ".join(text for text in (one.trouble, *one.notes) if text)
    name = node(
        "p",
        node("strong", one.name),
        node("span", file_size(one.size), cls="small muted"),
        node("time", at=one.at.isoformat(), cls="small muted"),
        cls="row",
    )
    return node(
        "li",
        node("div", name, node("span", label, cls=f"chip {tone}"), cls="spread"),
        node("p", f"Article: {into}", cls="small") if into and not one.name.lower().endswith(".zip") else None,
        node("p", words, cls="small muted") if words else None,
        cls="section",
    )


def _decide(place: int, one: Upload) -> None:
    """A file that gives orders: what they are, and what may be done with it."""
    with st.container(border=True, key=f"apart-{place}"):
        head = node("div", node("h3", one.name), node("span", "set apart", cls="chip care"), cls="spread")
        notes = node("p", " ".join(one.notes), cls="small muted") if one.notes else None
        paper(
            node("div", head, node("p", one.trouble, cls="small"), *_quotes(one.found), notes, cls="stack"),
            key=f"paper-apart-{one.id}",
        )
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"apart-row-{place}"):
            st.text_input("Why it may be taken in", key=f"why-{one.id}", max_chars=500, placeholder="For the record")
            st.button("Release", key=f"release-{one.id}", on_click=_release, args=(one.id,))
            st.button("Discard", key=f"discard-{one.id}", on_click=_discard, args=(one.id,), type="tertiary")


def _quotes(found: Sequence[str]) -> list[Node]:
    quotes = [node("blockquote", passage if len(passage) < 400 else f"{passage[:400]}…") for passage in found[:5]]
    return [*quotes, node("p", f"and {len(found) - 5} more", cls="small muted")] if len(found) > 5 else quotes


def _release(id: str) -> None:
    with answering():
        done = desk().uploads.release_upload(person(), id, st.session_state[f"why-{id}"])
        _tell(done, "Released. Your reason has been recorded.")


def _discard(id: str) -> None:
    with answering():
        _tell(desk().uploads.discard_upload(person(), id), "Discarded. That it was there stays on record.")


def _tell(done: Upload | Refusal, good: str) -> None:
    say(done.text if isinstance(done, Refusal) else good, good=not isinstance(done, Refusal))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
