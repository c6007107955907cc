"""Sets of policies as versions: the list, and for the chosen one its state and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cx_core.records import Person, PersonId, Role
from cx_core.views import Refusal
from cx_core.views.policy_views import PolicySet
from pages.parts.components import Node, node, paper
from pages.parts.governance import policy_draft, policy_review
from pages.parts.outcome import answer_here, answering, say
from pages.parts.waiting_line import decline
from pages.wiring import desk, person

STATES = {
    "draft": ("draft", "busy"),
    "waiting": ("waits for a second person", "care"),
    "active": ("in force", "good"),
    "retired": ("was in force", ""),
}
IN_FORCE, FOLDER = "", "folder"


def show(someone: Person) -> None:
    """The list with a way to begin a draft, then the chosen set."""
    answer_here("policies")
    sets = {one.id: one for one in desk().policy_sets.all(someone)}
    administrator = someone.role is Role.ADMINISTRATOR
    with st.container(horizontal=True, vertical_alignment="bottom", key="sets-row"):
        if sets:
            names = {id: one.name for id, one in sets.items()}  # not the state: a label that changes stays as it was
            st.selectbox("Version", list(names), format_func=names.__getitem__, key="set", width=420)
        if administrator:
            with st.popover("New draft", icon=":material/edit_document:"):
                _begin(
                    {IN_FORCE: "What is in force", FOLDER: "The knowledge folder"}
                    | {id: one.name for id, one in sets.items()}
                )
    if not sets:
        words = "Only the rules of the knowledge folder were ever in force. A draft is a copy to work on."
        paper(node("p", words, cls="muted"), key="paper-no-sets")
        return
    if behind := desk().policies.in_force(someone).behind:
        paper(node("p", _behind(behind), cls="note care"), key="paper-behind")
    chosen = sets.get(st.session_state.get("set", ""), next(iter(sets.values())))
    people = {one.id: one.name for one in desk().ticket_lifecycle.colleagues(someone)}
    paper(_head(chosen, people), key="paper-set")
    shown = policy_review.show(chosen, someone) if chosen.state == "waiting" else None
    if administrator:
        _moves(chosen, shown.against if shown else "")
    policy_draft.show(chosen, someone, may_edit=administrator and chosen.state == "draft")


def _behind(files: Sequence[str]) -> str:
    return (
        f"The knowledge folder has changed since the set in force was put there: {', '.join(files)}. Nothing of that "
        "holds. To take it over, begin a draft as a copy of the knowledge folder and have it put in force."
    )


def _begin(copies: Mapping[str, str]) -> None:
    with st.form("new-draft", border=False):
        st.text_input("Name", key="draft-name", max_chars=120)
        st.selectbox("A copy of", list(copies), format_func=copies.__getitem__, key="draft-of")
        st.form_submit_button("Begin", key="draft-begin", on_click=_began)


def _began() -> None:
    with answering():
        made = desk().policy_sets.draft_policies(person(), st.session_state["draft-name"], st.session_state["draft-of"])
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        st.session_state["set"] = made.id
        st.session_state["draft-name"] = ""
        say(f"{made.name} is a draft now. Nothing of it holds until two administrators put it in force.")


def _head(one: PolicySet, people: Mapping[PersonId, str]) -> Node:
    label, tone = STATES[one.state]
    steps = (
        ("Made", one.made_by, one.made_at),
        ("Asked for", one.asked_by, one.asked_at),
        ("Refused", one.declined_by, one.declined_at),
        ("Put in force", one.activated_by, one.activated_at),
    )
    told = [
        node("p", node("span", f"{what} by {people.get(who, who)}"), node("time", at=at.isoformat()), cls="row")
        for what, who, at in steps
        if who and at
    ]
    return node(
        "div",
        node(
            "div",
            node("h2", one.name),
            node("span", label, cls=f"chip {tone}"),
            node("span", f"began as a copy of {one.based_on}", cls="small muted") if one.based_on else None,
            cls="row",
        ),
        node("div", *told, cls="row small muted"),
        node("p", one.reason, cls="typed") if one.reason else None,
        cls="stack tight",
    )


def _moves(one: PolicySet, against: str) -> None:
    """What an administrator may do with it now; signing names the rules that it was compared with on this page."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="set-moves"):
        if one.state in ("draft", "retired"):
            label = "Request activation" if one.state == "draft" else "Ask to bring it back"
            st.text_input(
                "Why",
                key="set-reason",
                placeholder="For the second person, and for the record",
                max_chars=500,
                width=420,
            )
            st.button(label, key="set-ask", on_click=_asked, args=(one,))
        if one.state == "draft":
            st.button("Throw away", key="set-drop", on_click=_dropped, args=(one.id,), type="tertiary")
        if one.state == "waiting":
            st.button("Put in force", key="set-activate", on_click=_activated, args=(one, against), type="primary")
            end = decline(one.asked_by)
            st.button(end.label, key="set-withdraw", on_click=_withdrawn, args=(one.id, end.done))


def _asked(seen: PolicySet) -> None:
    if changed := policy_draft.unsaved(seen):
        say(f"Nothing was asked for: what you changed in {', '.join(changed)} is not saved. Save it first.", good=False)
        return
    with answering():
        done = desk().policy_sets.ask_policies(person(), seen, st.session_state["set-reason"])
        if not isinstance(done, Refusal):
            st.session_state["set-reason"] = ""
        _tell(done, "It waits for another administrator.")


def _activated(seen: PolicySet, against: str) -> None:
    with answering():
        _tell(
            desk().policy_sets.activate_policies(person(), seen, against),
            "It is in force. Every ruling from now on is made by it.",
        )


def _withdrawn(id: str, done: str) -> None:
    with answering():
        _tell(desk().policy_sets.withdraw_policies(person(), id), done)


def _dropped(id: str) -> None:
    with answering():
        st.session_state.pop("set", None)
        _tell(desk().policy_sets.drop_policies(person(), id), "Thrown away. That it was there stays on record.")


def _tell(done: PolicySet | Refusal | None, good: str) -> None:
    say(done.text if isinstance(done, Refusal) else good, good=not isinstance(done, Refusal))
