"""Messengers on the Connections page: how each is doing, its templates, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cx_core.records import Person
from cx_core.records.channels.messengers import Messenger, ReplyTemplate
from cx_core.views import Refusal
from cx_core.views.channels.messengers import MessengerForm, MessengerView
from pages.parts.components import Node, node, paper
from pages.parts.connections.web_chat import FORM_WIDTH
from pages.parts.outcome import answer_here, answering, say
from pages.wiring import desk, person

_SHOWN_ONCE = "messenger-shown-once"


def draw(someone: Person) -> None:
    """All of them, and a form for another one; for an administrator."""
    st.subheader("Messengers")
    answer_here("messengers")
    found = desk().messenger_admin.messengers(someone)
    if not found:
        told = "None yet. Connect WhatsApp or another messenger through a provider that calls with signed webhooks."
        paper(node("p", told, cls="muted"), key="paper-no-messengers")
    for shown in found:
        _card(shown)
    adding = st.expander("Connect a messenger", icon=":material/add:", expanded=not found, key="messenger-connecting")
    with adding, st.container(width=FORM_WIDTH):
        _fields("new")
        st.button("Connect", key="messenger-add", type="primary", on_click=_add)


def _card(shown: MessengerView) -> None:
    one = shown.messenger
    with st.container(border=True, key=f"messenger-{one.id}"):
        paper(node("div", *_standing(shown), cls="stack tight"), key=f"paper-messenger-{one.id}")
        if st.session_state.get(_SHOWN_ONCE, ("", ""))[0] == one.id:
            _first_steps(shown)
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Pause" if one.active else "Resume",
                key=f"messenger-pause-{one.id}",
                type="tertiary",
                on_click=_pause,
                args=(one.id, not one.active),
            )
            with st.popover(f"Templates ({len(one.templates)})", key=f"messenger-templates-{one.id}", type="tertiary"):
                _templates(one)
            with st.popover("Change", key=f"messenger-changing-{one.id}", type="tertiary"):
                _fields(one.id, one)
                st.button("Save", key=f"messenger-save-{one.id}", on_click=_change, args=(one.id,))
            with st.popover("Addresses and secret", key=f"messenger-addresses-{one.id}", type="tertiary"):
                _addresses(shown)
                st.caption("A new secret ends the one before at once.")
                st.button("New secret", key=f"messenger-secret-{one.id}", on_click=_renew, args=(one.id,))
            with st.popover("Remove", key=f"messenger-removing-{one.id}", type="tertiary"):
                st.caption("Its tickets stay, but replies to them find no way out. The secret is forgotten.")
                st.button("Remove for good", key=f"messenger-remove-{one.id}", on_click=_remove, args=(one.id,))
        _refused(shown)


def _standing(shown: MessengerView) -> list[Node]:
    one, state = shown.messenger, shown.state
    chip = ("paused", "chip care") if not one.active else ("failing", "chip bad") if shown.put_off else ("", "")
    window = f"Free text for {one.window_hours} h" if one.window_hours else "Free text at any time"
    knows = "its provider vouches for who wrote" if one.vouches else "who wrote is only claimed"
    received = node("time", at=state.received_at.isoformat()) if state.received_at else node("span", "never")
    delivered = node("time", at=shown.delivered_at.isoformat()) if shown.delivered_at else node("span", "never")
    times = [node("span", "Last received"), received, node("span", "· last delivered"), delivered]
    waits = node("span", f"· {shown.queued} waiting") if shown.queued else None
    refused = node("span", f"· {len(shown.refused)} refused") if shown.refused else None
    head = node(
        "div", node("h3", one.name, cls="typed"), node("span", chip[0], cls=chip[1]) if chip[0] else None, cls="row"
    )
    lines = [head, node("p", one.address, cls="small typed"), node("p", f"{window} · {knows}", cls="small muted")]
    lines.append(node("p", *times, waits, refused, cls="row small"))
    if shown.put_off:
        lines.append(node("p", shown.put_off, cls="note bad typed"))
    if state.turned_away and state.turned_away_at is not None:
        at = node("time", at=state.turned_away_at.isoformat())
        lead = node("p", node("span", "A call was turned away"), at, cls="row small")
        lines.append(node("div", lead, node("p", state.turned_away, cls="small typed"), cls="note care stack tight"))
    return lines


def _first_steps(shown: MessengerView) -> None:
    st.markdown("**The secret, shown this once**")
    st.code(st.session_state[_SHOWN_ONCE][1], language=None, wrap_lines=True)
    _addresses(shown)
    st.button("I have saved it", key=f"messenger-kept-{shown.messenger.id}", on_click=_kept)


def _addresses(shown: MessengerView) -> None:
    st.markdown("The provider delivers customers’ messages and receipts to")
    st.code(f"{shown.messages_url}\n{shown.receipts_url}", language=None, wrap_lines=True)


def _fields(key: str, one: Messenger | None = None) -> None:
    name, address = (one.name, one.address) if one else ("", "")
    st.text_input("Name", name, key=f"messenger-name-{key}", max_chars=60, placeholder="WhatsApp")
    st.text_input(
        "Replies are delivered to",
        address,
        key=f"messenger-address-{key}",
        max_chars=400,
        placeholder="https://provider.example/rung",
    )
    st.number_input(
        "Hours of free text after the customer’s last message",
        0,
        720,
        one.window_hours if one else 24,
        key=f"messenger-window-{key}",
        help="Outside them only templates are sent. 0: free text at any time.",
    )
    st.checkbox(
        "The provider vouches for who wrote",
        one.vouches if one else False,
        key=f"messenger-vouches-{key}",
        help="Only where an address cannot be forged, as a phone number that the messenger has verified.",
    )


def _templates(one: Messenger) -> None:
    for template in one.templates:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            head = node("p", f"{template.name} ({template.language})", cls="typed")
            words = node("p", template.text, cls="small typed muted")
            paper(
                node("div", head, words, cls="stack tight"), key=f"paper-{one.id}-{template.name}-{template.language}"
            )
            st.button(
                "Remove",
                key=f"template-drop-{one.id}-{template.name}-{template.language}",
                icon=":material/close:",
                type="tertiary",
                on_click=_drop,
                args=(one.id, template),
            )
    st.text_input("Template name", key=f"template-name-{one.id}", max_chars=100, placeholder="order_update")
    st.text_input("Language", "en", key=f"template-language-{one.id}", max_chars=20)
    st.text_area(
        "Words, as the provider approved them",
        key=f"template-text-{one.id}",
        max_chars=4096,
        placeholder="Hello {1}, we have news of your order {2}.",
        height=100,
    )
    st.button("Add template", key=f"template-add-{one.id}", on_click=_put, args=(one.id,))


def _refused(shown: MessengerView) -> None:
    if not shown.refused:
        return
    with st.expander(f"Refused in the last two weeks ({len(shown.refused)})", key=f"refused-{shown.messenger.id}"):
        for one in shown.refused:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
                at = node("time", at=(one.settled_at or one.at).isoformat())
                head = node("p", node("span", one.address, cls="typed"), node("span", one.ticket), at, cls="row small")
                words = node("div", head, node("p", one.words, cls="small typed"), cls="note bad stack tight")
                paper(words, key=f"paper-refused-{one.base}")
                st.button("Retry", key=f"message-again-{one.base}", on_click=_again, args=(one.key,))


def _form(key: str) -> MessengerForm:
    fields = st.session_state
    return MessengerForm(
        name=str(fields.get(f"messenger-name-{key}", "")),
        address=str(fields.get(f"messenger-address-{key}", "")),
        window_hours=int(fields.get(f"messenger-window-{key}", 24)),
        vouches=bool(fields.get(f"messenger-vouches-{key}", False)),
    )


def _add() -> None:
    with answering():
        made = desk().messenger_admin.add(person(), _form("new"))
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        st.session_state[_SHOWN_ONCE] = (made.id, made.secret)
        for field in ("name", "address"):
            st.session_state[f"messenger-{field}-new"] = ""
        say("Connected. Give the secret and both addresses to the provider.")


def _renew(id: str) -> None:
    with answering():
        made = desk().messenger_admin.new_secret(person(), id)
        if isinstance(made, Refusal):
            say(made.text, good=False)
            return
        st.session_state[_SHOWN_ONCE] = (made.id, made.secret)
        say("The secret before counts no more. Give the new one to the provider.")


def _change(id: str) -> None:
    _do(lambda: desk().messenger_admin.change(person(), id, _form(id)), "Changed.")


def _pause(id: str, active: bool) -> None:
    done = "It goes on." if active else "Paused: the provider is asked to deliver later, and replies wait."
    _do(lambda: desk().messenger_admin.pause(person(), id, active=active), done)


def _put(id: str) -> None:
    fields = st.session_state
    name, language, text = (str(fields.get(f"template-{field}-{id}", "")) for field in ("name", "language", "text"))
    template = ReplyTemplate(name=name, language=language, text=text)
    if _do(lambda: desk().messenger_admin.put_template(person(), id, template), "The template can be used now."):
        fields[f"template-name-{id}"] = fields[f"template-text-{id}"] = ""


def _drop(id: str, template: ReplyTemplate) -> None:
    _do(lambda: desk().messenger_admin.drop_template(person(), id, template), "Removed.")


def _remove(id: str) -> None:
    _do(lambda: desk().messenger_admin.remove(person(), id), "Removed.")


def _again(key: str) -> None:
    _do(lambda: desk().mailbox_admin.send_again(person(), key), "It is queued again.")


def _kept() -> None:
    st.session_state.pop(_SHOWN_ONCE, None)


def _do(act: Callable[[], Refusal | None], done: str) -> bool:
    """Whether it was done."""
    with answering():
        refusal = act()
        say(refusal.text if refusal else done, good=refusal is None)
        return refusal is None
    return False
