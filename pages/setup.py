"""Set up: what a new installation still lacks, step by step, each with its form or the way to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from cx_core.records import Person, Role
from cx_core.views.set_up import SetUpProgress, SetUpStep, StepName
from pages.parts.components import node, paper
from pages.parts.connections import mailboxes, web_chat
from pages.parts.governance import invitation
from pages.parts.knowledge import upload
from pages.parts.outcome import answer_here
from pages.parts.page import require, told
from pages.parts.set_up import business, first_ticket
from pages.parts.set_up.reopening import reopening
from pages.wiring import desk

PUBLISH = "upload-publish"


def channel(someone: Person) -> None:
    """A mailbox or a widget; one is enough."""
    ways = {"Mailbox": mailboxes.draw, "Web chat": web_chat.draw}
    way = st.segmented_control(
        "Way in", list(ways), default="Mailbox", required=True, key="way", label_visibility="collapsed"
    )
    ways[way or "Mailbox"](someone)


def documents(someone: Person) -> None:
    st.caption("Opening hours, delivery, returns, prices: what customers ask most. Answers rest on these alone.")
    st.session_state.setdefault(PUBLISH, True)
    upload.show(someone)


def ticket(_someone: Person) -> None:
    first_ticket.fields()


def people(_someone: Person) -> None:
    invitation.invite()
    st.page_link("people.py", label="All accounts", icon=":material/manage_accounts:")


def systems(_someone: Person) -> None:
    st.caption(
        "Not needed to begin with. Once a system is connected, Rung looks things up in it and acts with approval."
    )
    st.page_link("systems.py", label="Connect a system", icon=":material/hub:")


STEPS: Mapping[StepName, tuple[str, Callable[[Person], None]]] = {
    "business": ("Your business", business.fields),
    "channel": ("A mailbox or web chat", channel),
    "documents": ("Documents", documents),
    "ticket": ("The first ticket", ticket),
    "people": ("The first advisor", people),
    "systems": ("Systems, if you have any", systems),
}


def headline(progress: SetUpProgress) -> None:
    needed = [step for step in progress.steps if not step.optional]
    done = sum(step.done for step in needed)
    if progress.next is None:
        paper(node("p", "Everything is set up. Open a step to change something.", cls="muted"), key="paper-progress")
        return
    st.subheader("Set up")
    words = f"{done} of {len(needed)} done. Next: {STEPS[progress.next][0].lower()}."
    paper(node("p", words, cls="muted"), key="paper-progress")


def section(number: int, step: SetUpStep, progress: SetUpProgress, someone: Person) -> None:
    title, draw = STEPS[step.name]
    icon = ":material/check_circle:" if step.done else ":material/radio_button_unchecked:"
    with st.expander(f"{number}. {title}", expanded=step.name == progress.next, icon=icon, key=f"step-{step.name}"):
        if step.told and step.done:
            paper(node("p", step.told, cls="small muted typed"), key=f"paper-step-{step.name}")
        draw(someone)


someone = require(Role.ADMINISTRATOR)
with told():
    seen = desk().set_up.progress(someone)
    headline(seen)
    answer_here("set-up")
    reopening()
    for place, each in enumerate(seen.steps, 1):
        section(place, each, seen, someone)
