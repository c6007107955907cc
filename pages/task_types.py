"""Task types: those of the knowledge folder, and those that administrators make, try and put in force here."""

from __future__ import annotations

import streamlit as st

from cx_core.records import OwnTaskType, Role
from cx_core.views import Refusal
from cx_core.views.own_task_type_views import OwnTaskTypes
from pages.parts.components import paper
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import require, told
from pages.parts.task_types import sections
from pages.parts.task_types.filled_in import Filled
from pages.parts.task_types.learning import learning
from pages.parts.task_types.of_folder import of_folder
from pages.parts.task_types.standing import listed, standing
from pages.parts.task_types.trial import trial
from pages.wiring import desk, person

NEW = OwnTaskType(id="")


def saved(seen: OwnTaskType | None) -> None:
    """Callback: what is filled in is kept as a draft."""
    with answering():
        filled = Filled(seen or NEW)
        made = desk().own_task_types.save(person(), filled.task_type(), seen)
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        filled.forget()
        st.session_state["task-type"] = made.id
        say("Kept as a draft. Try it before you ask for it to be put in force.")


def begin() -> None:
    """Callback: an empty form."""
    st.session_state["task-type"] = NEW.id


def chosen(own: OwnTaskTypes) -> str:
    """The id of the task type that is looked at; empty: a new one."""
    ids = {view.draft.id: view for view in own.made}
    names = {id: view.draft.title for id, view in ids.items()}
    if st.session_state.get("task-type") not in {NEW.id, *ids}:
        st.session_state["task-type"] = next(iter(ids), NEW.id)
    if own.made:
        paper(*map(listed, own.made), key="paper-own-task-types")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="choosing"):
        st.selectbox(
            "Task type", [*ids, NEW.id], format_func=lambda id: names.get(id, "A new one"), key="task-type", width=420
        )
        st.button("New task type", key="new", icon=":material/add:", on_click=begin)
    return str(st.session_state["task-type"])


someone = require(Role.ADMINISTRATOR)
with told():
    own = desk().own_task_types.all(someone)
    id = chosen(own)
    view = next((one for one in own.made if one.draft.id == id), None)
    filled = Filled(view.draft if view else NEW)
    current = filled.task_type()
    form = desk().own_task_type_forms.of(someone, current)
    if view is None:
        form = form.replace(faults=())  # an empty form need not be told what it lacks
    answer_here("task-types")
    if own.to_be_taken_in:
        learning()
    if view is not None:
        standing(view, someone, faulty=bool(form.faults))
    waits = view is not None and view.draft.state == "waiting"
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        sections.wanted(filled, form)
        sections.record(filled, form)
        sections.done(filled, form)
    with right:
        sections.replies(filled, form)
        sections.approval(filled, form, current)
        seen = view.draft if view else None
        st.button("Save as a draft", key="save", type="primary", disabled=waits, on_click=saved, args=(seen,))
        if view is not None:
            trial(view)
    of_folder(desk().task_types(someone), {one.draft.name for one in own.made})
