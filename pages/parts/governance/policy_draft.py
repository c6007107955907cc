"""The files of a set: written where it is a draft, tried as they are typed, compared with what is in force."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Person
from cx_core.views import Refusal
from cx_core.views.policy_views import Moved, PolicySet, Replayed, SetTried
from pages.parts.components import Node, node, paper
from pages.parts.outcome import answering, say
from pages.parts.words import titled
from pages.wiring import desk, person

MOST_WRONG, MOST_MOVED = 12, 200
_COMPARED = "compared-set"


def show(one: PolicySet, someone: Person, *, may_edit: bool) -> None:
    """Text on the left; on the right what is wrong with the set as it would be."""
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        file = st.selectbox("File", sorted(one.files), key=f"file-{one.id}")
        text = _written(one, file) if may_edit else one.files[file]
        if not may_edit:
            paper(node("p", text, cls="code"), key="paper-file", scrolls=f"The text of {file}")
    with right:
        paper(_tried(desk().policy_sets.try_policies(someone, {**one.files, file: text})), key="paper-tried")
        if one.state in ("draft", "retired"):
            _comparison(one, someone)


def _written(one: PolicySet, file: str) -> str:
    """The text as it stands on the page, saved or not."""
    key = _text_key(one, file)
    text = st.text_area("Text", one.files[file], key=key, height=440, persist_state="session")
    with st.container(horizontal=True, vertical_alignment="center", key="file-row"):
        st.button("Save", key="file-save", on_click=_saved, args=(one.id, file, key), type="primary")
        with st.popover("Add a file"):
            st.text_input("Name", key="file-name", placeholder="5_gifts.cedar or cases/5_gifts.yaml")
            st.button("Add", key="file-add", on_click=_added, args=(one,))
        if text != one.files[file]:
            paper(node("p", "Not saved yet", cls="small muted"), key="paper-unsaved")
    return text


def unsaved(one: PolicySet) -> list[str]:
    """Return the files whose text on the page is another than the one that is kept."""
    return [file for file, text in one.files.items() if st.session_state.get(_text_key(one, file), text) != text]


def _text_key(one: PolicySet, file: str) -> str:
    """Where the page keeps what is typed into a file, saved or not."""
    return f"policy-text-{one.id}-{file}"


def _saved(id: str, file: str, key: str) -> None:
    with answering():
        done = desk().policy_sets.write_policy(person(), id, file, st.session_state[key])
        say(done.text if isinstance(done, Refusal) else f"{file} is saved.", good=not isinstance(done, Refusal))


def _added(one: PolicySet) -> None:
    name = st.session_state["file-name"].strip()
    if name in one.files:
        say(f"There is a file {name}.", good=False)
        return
    with answering():
        done = desk().policy_sets.write_policy(person(), one.id, name, "")
        if not isinstance(done, Refusal):
            st.session_state[f"file-{one.id}"] = name
            st.session_state["file-name"] = ""
        say(
            done.text if isinstance(done, Refusal) else f"{name} is there, and empty.",
            good=not isinstance(done, Refusal),
        )


def _tried(tried: SetTried) -> Node:
    wrong = tried.wrong
    cases = len(tried.cases.tried)
    if not wrong:
        state = node("p", f"Every rule can be used, and all {cases} cases hold.", cls="note good")
    elif tried.troubles:
        state = node("p", "Its rules cannot be used.", cls="note bad")
    else:
        state = node(
            "p",
            f"Of its {cases} cases, or for want of some, {len(wrong)} say that it is not right yet.",
            cls="note care",
        )
    more = f"and {len(wrong) - MOST_WRONG} more" if len(wrong) > MOST_WRONG else ""
    changes = [node("li", f"Rule {id}: {what}") for id, what in tried.changes]
    return node(
        "div",
        node("p", "Checked as it is typed", cls="caps"),
        state,
        *[node("p", one, cls="small typed") for one in wrong[:MOST_WRONG]],
        node("p", more, cls="small muted") if more else None,
        node("p", "Against what is in force", cls="caps"),
        node("ul", *changes) if changes else node("p", "The same rules.", cls="muted"),
        node("p", f"version {tried.version}", cls="small muted"),
        cls="stack",
    )


def _comparison(one: PolicySet, someone: Person) -> None:
    """Asked for by a click: every ruling on file is made again, twice."""
    st.button("Compare on past decisions", key="compare-sets", on_click=_compare, args=(one.id,))
    if st.session_state.get(_COMPARED) != one.id:
        return
    with st.spinner("Asking both…"):
        seen = desk().policy_sets.replay_policies(someone, one.id)
    if isinstance(seen, Refusal):
        paper(node("p", seen.text, cls="note bad"), key="paper-compared")
        return
    compared(seen)


def compared(seen: Replayed) -> None:
    """What other rules would have answered, with each ruling that would differ."""
    paper(_figures(seen), key="paper-compared")
    if seen.moved:
        st.dataframe(
            [_row(moved) for moved in seen.moved[:MOST_MOVED]],
            hide_index=True,
            width="stretch",
            height="content" if len(seen.moved) < 9 else 330,
            key="moved",
        )


def _compare(id: str) -> None:
    st.session_state[_COMPARED] = id


def _figures(seen: Replayed) -> Node:
    return node(
        "div",
        node("p", "As it is saved, on the rulings of 30 days", cls="caps"),
        node(
            "dl",
            node("dt", "Changed"),
            node("dd", f"{len(seen.moved):,}"),
            node("dt", "Unchanged"),
            node("dd", f"{seen.same:,}"),
            node("dt", "Cannot be asked again"),
            node("dd", f"{seen.lost:,}"),
            node("dt", "More paid alone"),
            node("dd", str(seen.more)),
            node("dt", "Less paid alone"),
            node("dd", str(seen.less)),
            cls="facts",
        ),
        cls="stack tight",
    )


def _row(moved: Moved) -> dict[str, str]:
    said = {"allow": "alone", "deny": "nobody"}
    return {
        "Ticket": moved.ticket,
        "Act": titled(moved.action),
        "Now": said.get(moved.before, moved.before),
        "Then": said.get(moved.after, moved.after),
        "Amount": str(moved.amount) if moved.amount else "—",
    }
