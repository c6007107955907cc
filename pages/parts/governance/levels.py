"""Levels of autonomy: where each task type stands, how it may be moved, and what left without a person."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

import streamlit as st

from cx_core.records import PREPARES, Person, TaskTypeName
from cx_core.views import Refusal
from cx_core.views.level_views import WANTED_DAYS, LeftAlone, LevelAsk, LevelDeclined, LevelView, PersonsWanted
from cx_core.views.review_views import AloneNow, ReviewFigures
from pages.parts.components import Node, node, paper
from pages.parts.governance import case_table, limits, simulated_past
from pages.parts.governance.evidence_picture import percent
from pages.parts.outcome import answering, say
from pages.parts.waiting_line import decline
from pages.parts.words import LEVELS, counted
from pages.wiring import desk, person

WHAT: Mapping[int, str] = {
    0: "The copilot reads and routes; a person does everything.",
    1: "An answer leaves by itself where published words of a customer-facing article answer the question as asked and "
    "nothing else is asked. It is cited, marked as automatic, and the customer can reach a person with one word. "
    "Nothing is changed; all else is as at level 0.",
    2: "The copilot prepares summary, plan and draft; a person approves each. Nothing leaves by itself.",
    3: "One narrow task within its limits, carried out, verified and answered without a person. What it does is "
    "reviewed, all of it at first, and the level comes down by itself when too much is wrong.",
    4: "A goal across several systems, done alone. Nobody can grant it yet.",
}
EVIDENCE = (
    "Answered proposals that the copilot would have carried out alone: how many, and in how many somebody did "
    "otherwise, or the customer came back, or it was undone. A case counts after a week, a wrong one at once."
)
ERRORS = (
    "95 % upper bound of the error rate behind these cases, however often you look. Level 3 needs 5 % or less. Empty "
    "where they rule out no rate."
)
UP_TO = "The highest level that can be granted: its ceiling. Level 4 is not available yet, whatever the ceiling says."
HOW = {
    "starting": "default",
    "set": "set by a person",
    "granted": "granted, not earned",
    "earned": "earned",
    "came_down": "came down by itself",
}


NOT_SAID = ("", "on")
"""Cells that say nothing: a column of nothing else is left out, so that those that do have room."""
ALONE = 3
GRANT = "grant-limit"
"""Begins the keys of the limits that a level is asked for with, whatever its evidence."""


FEW = 11
"""So many task types are shown without scrolling: a table that is taller than its rows would end in an empty one."""


def alone_now(now: AloneNow) -> None:
    """On top of the page, one plain line: what is done without a person at this moment, and how it went today."""
    today = f"Today: {now.done} done alone, {now.reviewed} reviewed, {now.wrong} wrong."
    paper(
        node(
            "div",
            node("h2", _acting(now)),
            node("p", today, cls="muted") if now.done or now.titles else None,
            node("p", "Levels 1 and 3 act alone, 0 and 2 do not. Level 4 is not available yet.", cls="small muted"),
            cls="stack tight",
        ),
        key="paper-alone-now",
    )


def _acting(now: AloneNow) -> str:
    if now.stopped:
        return "Nothing is done alone now: everything is stopped."
    held = f" Stopped or paused: {', '.join(now.held)}." if now.held else ""
    if not now.titles:
        return f"Nothing is done alone now.{held}"
    act = "acts" if len(now.titles) == 1 else "act"
    return f"{len(now.titles)} of {counted(now.task_types, 'task type')} {act} alone: {', '.join(now.titles)}.{held}"


def table(
    levels: Sequence[LevelView],
    off: Mapping[str, object],
    alone: Mapping[str, ReviewFigures],
    proposed: Container[TaskTypeName] = (),
    paused: Container[TaskTypeName] = (),
) -> None:
    """Every task type with its level and how it came to it; first those that somebody moved.

    `proposed`: those for which the simulated past ends with a proposal. `paused`: a system they need does not answer.
    """
    currency = desk().currency()
    rows = [
        {
            "Task type": one.title,
            "Level": _level(one),
            "Up to": _up_to(one),
            "State": _state(one.task_type, off, paused),
            "Done alone": _alone(alone.get(one.task_type)),
            "Evidence": _evidence(one),
            "Errors, upper bound": _errors(one),
            "Simulated past": simulated_past.briefly(one, proposed),
            "Limits": limits.in_words(one.perimeter, currency) if one.perimeter else "",
            "Why": one.trouble or one.reason,
        }
        for one in sorted(
            levels,
            key=lambda one: (one.people_only or one.how == "starting", not one.past and one.task_type not in proposed),
        )
    ]
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=420 if len(rows) > FEW else "content",
        key="task-types",
        column_order=[name for name in rows[0] if any(row[name] not in NOT_SAID for row in rows)] if rows else None,
        column_config={
            "Level": st.column_config.TextColumn(width=225),
            "Up to": st.column_config.TextColumn(help=UP_TO, alignment="right", width=60),
            "Simulated past": st.column_config.TextColumn(help=simulated_past.NOTHING_FOLLOWS, width=155),
            "Done alone": st.column_config.TextColumn(width=120),
            "Evidence": st.column_config.TextColumn(help=EVIDENCE),
            "Errors, upper bound": st.column_config.TextColumn(help=ERRORS, alignment="right"),
        },
    )


def _level(one: LevelView) -> str:
    """`3 · supervised, earned`; how it came to it where somebody decided that."""
    level = f"{one.level} · {LEVELS[one.level]}"
    if one.people_only:
        return f"{level}, people only"
    return level if one.how == "starting" else f"{level}, {HOW[one.how]}"


def _up_to(one: LevelView) -> str:
    """The level that can be granted at most: 4 is a ceiling that nobody can reach yet."""
    return str(min(one.ceiling, ALONE))


def _state(task_type: TaskTypeName, off: Mapping[str, object], paused: Container[TaskTypeName]) -> str:
    if task_type in off or "*" in off:
        return "stopped"
    return "paused" if task_type in paused else "on"


def persons_wanted(shares: Sequence[PersonsWanted], titles: Mapping[str, str]) -> None:
    """One line: how often a person was asked for after an automatic answer."""
    told = [
        f"{titles.get(one.task_type, one.task_type)} {one.wanted} of {one.answers} ({percent(one.share)})"
        for one in sorted(shares, key=lambda one: -one.share)
    ]
    if told:
        text = f"Asked for a person after an automatic answer, last {WANTED_DAYS} days: {'; '.join(told)}."
        paper(node("p", text, cls="small muted"), key="paper-persons-wanted")


def _evidence(one: LevelView) -> str:
    if one.evidence is None or not (one.evidence.cases or one.evidence.too_new):
        return ""
    counts = f"{counted(one.evidence.cases, 'case')}, {one.evidence.wrong} wrong"
    said = counts if one.evidence.cases else f"{one.evidence.too_new} too new"
    return f"{said}{' (simulated)' if one.evidence.simulated else ''}"


def _alone(one: ReviewFigures | None) -> str:
    if one is None:
        return ""
    waiting = f", {one.waiting} to review" if one.waiting else ""
    return f"{one.cases}{waiting}"


def _errors(one: LevelView) -> str:
    return percent(one.evidence.error_at_most) if one.evidence and one.evidence.error_at_most < 1 else ""


def waiting(levels: Sequence[LevelView], me: Person) -> None:
    """What was asked for, for a second person to grant; and what was refused, until it is asked for again."""
    for one in levels:
        if one.waiting is not None:
            _ask(one, one.waiting, me)
        elif one.declined is not None:
            _declined(one, one.declined)


def lever(levels: Sequence[LevelView]) -> None:
    """Move one task type: what narrows at once, what widens by asking."""
    free = {one.task_type: one for one in levels if not one.people_only}
    with st.container(border=True, key="lever"):
        st.subheader("Change a level")
        chosen = st.selectbox("Task type", list(free), format_func=lambda name: free[name].title, key="level-type")
        st.selectbox(
            "To",
            [0, 1, PREPARES, ALONE],
            index=2,
            key="level-to",
            format_func=lambda number: f"{number} · {LEVELS[number]}",
        )
        view, to = free[chosen], int(st.session_state["level-to"])
        paper(_told(view, to), key="paper-lever")
        if to == ALONE:
            st.caption(_before_the_evidence(view))
            limits.fields((), GRANT, narrow=True)
        st.text_input("Reason", key="level-reason", max_chars=500, placeholder="Kept on record")
        if to in (1, ALONE):
            st.button("Ask a second person", key="level-ask", on_click=_asked, args=(chosen,), type="primary")
        else:
            st.button("Set it now", key="level-set", on_click=_set, args=(chosen,), type="primary")


def left_alone(told: Sequence[LeftAlone], titles: Mapping[str, str]) -> None:
    """The answers that left without a person, newest first."""
    st.subheader("Sent automatically")
    if not told:
        words = "No answer was sent automatically. At level 1 they are listed here, newest first."
        paper(node("p", words, cls="muted"), key="paper-no-alone")
        return
    rows: list[dict[str, object]] = [
        {
            "When": one.at,
            "Task type": titles.get(one.task_type, one.task_type),
            "Asked": one.question,
            "From": ", ".join(one.titles),
            "Since": "wrote again, or taken up" if one.again else "",
            "Case file": case_table.case_file(one.ticket),
        }
        for one in told
    ]
    case_table.table(rows, "left-alone")


def _told(view: LevelView, to: int) -> Node:
    by = f"{HOW[view.how]}{f' by {view.by}' if view.by else ''}"
    return node(
        "div",
        node("p", f"Now at {view.level} · {LEVELS[view.level]}, {by}; ceiling {_ceiling(view)}.", cls="small muted"),
        node("p", view.trouble, cls="note bad") if view.trouble else None,
        node("p", WHAT[to], cls="small"),
        cls="stack tight",
    )


def _ceiling(view: LevelView) -> str:
    return f"{view.ceiling} (not available yet: up to {ALONE})" if view.ceiling > ALONE else str(view.ceiling)


def _ask(view: LevelView, ask: LevelAsk, me: Person) -> None:
    with st.container(border=True, key=f"asked-{view.task_type}"):
        words = f"{view.title}: level {ask.level} · {LEVELS[ask.level]} is asked for by {view.waiting_by}"
        paper(
            node(
                "div",
                node("h3", words),
                node("p", ask.reason, cls="typed"),
                node("p", WHAT[ask.level], cls="small muted"),
                node("p", f"Limits: {limits.in_words(ask.perimeter, desk().currency())}.") if ask.perimeter else None,
                node("p", _stands(view), cls="small muted") if ask.level == ALONE else None,
                cls="stack tight",
            ),
            key=f"paper-asked-{view.task_type}",
        )
        with st.container(horizontal=True):
            if ask.person == me.id:
                st.caption("Another supervisor or administrator grants it.")
            else:
                st.button(
                    "Grant",
                    key=f"grant-{view.task_type}",
                    on_click=_granted,
                    args=(view.task_type, ask),
                    type="primary",
                )
            end = decline(ask.person)
            st.button(end.label, key=f"withdraw-{view.task_type}", on_click=_withdrawn, args=(view.task_type, end.done))


def _stands(view: LevelView) -> str:
    if view.evidence is not None and view.evidence.earned:
        return "The evidence is there: once granted it is shown as earned."
    return (
        "The evidence does not suffice yet: once granted it is shown everywhere as granted, not earned, and everything "
        "it does alone is reviewed until it is."
    )


def _declined(view: LevelView, declined: LevelDeclined) -> None:
    words = node(
        "p",
        node("span", f"{view.title}: {view.declined_words}"),
        node("time", at=declined.at.isoformat()),
        cls="row small",
    )
    asked = node("p", declined.ask.reason, cls="typed small muted")
    paper(node("div", words, asked, cls="note stack tight"), key=f"paper-declined-{view.task_type}")


def _set(name: TaskTypeName) -> None:
    with answering():
        done = desk().autonomy_levels.set_level(
            person(), name, st.session_state["level-to"], st.session_state["level-reason"]
        )
        _tell(done, "Set. It applies from the next ticket, and to anything not yet sent.")


def _before_the_evidence(view: LevelView) -> str:
    if view.evidence is not None and view.evidence.earned:
        return "The evidence is there: granted by a second person, it is shown as earned."
    return (
        "The evidence does not suffice yet. Two people may grant it all the same: it is shown everywhere as granted, "
        "not earned, and all that is done alone is reviewed until it is earned. Limits are tried under Evidence."
    )


def _asked(name: TaskTypeName) -> None:
    with answering():
        to = st.session_state["level-to"]
        within = limits.chosen(GRANT) if to == ALONE else None
        if to == ALONE and within is None:
            say(limits.NOBODY, good=False)
            return
        done = desk().autonomy_levels.ask_level(person(), name, to, st.session_state["level-reason"], within)
        _tell(done, "Asked. Nothing changes until another supervisor or administrator grants it.")


def _granted(name: TaskTypeName, seen: LevelAsk) -> None:
    with answering():
        _tell(
            desk().autonomy_levels.grant_level(person(), name, seen),
            "Granted. It applies from the next ticket.",
        )


def _withdrawn(name: TaskTypeName, done: str) -> None:
    with answering():
        _tell(desk().autonomy_levels.withdraw_level(person(), name), done)


def _tell(done: Refusal | None, good: str) -> None:
    if done is None:
        st.session_state["level-reason"] = ""
    say(done.text if isinstance(done, Refusal) else good, good=done is None)
