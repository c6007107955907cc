"""Right pane: what the customer wants, put right by a person; and the way back to the copilot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cx_core.records import PREPARES, GoalDetail, Polarity, Proposal, TaskTypeName, WordsPlace
from cx_core.views import TicketView
from pages.parts.inbox import current_ticket
from pages.wiring import desk, person

MOST = 6
_POLARITIES: Mapping[Polarity, str] = {"wanted": "Do it", "asked": "Only asks", "kept": "Leave as it is"}


def corrects(view: TicketView) -> bool:
    """Whether what was understood can be put right now."""
    return view.can_act and view.proposal is not None and view.ticket.status != "closed"


def correcting(view: TicketView) -> None:
    """A small form behind a button; the proposal follows what is said there."""
    if not corrects(view) or view.proposal is None:
        return
    titles = {one.name: one.title for one in desk().task_types(person())}
    now = [name for name in _planned_for(view.proposal) if name in titles]
    unsure = {goal.task_type for goal in view.proposal.triage.goals if not goal.sure}
    offered = sorted(titles, key=lambda name: (name not in unsure, titles[name]))
    key = f"wants-{view.ticket.id}-{view.ticket.version}"
    with st.container(horizontal=True, gap="small", key="correcting-bar"):
        with st.popover(
            "Correct",
            icon=":material/edit:",
            key=current_ticket.menu("correcting"),
            type="tertiary",
            help="Say what they want (Alt+G)",
        ):
            st.caption("The copilot reads the ticket again with what you choose. Your text is kept.")
            # The button stands above: the open list would lie over it.
            st.button("Apply and re-read", key="correct", type="primary", on_click=_correct, args=(view, key))
            chosen = st.multiselect(
                "What they want",
                offered,
                now,
                format_func=titles.__getitem__,
                key=key,
                max_selections=MOST,
                placeholder="Nothing we handle",
                select_all=False,  # "Select all" would be the first match, which Enter takes
            )
            _polarities(view.proposal, chosen, titles, key)
            _times(view.proposal, key)
        if view.proposal.route == "person" and any(goal.level >= PREPARES for goal in view.proposal.triage.goals):
            st.button(
                "Hand back to copilot",
                key="to-copilot",
                icon=":material/undo:",
                type="tertiary",
                on_click=_give,
                args=(view,),
                help="It reads, drafts and plans again, though a person was asked for",
            )


def _planned_for(proposal: Proposal) -> list[TaskTypeName]:
    """What the plan follows: to apply the form makes sure what stands there, and that takes words from other goals."""
    goals = proposal.triage.goals
    certain = any(goal.sure for goal in goals)
    return [goal.task_type for goal in goals if goal.sure or not certain]


def _polarities(
    proposal: Proposal, chosen: Sequence[TaskTypeName], titles: Mapping[TaskTypeName, str], key: str
) -> None:
    """For each goal whether it is to be done, as the copilot understood it until a person says otherwise."""
    read = {goal.task_type: goal.polarity for goal in proposal.triage.goals}
    for name in chosen:
        st.segmented_control(
            titles[name],
            list(_POLARITIES),
            default=read.get(name, "wanted"),
            format_func=_POLARITIES.__getitem__,
            key=f"{key}-{name}",
            required=True,
        )


def _times(proposal: Proposal, key: str) -> None:
    """What was said about time, each to be taken out where it was misread."""
    said = _said_about_time(proposal)
    if said:
        st.multiselect(
            "What they said about time: take out what was misread",
            list(said),
            [text for text, details in said.items() if any(detail.kind == "when" for detail in details)],
            key=f"{key}-times",
            placeholder="Nothing of it counts",
            select_all=False,
        )


def _said_about_time(proposal: Proposal) -> dict[str, list[GoalDetail]]:
    """By its words: the same may be said of several goals, and again after it was taken out."""
    said: dict[str, list[GoalDetail]] = {}
    for detail in proposal.details:
        if detail.times:
            said.setdefault(detail.text, []).append(detail)
    return said


def _correct(view: TicketView, key: str) -> None:
    wanted = [TaskTypeName(name) for name in st.session_state[key]]
    polarity: dict[TaskTypeName, Polarity] = {
        name: st.session_state.get(f"{key}-{name}") or "wanted" for name in wanted
    }
    ticket = view.ticket
    if current_ticket.attempt(
        ticket.id,
        lambda: desk().goal_correction.correct_goals(
            person(), ticket.id, ticket.version, wanted, polarity=polarity, set_aside=_taken_out(view, key)
        ),
    ):
        current_ticket.close_menus()


def _taken_out(view: TicketView, key: str) -> list[WordsPlace]:
    """Places of what does not count."""
    said = _said_about_time(view.proposal) if view.proposal else {}
    kept = set(st.session_state.get(f"{key}-times", said))
    out = (detail for text, details in said.items() if text not in kept for detail in details)
    return list(dict.fromkeys(place for detail in out for place in detail.times))


def _give(view: TicketView) -> None:
    ticket = view.ticket
    current_ticket.attempt(
        ticket.id, lambda: desk().goal_correction.give_to_copilot(person(), ticket.id, ticket.version)
    )
