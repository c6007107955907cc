"""Import on the Connections page: hand in an export of another help desk, see what is in it, take it, follow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from cx_core.records import Person
from cx_core.records.imports import ImportedArticle, ImportedTicket
from cx_core.views import Refusal
from cx_core.views.channels.import_views import (
    ImportChoice,
    ImportRun,
    ImportState,
    ImportView,
    contents_in_words,
    tally_in_words,
)
from pages.parts.components import node, paper
from pages.parts.outcome import answer_here, answering, say
from pages.parts.words import STATUSES, counted
from pages.wiring import desk, person

MOST_MB = 100
LOOK_SECONDS = 2.0
STATES: Mapping[ImportState, str] = {
    "looking": "Being read",
    "ready": "Ready to import",
    "waiting": "Waiting",
    "running": "Importing",
    "paused": "Paused",
    "done": "Done",
    "cancelled": "Cancelled",
    "failed": "Failed",
    "removing": "Being removed",
    "removed": "Removed",
}
_BUSY = ("looking", "waiting", "running", "removing")
HELP = (
    f"An export of Zendesk or Freshdesk as JSON, XML or CSV, the ZIP of it, or an mbox. Up to {MOST_MB} MB here, more "
    "with python -m cx_core import FILE. It is read first: nothing is imported until you have seen what is in it."
)


def draw(someone: Person) -> None:
    """The imports, and a form for another one; for an administrator."""
    left, right = st.columns([2.2, 1], gap="large")
    with right:
        answer_here("imports")
        _form()
    with left:
        st.subheader("Imports from other help desks")
        busy = any(one.run.state in _BUSY for one in desk().imports.recent(someone))
        st.fragment(_imports, run_every=LOOK_SECONDS if busy else None)(busy)


def _form() -> None:
    with st.container(border=True, key="importing"):
        st.subheader("Import a file")
        st.file_uploader("Export", key="import-file", max_upload_size=MOST_MB, label_visibility="collapsed")
        st.text_input(
            "Your own addresses (mbox)",
            key="import-ours",
            placeholder="help@example.com, example.com",
            help="Mails from these addresses and domains are your answers; all others are customers'. Connected "
            "mailboxes are known already.",
        )
        st.button("Read file", key="import-read", type="primary", on_click=_handed_in)
        paper(node("p", HELP, cls="small muted"), key="paper-import-help")


def _handed_in() -> None:
    """Callback: the file is kept and looked through in the background."""
    with answering():
        given = st.session_state.get("import-file")
        if given is None:
            say("Choose a file first.", good=False)
            return
        run = desk().imports.hand_in(person(), given.name, given, st.session_state.get("import-ours", ""))
        if isinstance(run, Refusal):
            say(run.text, good=False)
        else:
            say("The file is being read. Nothing is imported yet.")


def _imports(busy: bool) -> None:
    found = desk().imports.recent(person())
    if busy and not any(one.run.state in _BUSY for one in found):
        st.rerun()
    if not found:
        words = "None yet. The history of another help desk becomes customers' earlier tickets and solved cases here."
        paper(node("p", words, cls="muted"), key="paper-no-imports")
    for view in found:
        with st.container(border=True, key=f"import-{view.run.id}"):
            _card(view)


def _card(view: ImportView) -> None:
    run = view.run
    chip = "chip bad" if run.state == "failed" else "chip care" if run.state in ("paused", "ready") else "chip"
    told = contents_in_words(run) if run.state in ("ready", "waiting", "running", "paused") else ()
    paper(
        node(
            "div",
            node("h3", run.file, cls="typed"),
            node(
                "p",
                node("span", STATES[run.state], cls=chip),
                node("span", _size(run.size)),
                node("span", view.by),
                node("time", at=run.at.isoformat()),
                cls="row small muted",
            ),
            node("p", f"{run.trouble[:1].upper()}{run.trouble[1:].rstrip('.')}.", cls="note bad")
            if run.trouble
            else None,
            node("p", " ".join(told)) if told else None,
            node("p", _result(run)) if _result(run) else None,
            cls="stack tight",
        ),
        key=f"paper-import-{run.id}",
    )
    if run.state in ("waiting", "running", "paused") and run.contents.records:
        done = min(1.0, run.place / run.contents.records)
        st.progress(done, f"{run.place:,} of {counted(run.contents.records, 'record')}")
    elif run.state == "looking":
        st.progress(0.0, f"{counted(run.place, 'record')} read")
    if run.state == "ready":
        _preview(run)
    _faults(run)
    if run.state == "ready":
        _choice(run)
    _acts(run)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1e3))} KB"


def _result(run: ImportRun) -> str:
    if run.state in ("removing", "removed"):
        kept = f" {run.kept:,} stayed, as somebody has worked on them." if run.kept else ""
        return f"{run.removed:,} tickets and articles taken out.{kept}"
    came = run.tally.tickets or run.tally.messages or run.tally.articles or run.state == "done"
    return f"Imported: {tally_in_words(run)}." if came and run.state != "ready" else ""


def _preview(run: ImportRun) -> None:
    """The first rows, as they would come in."""
    opened = desk().imports.opened(person(), run.id)
    if not isinstance(opened, Refusal) and opened.preview:
        with st.expander("First records"):
            _table([_previewed(row) for row in opened.preview], f"import-preview-{run.id}")


def _choice(run: ImportRun) -> None:
    """What is to be taken; only what there is can be chosen."""
    over = sum(run.contents.tickets.get(name, 0) for name in ("solved", "closed"))
    still = run.contents.all_tickets - over
    with st.container(horizontal=True, gap="medium"):
        if over:
            st.checkbox(f"Solved and closed tickets ({over:,})", value=True, key=f"import-over-{run.id}")
        if still:
            st.checkbox(
                f"Tickets that are still open ({still:,})",
                key=f"import-open-{run.id}",
                help="They come into the Inbox without an SLA. The copilot prepares them, and a person always answers.",
            )
        if run.contents.articles:
            st.checkbox(f"Articles, as drafts ({run.contents.articles:,})", value=True, key=f"import-articles-{run.id}")
    st.date_input("Only what changed since", value=None, key=f"import-since-{run.id}", format="DD/MM/YYYY", width=220)


def _previewed(row: ImportedTicket | ImportedArticle) -> dict[str, object]:
    if isinstance(row, ImportedArticle):
        return {"What": "Article", "Subject": row.title, "From": "", "Status": "Draft", "Messages": ""}
    return {
        "What": f"Ticket {row.number}" if row.number else "Mail",
        "Subject": row.subject,
        "From": row.address,
        "Status": STATUSES[row.status],
        "Messages": str(len(row.messages)),
    }


def _faults(run: ImportRun) -> None:
    """What could not be read, with the reason; our own words, and the names of files in an archive."""
    if not run.faults:
        return
    with st.expander(f"Cannot be read, or only in part ({run.tally.faults:,})"):
        _table(
            [{"Where": one.place, "Why": f"{one.why[:1].upper()}{one.why[1:]}."} for one in run.faults],
            f"import-faults-{run.id}",
        )
        if run.tally.faults > len(run.faults):
            st.caption(f"The first {len(run.faults)} are shown.")


def _table(rows: Sequence[Mapping[str, object]], key: str) -> None:
    st.dataframe([dict(row) for row in rows], hide_index=True, width="stretch", height="content", key=key)


def _acts(run: ImportRun) -> None:
    with st.container(horizontal=True):
        if run.state == "ready":
            nothing = not (run.contents.all_tickets or run.contents.articles)
            st.button(
                "Import",
                key=f"import-begin-{run.id}",
                type="primary",
                disabled=nothing,
                help="Nothing in this file can be imported." if nothing else None,
                on_click=_begun,
                args=(run,),
            )
        if run.state in ("waiting", "running"):
            _button("Pause", run, partial(_moved, "pause", "Paused after the records that were being imported."))
        if run.state in ("paused", "failed"):
            _button("Resume", run, partial(_moved, "resume", "It goes on."))
        if run.state in ("looking", "ready", "waiting", "running", "paused", "failed"):
            label = "Discard" if run.state in ("looking", "ready", "failed") else "Cancel"
            _button(label, run, partial(_moved, "cancel", "Cancelled, and the file is deleted."))
        came = run.tally.tickets + run.tally.messages + run.tally.articles
        if run.state in ("done", "cancelled", "failed", "paused") and came:
            with st.popover("Remove", key=f"import-removing-{run.id}", type="tertiary"):
                st.caption(
                    "Deletes the tickets of this import that nobody has worked on since, and archives its drafts. "
                    "What somebody has worked on stays."
                )
                _button("Remove this import", run, partial(_moved, "remove", "It is being removed."))


def _button(label: str, run: ImportRun, act: Callable[[str], None]) -> None:
    st.button(label, key=f"import-{label.split(maxsplit=1)[0].lower()}-{run.id}", on_click=act, args=(run.id,))


def _moved(act: str, done: str, id: str) -> None:
    """Callback of every button but the one that begins."""
    service = desk().imports
    acts = {"pause": service.pause, "resume": service.resume, "cancel": service.cancel, "remove": service.remove}
    with answering():
        refusal = acts[act](person(), id)
        say(done if refusal is None else refusal.text, good=refusal is None)


def _begun(run: ImportRun) -> None:
    """Callback: take what is ticked."""
    fields = st.session_state
    choice = ImportChoice(
        solved_tickets=bool(fields.get(f"import-over-{run.id}")),
        open_tickets=bool(fields.get(f"import-open-{run.id}")),
        articles=bool(fields.get(f"import-articles-{run.id}")),
        since=_midnight(fields.get(f"import-since-{run.id}")),
    )
    with answering():
        refusal = desk().imports.begin(person(), run.id, choice)
        say(
            "It goes on in the background, also when you leave this page." if refusal is None else refusal.text,
            good=refusal is None,
        )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(desk().timezone())).astimezone(UTC) if day else None
