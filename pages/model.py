"""The language model: what it may take and took, how it stands, and its draft of a ticket beside the built-in one."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Role, TicketId
from cx_core.views import Drafted, ModelOverview, QueueFilter, Refusal, SideBySide
from pages.parts.components import Node, node, paper
from pages.parts.page import require, told
from pages.parts.words import excerpt
from pages.wiring import desk, person

require(Role.ADMINISTRATOR)
_WISH, _BOTH = "compare-wish", "compare-both"
TASKS = {"plan": "Steps", "reply": "Draft", "summary": "Summary", "rewrite": "Rewriting", "stream": "New draft"}


def wish() -> None:
    """Callback: the chosen ticket is drafted twice, further down where it can be seen."""
    st.session_state[_WISH] = st.session_state["compare-ticket"]


def standing(seen: ModelOverview) -> Node:
    """Whether it is asked now, in a sentence."""
    if not seen.name:
        return node("p", "No language model is configured: every draft is the built-in one.", cls="note")
    until = seen.standing.left_alone_until
    if until is None:
        return node("p", "It is asked for every draft that a person looks at.", cls="note good")
    return node(
        "p",
        node("span", f"It failed {seen.standing.failures} times in a row and is left alone until "),
        node("time", at=until.isoformat()),
        node("span", ". Every draft is the built-in one."),
        cls="note care",
    )


def figures(seen: ModelOverview) -> None:
    """Which model, and how much of what it may take is used."""
    columns = st.columns(4)
    columns[0].metric("Model", excerpt(seen.name, 40) or "none", border=True, height="stretch")
    if seen.bounds is None:
        return
    share = seen.used_today / seen.bounds.day_tokens if seen.bounds.day_tokens else 1.0
    columns[1].metric(
        "Tokens, last 24 hours",
        f"{seen.used_today:,}",
        f"{share:.1%} of {seen.bounds.day_tokens:,}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )
    columns[2].metric("Tokens a ticket may take", f"{seen.bounds.ticket_tokens:,}", border=True, height="stretch")
    columns[3].metric("Seconds one answer may take", f"{seen.bounds.seconds:g}", border=True, height="stretch")


def use(seen: ModelOverview) -> None:
    """What it was asked, by day and task."""
    st.subheader("Use, the last 14 days")
    if not seen.uses:
        paper(node("p", "It was not asked for anything yet.", cls="muted"), key="paper-unused")
        return
    rows = [
        {
            "Day": one.day,
            "For": TASKS.get(one.task, one.task),
            "Model": excerpt(one.model, 60),
            "Asked": one.asked,
            "No use": one.failed,
            "Tokens in": one.input_tokens,
            "Tokens out": one.output_tokens,
            "Seconds each": round(one.seconds, 1),
        }
        for one in seen.uses
    ]
    st.dataframe(rows, hide_index=True, width="stretch", height=430 if len(rows) > 11 else "content", key="uses")


def details(seen: ModelOverview) -> None:
    """The tickets that took most, and the instructions' versions as the audit log has them."""
    if seen.tickets:
        st.subheader("Most tokens, last 24 hours")
        rows = [{"Ticket": ticket, "Tokens": tokens} for ticket, tokens in seen.tickets]
        st.dataframe(rows, hide_index=True, width="stretch", height="content", key="spenders")
    st.subheader("Instructions")
    prompts = [{"For": TASKS.get(one.task, one.task), "File": one.file, "Version": one.version} for one in seen.prompts]
    st.dataframe(prompts, hide_index=True, width="stretch", height="content", key="prompts")


def comparing() -> None:
    """Choose a ticket; both drafts appear below. Asking goes on the bill, so it takes a click."""
    st.subheader("Side by side")
    rows = {row.id: row for row in desk().inbox.queue(person(), QueueFilter(routes=("advisor", "supervisor")), 1).rows}
    if not rows:
        paper(node("p", "There is no open ticket to draft.", cls="muted"), key="paper-no-tickets")
        return
    names = {id: f"{id} · {row.customer_name or 'Unknown'} · {excerpt(row.subject, 60)}" for id, row in rows.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare-row"):
        st.selectbox("Ticket", list(names), format_func=names.__getitem__, key="compare-ticket", width=560)
        st.button("Draft it twice", key="compare", on_click=wish)
    wished: TicketId | None = st.session_state.pop(_WISH, None)
    if wished is not None:
        with st.spinner("Drafting…"):
            st.session_state[_BOTH] = desk().model_admin.compare(person(), wished)
    both: SideBySide | Refusal | None = st.session_state.get(_BOTH)
    if isinstance(both, Refusal):
        paper(node("p", both.text, cls="note bad"), key="paper-compare-refused")
    elif both is not None:
        beside(both)


def beside(both: SideBySide) -> None:
    """Two drafts of one ticket."""
    paper(node("p", f"{both.ticket}. Nothing of this is kept or sent.", cls="small muted"), key="paper-compared")
    left, right = st.columns(2, gap="medium")
    with left:
        paper(drafted("Built-in", both.built_in), key="paper-built-in")
    with right:
        if both.model is None:
            why = f"The model is not asked for this ticket. {both.why}."
            paper(node("div", node("h3", "Model"), node("p", why, cls="note"), cls="reply stack"), key="paper-model")
        else:
            paper(drafted("Model", both.model), key="paper-model")


def drafted(title: str, made: Drafted) -> Node:
    """One draft whole: what a person would read, and what the checks found."""
    steps = [node("p", step) for step in made.steps] or [node("p", "None", cls="muted")]
    return node(
        "div",
        node("div", node("h3", title), node("span", f"{made.ms / 1000:.2f} s", cls="small muted"), cls="spread"),
        node("div", node("p", "Summary", cls="caps"), node("p", made.summary or "—"), cls="stack tight"),
        node("div", node("p", "Actions", cls="caps"), *steps, cls="stack tight"),
        node(
            "div",
            node("p", "Reply", cls="caps"),
            node("p", made.reply or "None: a person writes it.", cls="typed"),
            cls="stack tight",
        ),
        *[node("p", text, cls="note care") for text in made.findings],
        cls="reply stack",
    )


with told():
    top = st.container()
    if desk().model_admin.language_model(person()).name:
        comparing()
    overview = desk().model_admin.language_model(person())  # comparing is on the bill by now
    with top:
        figures(overview)
        paper(standing(overview), key="paper-standing")
    wide, narrow = st.columns([3, 2], gap="large")
    with wide:
        use(overview)
    with narrow:
        details(overview)
