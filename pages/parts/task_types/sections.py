"""The form's sections: what customers want, which record it is about, what is done, what is answered, who approves."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from cx_core.catalogue import ActionSpec, FieldSpec
from cx_core.records import OwnCondition, OwnTaskType, Priority
from cx_core.views.own_task_type_views import TaskTypeForm
from pages.parts.components import node, paper
from pages.parts.task_types.filled_in import AGES, Filled, days_of, how_of, pounds
from pages.wiring import desk

LEVELS = {2: "2: a person approves each step", 0: "0: a person does everything"}
ROLES = {"advisor": "an advisor", "supervisor": "a supervisor"}
ANSWERS = {
    "done": "Once it is done",
    "none": "They have no such record",
    "several": "Several records may be meant",
    "asked": "They only ask about it",
    "unmet": "The record does not meet the conditions",
    "missing": "They did not say what is needed",
}
WORDS = {"date": "the day they name", "amount": "the amount they name", "product": "what it is called"}


def faults(form: TaskTypeForm, *fields: str) -> None:
    """What is to be mended in this section."""
    wrong = [one.text for one in form.faults if one.field in fields]
    if wrong:
        paper(*(node("p", text, cls="note care small") for text in wrong), key=f"paper-faults-{fields[0]}")


def wanted(filled: Filled, form: TaskTypeForm) -> None:
    """Title, level and examples."""
    kept = filled.kept
    st.subheader("1. What customers want")
    left, right = st.columns(2)
    left.text_input("Title", kept.title, key=filled.key("title"), max_chars=60, placeholder="Refund of an order")
    right.text_input("In a few words", kept.topic, key=filled.key("topic"), max_chars=60, placeholder="a refund")
    priorities: tuple[Priority, ...] = get_args(Priority)
    left.selectbox("Priority", priorities, priorities.index(kept.priority), key=filled.key("priority"))
    levels = list(LEVELS)
    right.selectbox(
        "Highest level", levels, levels.index(kept.ceiling), format_func=LEVELS.__getitem__, key=filled.key("ceiling")
    )
    places = {"": "None: it is a new one"} | {str(name): title for name, title in form.replaceable.items()}
    st.selectbox(
        "Takes the place of", list(places), list(places).index(kept.replaces) if kept.replaces in places else 0,
        format_func=lambda name: places[name], key=filled.key("replaces"),
        help="A task type that Rung came with. Its examples are learnt with yours; withdraw yours, and it is back.",
    )  # fmt: skip
    st.text_area(
        "What customers write, one example a line", "\n".join(kept.examples), key=filled.key("examples"), height=170,
        help="Six at least; more, and worded in different ways, are understood better. The title is learnt as well.",
    )  # fmt: skip
    faults(form, "title", "topic", "replaces", "examples", "")


def record(filled: Filled, form: TaskTypeForm) -> None:
    """The read that finds the record, how one of several is told, and what must be so of it."""
    kept = filled.kept
    st.subheader("2. Which record it is about")
    titles = {"": "None: it is about no record"} | {
        str(read.name): f"{read.title} ({read.system})" for read in form.reads
    }
    names = list(titles)
    at = names.index(kept.read) if kept.read in names else 0
    st.selectbox(
        "Looked up for the customer", names, at, format_func=lambda name: titles.get(name, name), key=filled.key("read")
    )  # fmt: skip
    if form.kind:
        called = form.kind.replace("_", " ")
        st.multiselect(
            "Several are told apart by", form.choose, [one for one in kept.choose if one in form.choose],
            format_func=lambda word: WORDS.get(word, f"the {word}’s number"), key=filled.key("choose"),
        )  # fmt: skip
        known = {one.field: one for one in kept.conditions}
        able = [name for name, field in form.fields.items() if field.type in ("text", "date", "boolean", "integer")]
        st.multiselect(
            "Conditions on", able, [name for name in known if name in able],
            format_func=lambda name: f"the {called}’s {name.replace('_', ' ')}", key=filled.key("conditions"),
        )  # fmt: skip
        for name in st.session_state[filled.key("conditions")]:
            _condition(filled, name, form.fields[name], known.get(name, OwnCondition(field=name)))
    faults(form, "read", "choose", "conditions")


def _condition(filled: Filled, name: str, field: FieldSpec, before: OwnCondition) -> None:
    title = name.replace("_", " ").capitalize()
    if field.type == "date":
        left, right = st.columns(2)
        ways = list(AGES)
        how = left.selectbox(
            f"{title} is", ways, ways.index(how_of(before)), format_func=AGES.__getitem__, key=filled.key(f"age-{name}")
        )  # fmt: skip
        if how != "to come":
            right.number_input("Days", 0, 3650, days_of(before), key=filled.key(f"days-{name}"))
    elif field.type == "boolean":
        st.multiselect(
            f"{title} is", ["true", "false"], list(before.one_of), key=filled.key(f"one-of-{name}"),
            format_func={"true": "yes", "false": "no"}.__getitem__,
        )  # fmt: skip
    else:
        st.text_input(
            f"{title} is one of, by commas", ", ".join(before.one_of), key=filled.key(f"one-of-{name}"), max_chars=300
        )


def done(filled: Filled, form: TaskTypeForm) -> None:
    """The actions in their order, with where each argument comes from."""
    kept = filled.kept
    st.subheader("3. What is done")
    writes = {write.name: write for write in form.writes}
    st.multiselect(
        "Actions, in this order", list(writes), [one.action for one in kept.steps if one.action in writes],
        format_func=lambda name: f"{writes[name].title} ({writes[name].system})", key=filled.key("steps"),
        max_selections=4,
    )  # fmt: skip
    for number, name in enumerate(st.session_state[filled.key("steps")]):
        with st.container(border=True, key=f"step-{number}"):
            paper(node("p", writes[name].title, cls="lead"), key=f"paper-step-{number}")
            for argument in writes[name].arguments:
                _argument(filled, form, writes[name], argument)
            faults(form, f"step-{number}")
    faults(form, "steps")


def _argument(filled: Filled, form: TaskTypeForm, action: ActionSpec, name: str) -> None:
    spec = action.arguments[name]
    labels = {(one.source, one.value): one.label for one in form.choices.get(action.name, {}).get(name, ())}
    before = next(
        (
            one
            for step in filled.kept.steps
            if step.action == action.name
            for one in step.arguments
            if one.argument == name
        ),
        None,
    )
    choices = list(labels)
    chosen = None
    if before is not None:
        free = before.source == "fixed" and ("fixed", "text") in labels
        chosen = ("fixed", "text") if free else (before.source, before.value)
    left, right = st.columns(2)
    title = (spec.title or name.replace("_", " ")).capitalize()
    place = left.selectbox(
        f"{title}{' (may be left out)' if spec.optional else ''}", choices,
        choices.index(chosen) if chosen in choices else None, format_func=labels.__getitem__,
        key=filled.key(f"from-{action.name}-{name}"), placeholder="Where it comes from",
    )  # fmt: skip
    if place == ("fixed", "text"):
        kept = before.value if before is not None and before.source == "fixed" else ""
        right.text_input("The text", kept, key=filled.key(f"text-{action.name}-{name}"), max_chars=300)


def _insert(key: str, what: str) -> None:
    """Callback: something that is filled in is put behind what is written."""
    said = st.session_state.get(key, "")
    st.session_state[key] = f"{said}{' ' if said and not said.endswith((' ', chr(10))) else ''}[{what}]"


def replies(filled: Filled, form: TaskTypeForm) -> None:
    """A text for each case that may come up."""
    st.subheader("4. What the customer is answered")
    for name in form.needed:
        key = filled.key(f"reply-{name}")
        label = "The answer" if name == "done" and "asked" not in form.needed else ANSWERS[name]
        st.text_area(label, getattr(filled.kept.replies, name), key=key, height=90, max_chars=2000)
        known = form.of_receipts if name == "done" else form.of_record if name in ("asked", "unmet", "missing") else ()
        if known:
            with st.popover("Insert", key=f"insert-{name}", icon=":material/add:", type="tertiary"):
                for number, what in enumerate(known):
                    st.button(
                        what.replace("[", "(").replace("]", ")"), key=f"insert-{name}-{number}", type="tertiary",
                        on_click=_insert, args=(key, what),
                    )  # fmt: skip
        faults(form, f"reply-{name}")


def _limit(filled: Filled, name: str, kept: int | None) -> str:
    """The key of a limit's field. A value handed to the field itself would be back whenever somebody empties it."""
    key = filled.key(name)
    if key not in st.session_state:
        st.session_state[key] = pounds(kept)
    return key


def approval(filled: Filled, form: TaskTypeForm, current: OwnTaskType) -> None:
    """Who approves, and up to what."""
    kept = filled.kept.limits
    st.subheader("5. Who approves")
    roles, currency = list(ROLES), desk().currency()
    left, *rest = st.columns(3 if current.limits.least == "advisor" else 2)
    right, last = rest[0], rest[-1]
    left.selectbox("At least", roles, roles.index(kept.least), format_func=ROLES.__getitem__, key=filled.key("least"))
    if current.limits.least == "advisor":
        key = _limit(filled, "advisor-most", kept.advisor_most)
        right.number_input(f"Advisor up to ({currency})", 0.0, value=None, key=key, placeholder="no limit of its own")
    key = _limit(filled, "two", kept.two_above)
    last.number_input(f"Two above ({currency})", 0.0, value=None, key=key, placeholder="never")
    note = "These become rules on the Policies page. What another rule forbids stays forbidden."
    if form.others:
        note = f"Other rules decide who approves: {', '.join(form.others)}. These limits say nothing about that."
    paper(node("p", note, cls="small muted"), key="paper-limits")
    faults(form, "limits")
