"""Who is told of what outside the Inbox: by e-mail or webhook, with a test of each and what came of the latest."""

from __future__ import annotations

import streamlit as st

from cx_core.records import NotificationEvent, NotificationWay, Person
from cx_core.views import Connections, NotificationView, Refusal
from pages.parts.components import node, paper
from pages.parts.connections import subscriptions
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import told
from pages.parts.words import excerpt
from pages.wiring import desk, person

OTHER = "another address"
_SHOWN_ONCE = "shown-once"


def add(myself: str) -> None:
    """Callback: whoever was chosen is told from now on. Fields are read now: what was drawn may be a click older."""
    chosen: list[NotificationEvent] = st.session_state["add-events"]
    fields = st.session_state
    way: NotificationWay = "webhook" if fields.get("add-way") == "webhook" else "email"
    to = fields.get("add-url", "") if way == "webhook" else fields.get("add-to", myself) or ""
    to = fields.get("add-address", "") if to == OTHER else to
    with answering():
        made = desk().notification_settings.subscribe(person(), chosen, way, to)
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        if made.secret:
            st.session_state[_SHOWN_ONCE] = made.secret
        st.session_state["add-events"] = []
        for field in ("add-url", "add-address"):
            if field in st.session_state:
                st.session_state[field] = ""
        say("Added. Send a test to see that it arrives.")


def again(notification: int) -> None:
    """Callback: one that was given up is sent once more."""
    with answering():
        refusal = desk().notification_settings.send_again(person(), notification)
        say(refusal.text if refusal else "It is on its way again.", good=refusal is None)


def kept() -> None:
    """Callback: the secret is in safe hands."""
    st.session_state.pop(_SHOWN_ONCE, None)


def secret() -> None:
    """What a webhook's receiver verifies with, until whoever added it has copied it."""
    if _SHOWN_ONCE in st.session_state:
        with st.container(border=True, key="secret"):
            st.markdown("**The webhook’s secret, shown this once**")
            st.code(st.session_state[_SHOWN_ONCE], language=None, wrap_lines=True)
            st.caption("The receiver verifies each call with it, by the Standard Webhooks scheme.")
            st.button("I have saved it", key="kept", on_click=kept)


def recipient(connections: Connections) -> NotificationWay:
    """Whom: oneself; for an administrator also colleagues, other addresses and webhooks."""
    if not connections.may_choose:
        (name,) = connections.people.values()
        paper(node("p", f"By e-mail to you, {name}", cls="muted"), key="paper-me")
        return "email"
    way: NotificationWay = st.segmented_control(
        "By",
        ["email", "webhook"],
        default="email",
        required=True,
        key="add-way",
        format_func=subscriptions.WAYS.__getitem__,
    )
    if way == "webhook":
        st.text_input("Web address", key="add-url", placeholder="https://", max_chars=400)
        return way
    names = {f"account:{id}": name for id, name in connections.people.items()} | {OTHER: "Another address…"}
    chosen = st.selectbox(
        "To", list(names), None, format_func=names.__getitem__, key="add-to", placeholder="Choose a colleague"
    )
    if chosen == OTHER:
        st.text_input("E-mail address", key="add-address", placeholder="name@example.com", max_chars=254)
    return way


def adding(connections: Connections, myself: str) -> None:
    """Whom to tell of what."""
    with st.container(border=True, key="adding"):
        st.subheader("Add a notification")
        missing = connections.missing[recipient(connections)]
        if missing:
            paper(node("p", missing, cls="note care"), key="paper-missing")
        subscriptions.choose(connections.titles, "add-events")
        st.button("Add", key="add", type="primary", disabled=bool(missing), on_click=add, args=(myself,))
        st.caption("Ids, figures and a link to the ticket; never what a customer or colleague wrote.")


def given_up(one: NotificationView) -> None:
    """One that nobody took, with why, and the way to try it again."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        tries = "1 try" if one.notification.tries == 1 else f"{one.notification.tries} tries"
        why = f"{one.notification.trouble} Given up after {tries}."
        words = node(
            "div",
            node("p", f"{one.title}, to {one.to}", cls="typed"),
            node("p", why, cls="small"),
            cls="note bad stack tight",
        )
        paper(words, key=f"paper-given-up-{one.notification.id}")
        st.button("Try again", key=f"again-{one.notification.id}", on_click=again, args=(one.notification.id,))


@st.fragment(run_every=10)
def latest() -> None:
    """The latest notifications; it looks again by itself."""
    with told():
        seen = desk().notification_settings.connections(person())
        found = seen.notifications
        st.subheader("Latest notifications")
        if not found:
            nothing = "No notifications yet." if seen.may_choose else "No notifications to you yet."
            paper(node("p", nothing, cls="muted"), key="paper-none")
            return
        for one in [one for one in found if one.state == "given up"][:5]:
            given_up(one)
        rows = [
            {
                "When (UTC)": one.notification.at.strftime("%d %b, %H:%M:%S"),
                "State": one.state + (f", try {one.notification.tries}" if one.notification.tries > 1 else ""),
                "What": one.title,
                "To": excerpt(one.to, 60),
                "Trouble": one.notification.trouble,
            }
            for one in found
        ]
        st.dataframe(rows, hide_index=True, width="stretch", height="content", key="notifications")


def draw(someone: Person) -> None:
    """Who is told, the latest, and a form to add one."""
    connections = desk().notification_settings.connections(someone)
    left, right = st.columns([2.2, 1], gap="large")
    with right:
        answer_here("connections")
        secret()
        adding(connections, f"account:{someone.id}")
    with left:
        st.subheader("Who is notified")
        if not connections.subscriptions:
            whom = (
                "Nobody is notified yet."
                if connections.may_choose
                else "You have no notifications set up; administrators can see everyone’s."
            )
            paper(node("p", f"{whom} Notices appear in the Inbox in any case.", cls="muted"), key="nobody")
        for shown in connections.subscriptions:
            subscriptions.card(shown, connections)
        latest()
