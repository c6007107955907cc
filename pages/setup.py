"""Set up: what a new installation still lacks, step by step, each with its form or the way to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from cx_core.records import Person, Role
from cx_core.views.set_up import SetUpProgress, StepName
from pages.parts.components import node, paper
from pages.parts.connections import mailboxes, web_chat
from pages.parts.governance import invitation
from pages.parts.knowledge import upload
from pages.parts.outcome import answer_here
from pages.parts.page import require, told
from pages.parts.set_up import business, first_ticket
from pages.parts.set_up.learning import learning
from pages.parts.set_up.reopening import reopening
from pages.wiring import desk

CHOSEN = "set-up-step"


def channel(someone: Person) -> None:
    """A mailbox or a widget; one is enough."""
    ways = {"Mailbox": mailboxes.draw, "Web chat": web_chat.draw}
    way = st.segmented_control(
        "Way in", list(ways), default="Mailbox", required=True, key="way", label_visibility="collapsed"
    )
    ways[way or "Mailbox"](someone)


def documents(someone: Person) -> None:
    st.caption("Opening hours, delivery, returns, prices: what customers ask most. Answers use nothing else.")
    learning("Files are read as soon as it has; you can go on meanwhile.")
    upload.show(someone, publish=True)


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
    words = f"{done} of {len(needed)} needed steps done. Next: {STEPS[progress.next][0].lower()}."
    paper(node("p", words, cls="muted"), key="paper-progress")


def choose(name: StepName) -> None:
    """Callback."""
    st.session_state[CHOSEN] = name


def listed(progress: SetUpProgress, chosen: StepName | None) -> None:
    """All steps with their state; each opens its form."""
    for number, step in enumerate(progress.steps, 1):
        icon = ":material/check_circle:" if step.done else ":material/radio_button_unchecked:"
        st.button(
            f"{number}. {STEPS[step.name][0]}",
            key=f"step-{step.name}",
            icon=icon,
            type="secondary" if step.name == chosen else "tertiary",
            width="stretch",
            on_click=choose,
            args=(step.name,),
        )
        if step.done and step.told:
            paper(node("p", step.told, cls="small muted typed"), key=f"paper-step-{step.name}")


def opened(progress: SetUpProgress, chosen: StepName, someone: Person) -> None:
    """The form of one step, and the way on once it is done."""
    title, draw = STEPS[chosen]
    st.subheader(title)
    answer_here("set-up")
    draw(someone)
    done = any(step.done for step in progress.steps if step.name == chosen)
    if done and progress.next is not None:
        label = f"Next: {STEPS[progress.next][0].lower()}"
        st.button(label, key="step-on", icon=":material/arrow_forward:", on_click=choose, args=(progress.next,))


someone = require(Role.ADMINISTRATOR)
with told():
    seen = desk().set_up.progress(someone)
    headline(seen)
    reopening()
    left, right = st.columns([1, 3], gap="large")
    shown: StepName | None = st.session_state.setdefault(CHOSEN, seen.next)
    with left, st.container(gap="xsmall", key="set-up-steps"):
        listed(seen, shown)
    with right:
        if shown is not None:
            opened(seen, shown, someone)
