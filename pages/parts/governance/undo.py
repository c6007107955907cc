"""Taking back what was done without a person: what it reaches, how far it is, and the words to those it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from cx_core.records import TaskTypeName, UndoScope
from cx_core.text.wording import say as worded
from cx_core.views import Refusal
from cx_core.views.undo_views import MadeBy, UndoProgress, UndoReach
from pages.parts.components import node, paper
from pages.parts.governance import case_table
from pages.parts.outcome import answering, say
from pages.parts.words import counted
from pages.wiring import desk, person

LOOKED_AT = "undo-scope"
"""Where the session keeps the scope that was looked at: only what was seen is taken back."""
LISTED = 200
KINDS = {"policy": "Policies", "classifier": "Classifier", "model": "Model", "article": "Article"}


def undo(titles: Mapping[str, str]) -> None:
    """The scope, what it reaches, by which versions it was made, and every batch."""
    st.subheader("Take back what was done alone")
    with st.form("undo-form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Task type", ["", *titles], format_func=lambda name: titles.get(name, "All"), key="undo-type")
        st.date_input("Since", datetime.now(UTC).date() - timedelta(days=7), key="undo-since", format="DD/MM/YYYY")
        st.form_submit_button("Show what there is", on_click=_looked)
    scope = st.session_state.get(LOOKED_AT)
    if scope is not None:
        _reach(desk().mass_undo.reach(person(), scope), scope)
    for batch in desk().mass_undo.progress(person()):
        _batch(batch)


def _looked() -> None:
    day, name = st.session_state["undo-since"], st.session_state["undo-type"]
    begins = datetime.combine(day, time(), ZoneInfo(desk().timezone())).astimezone(UTC)
    st.session_state.pop("undo-version", None)
    st.session_state[LOOKED_AT] = UndoScope(task_type=TaskTypeName(name) if name else None, since=begins)


def _narrowed(scope: UndoScope) -> None:
    chosen = st.session_state["undo-version"]
    st.session_state[LOOKED_AT] = chosen.narrows(scope.widened) if chosen else scope.widened


def version_words(one: MadeBy) -> str:
    """A version with how many acts it made, and when."""
    number = f", version {one.number}" if one.kind == "article" and one.number else ""
    name = f"{one.title or one.value}{number}" if one.kind == "article" else one.value
    known = f" ({one.title})" if one.title and one.kind != "article" else ""
    rest = one.acts - one.can
    cannot = f", {rest} cannot be taken back" if rest else ""
    days = f"{one.first:%d/%m/%Y}" + (f" to {one.last:%d/%m/%Y}" if one.last.date() > one.first.date() else "")
    return f"{KINDS[one.kind]} {name}{known}: {counted(one.acts, 'act')}{cannot}, {days}"


def _reach(reach: UndoReach, scope: UndoScope) -> None:
    paper(node("p", in_words(reach), cls="lead"), key="paper-undo-reach")
    if reach.made_by:
        choices: list[MadeBy | None] = [None, *reach.made_by]
        st.selectbox(
            "Only acts under",
            choices,
            format_func=lambda one: version_words(one) if one else "Any version",
            key="undo-version",
            help="What made an act: the policies that allowed it, the classifier and model that read it, or an article "
            "that the answer rested on. Choosing one counts again; nothing is taken back yet.",
            on_change=_narrowed,
            args=(scope,),
        )
    if not reach.acts:
        return
    rows: list[dict[str, object]] = [
        {
            "When": one.at,
            "Done": one.words,
            "Can be taken back": one.why_not or "yes",
            "Case file": case_table.case_file(one.ticket),
        }
        for one in reach.acts[:LISTED]
    ]
    case_table.table(rows, "undo-acts")
    if reach.can:
        st.text_input("Why", key="undo-reason", max_chars=500, placeholder="For the record, and for whoever answers")
        label = f"Take back {counted(reach.can, 'act')}"
        st.button(label, key="undo-start", icon=":material/undo:", on_click=_started, args=(scope,))


def in_words(reach: UndoReach) -> str:
    """How many acts there are, how many can be taken back, of how many customers, and the money."""
    if not reach.acts:
        return "Nothing was done without a person in that time."
    rest = len(reach.acts) - reach.can
    money = f", {worded(reach.money)} among them" if reach.money.minor else ""
    can = f"{reach.can} can be taken back, in {counted(reach.tickets, 'ticket')}{money}."
    return f"{counted(len(reach.acts), 'act')}. {can}{f' {rest} cannot.' if rest else ''}"


def _started(scope: UndoScope) -> None:
    with answering():
        refusal = desk().mass_undo.start(person(), scope, st.session_state["undo-reason"])
        if refusal is None:
            st.session_state.pop(LOOKED_AT, None)
        begun = "Begun. It goes on in the background; each ticket returns to a person."
        say(begun if refusal is None else refusal.text, good=refusal is None)


def _batch(batch: UndoProgress) -> None:
    with st.container(border=True, key=f"undo-{batch.id}"):
        state = "" if batch.finished else ", going on"
        failed = [node("p", f"{ticket}: {why}", cls="small muted") for ticket, why in batch.failed[:10]]
        paper(
            node(
                "div",
                node("h3", f"{batch.undone} of {counted(batch.acts, 'act')} taken back{state}"),
                node("p", batch.reason, cls="typed"),
                node("p", node("span", batch.by), node("time", at=batch.at.isoformat()), cls="row small muted"),
                node("p", f"{counted(len(batch.failed), 'act')} could not be:") if batch.failed else None,
                *failed,
                cls="stack tight",
            ),
            key=f"paper-undo-{batch.id}",
        )
        if not batch.finished:
            st.button("Look again", key=f"undo-look-{batch.id}")
        elif batch.untold:
            _telling(batch)


def _telling(batch: UndoProgress) -> None:
    with st.expander(f"Write to {counted(batch.untold, 'customer')} about it"):
        key = f"undo-text-{batch.id}"
        st.text_area("One answer for all", batch.message, key=key, height=220, help="{name} and {acts} are filled in.")
        st.button("Send it to each of them", key=f"undo-tell-{batch.id}", on_click=_told, args=(batch.id, key))


def _told(id: str, key: str) -> None:
    with answering():
        done = desk().mass_undo.tell(person(), id, st.session_state[key])
        if isinstance(done, Refusal):
            say(done.text, good=False)
            return
        number, failed = done
        rest = f" Not sent: {'; '.join(failed)}" if failed else ""
        say(f"Sent to {counted(number, 'customer')}.{rest}", good=not failed)
