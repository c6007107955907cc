"""Web chat on the Connections page: widgets, the script tag of each, and how its site signs who its visitor is."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Person
from cx_core.records.chat import HostAlgorithm
from cx_core.views import Refusal
from cx_core.views.channels.chat import ChatWidgetView
from pages.parts.components import Node, node, paper
from pages.parts.outcome import answer_here, answering, say
from pages.wiring import desk, person

SIGNING: dict[HostAlgorithm, str] = {
    "": "No: visitors are only who they say they are",
    "HS256": "With a secret that both sides have (HS256)",
    "ES256": "With its own key pair (ES256)",
}
FORM_WIDTH = 640
_SHOWN_ONCE = "chat-shown-once"


def draw(someone: Person) -> None:
    """The widgets, and a form for another one; for an administrator."""
    st.subheader("Web chat")
    answer_here("web-chat")
    found = desk().chat_widgets.widgets(someone)
    if not found:
        told = "Nobody can write by web chat yet. Add a widget, then copy its script tag into the site."
        paper(node("p", told, cls="muted"), key="paper-no-widgets")
    for shown in found:
        _card(shown)
    with st.expander("Add a widget", expanded=not found), st.container(width=FORM_WIDTH):
        _fields("new", "", "", "")
        st.button("Add widget", key="chat-add", type="primary", on_click=_add)


def _card(shown: ChatWidgetView) -> None:
    widget = shown.widget
    with st.container(border=True, key=f"chat-{widget.id}"):
        last = shown.last_message
        paper(
            node(
                "div",
                node(
                    "div",
                    node("h3", widget.name, cls="typed"),
                    None if widget.active else node("span", "paused", cls="chip care"),
                    cls="row",
                ),
                node("p", ", ".join(widget.origins), cls="typed small"),
                node(
                    "p",
                    node("span", f"Open now: {shown.sessions}"),
                    node("span", "· last message" if last else "· no message yet"),
                    node("time", at=last.isoformat()) if last else None,
                    cls="row small muted",
                ),
                _trouble(shown),
                cls="stack tight",
            ),
            key=f"paper-chat-{widget.id}",
        )
        st.code(shown.snippet, language="html", wrap_lines=True)
        if st.session_state.get(_SHOWN_ONCE, ("", ""))[0] == widget.id:
            st.markdown("**The secret, shown this once**")
            st.code(st.session_state[_SHOWN_ONCE][1], language=None, wrap_lines=True)
            st.button("I have saved it", key=f"chat-kept-{widget.id}", on_click=_kept)
        with st.container(horizontal=True, gap="small"):
            label = "Pause" if widget.active else "Resume"
            st.button(label, key=f"chat-pause-{widget.id}", on_click=_pause, args=(widget.id, not widget.active))
            with st.popover("Change", key=f"chat-change-{widget.id}", type="tertiary"):
                _fields(widget.id, widget.name, "\n".join(widget.origins), widget.greeting)
                st.button("Save", key=f"chat-save-{widget.id}", on_click=_change, args=(widget.id,))
            with st.popover("Signed-in visitors", key=f"chat-sign-{widget.id}", type="tertiary"):
                _signing(shown)
            with st.popover("Remove", key=f"chat-removing-{widget.id}", type="tertiary"):
                st.caption("Its script tag stops working and open conversations end. Tickets stay.")
                st.button("Remove for good", key=f"chat-remove-{widget.id}", on_click=_remove, args=(widget.id,))


def _trouble(shown: ChatWidgetView) -> Node | None:
    widget = shown.widget
    if not widget.trouble or widget.trouble_at is None:
        return None
    lead = node("span", "A token of the site was refused, its visitor counts as nobody known:")
    return node(
        "div",
        node("p", lead, node("time", at=widget.trouble_at.isoformat()), cls="row"),
        node("p", widget.trouble, cls="typed"),
        cls="note care stack tight",
    )


def _fields(key: str, name: str, origins: str, greeting: str) -> None:
    st.text_input("Name (only you see it)", name, key=f"chat-name-{key}", max_chars=80, placeholder="Our shop")
    st.text_area(
        "Sites, one per line", origins, key=f"chat-origins-{key}", placeholder="https://shop.example", height=70
    )
    st.text_input(
        "Greeting", greeting, key=f"chat-greeting-{key}", max_chars=300, placeholder="Hello! How can we help?"
    )


def _signing(shown: ChatWidgetView) -> None:
    widget = shown.widget
    st.radio(
        "Does the site sign who its visitor is?",
        list(SIGNING),
        list(SIGNING).index(widget.signed_by),
        format_func=SIGNING.__getitem__,
        key=f"chat-by-{widget.id}",
    )
    if st.session_state[f"chat-by-{widget.id}"] == "ES256":
        st.text_area("Its public key, in PEM", widget.public_key, key=f"chat-key-{widget.id}")
    st.caption(f"Tokens name this widget as their audience (aud): {widget.id}")
    st.button("Save", key=f"chat-signing-{widget.id}", on_click=_sign, args=(widget.id,))


def _given(key: str) -> tuple[str, list[str], str]:
    fields = st.session_state
    origins = str(fields.get(f"chat-origins-{key}", "")).split()
    return str(fields.get(f"chat-name-{key}", "")), origins, str(fields.get(f"chat-greeting-{key}", ""))


def _add() -> None:
    with answering():
        made = desk().chat_widgets.add(person(), *_given("new"))
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        for field in ("name", "origins", "greeting"):
            st.session_state[f"chat-{field}-new"] = ""
        say("Added. Copy its script tag into the site.")


def _change(id: str) -> None:
    with answering():
        _told(desk().chat_widgets.change(person(), id, *_given(id)), "Changed.")


def _pause(id: str, active: bool) -> None:
    done = "It takes visitors again." if active else "Paused: new visitors do not see it; open conversations go on."
    with answering():
        _told(desk().chat_widgets.pause(person(), id, active=active), done)


def _remove(id: str) -> None:
    with answering():
        _told(desk().chat_widgets.remove(person(), id), "Removed.")


def _sign(id: str) -> None:
    fields = st.session_state
    algorithm: HostAlgorithm = fields.get(f"chat-by-{id}", "")
    with answering():
        made = desk().chat_widgets.sign_in_by(person(), id, algorithm, str(fields.get(f"chat-key-{id}", "")))
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        if made:
            st.session_state[_SHOWN_ONCE] = (id, made)
        say("Saved. Tokens that were signed otherwise do not count any more.")


def _kept() -> None:
    st.session_state.pop(_SHOWN_ONCE, None)


def _told(refusal: Refusal | None, done: str) -> None:
    say(refusal.text if refusal else done, good=refusal is None)
