"""A message that an administrator types for a customer, and what the task type would make of it."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Polarity
from cx_core.views import Refusal
from cx_core.views.own_task_type_views import OwnTaskTypeView, TaskTypeTried, TriedStep
from pages.parts.components import Node, node, paper
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

MEANT: dict[Polarity, str] = {"wanted": "They want it done", "asked": "They only ask about it"}
_TRIED = "task-type-tried"


def _try(id: str) -> None:
    fields = st.session_state
    with answering():
        answer = desk().own_task_type_trials.try_out(
            person(), id, fields.get("try-address", ""), fields.get("try-text", ""), fields.get("try-meant") or "wanted"
        )
        if isinstance(answer, Refusal):
            say(answer.text, good=False)
        else:
            fields[_TRIED] = (id, answer)


def trial(view: OwnTaskTypeView) -> None:
    """The message and, once it was tried, what came of it."""
    st.subheader("6. Try it")
    left, right = st.columns([1.4, 1])
    left.text_input("Customer’s address", key="try-address", max_chars=200, placeholder="name@example.com")
    right.selectbox("The message", list(MEANT), format_func=MEANT.__getitem__, key="try-meant")
    st.text_area("What they write", key="try-text", height=90, max_chars=4000)
    st.button("Try it", key="try", on_click=_try, args=(view.draft.id,))
    note = (
        "Systems are read; nothing is kept or done. Rung learns to recognise such messages once it is in force, so for "
        "the trial it is told what this one is about."
    )
    paper(node("p", note, cls="small muted"), key="paper-try-note")
    tried: tuple[str, TaskTypeTried] | None = st.session_state.get(_TRIED)
    if tried is not None and tried[0] == view.draft.id:
        paper(*_shown(tried[1]), key="paper-tried")


def _shown(tried: TaskTypeTried) -> list[Node]:
    now = ", ".join(f"“{title}”" for title in tried.read_as) or "nothing that Rung handles"
    found = [
        node("p", f"Today this message would be taken for {now}.", cls="small muted"),
        node("p", f"Customer: {tried.customer or 'nobody is known at this address'}", cls="small"),
        node("p", tried.summary, cls="typed"),
        node("p", tried.why if tried.route == "person" else f"It would wait for: {tried.route}", cls="small muted"),
    ]
    found += [_step(step) for step in tried.steps]
    found += [node("p", text, cls="note care small") for text in tried.findings]
    if not tried.steps:
        found.append(node("p", "Nothing would be done.", cls="small muted"))
    found.append(node("div", node("p", tried.reply or "No reply is drafted.", cls="typed"), cls="reply"))
    return [node("section", *found, cls="stack", label="What came of it")]


def _step(step: TriedStep) -> Node:
    rows = [
        part
        for one in step.arguments
        for part in (node("dt", one.title), node("dd", f"{one.value or 'nothing'} ({one.source})"))
    ]
    reasons = [node("p", reason, cls="small muted") for reason in step.ruling.reasons]
    wrong = [node("p", text, cls="note care small") for text in step.findings]
    tone = "bad" if step.ruling.answer == "deny" else "good"
    head = node("div", node("strong", step.words), node("span", step.who, cls=f"chip {tone}"), cls="row")
    return node("div", head, node("dl", *rows, cls="facts"), *reasons, *wrong, cls="section")
