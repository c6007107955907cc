"""Middle pane, top: what was said, as it was typed."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Message, SendingState
from cx_core.views import TicketView
from cx_core.views.channels.mailboxes import SendingShown
from pages.parts.components import Node, node, paper
from pages.parts.inbox import current_ticket
from pages.parts.inbox.ticket_menu import moves
from pages.parts.outcome import answering, say
from pages.parts.reply.attachments import files_of
from pages.parts.times import status_words
from pages.parts.words import CHANNELS, blank, excerpt, team_words
from pages.wiring import desk, person

SENDINGS: dict[SendingState, tuple[str, bool]] = {
    "queued": ("On its way", True),
    "sent": ("Handed to the mail server", True),
    "delivered": ("Delivered", True),
    "bounced": ("Not delivered", False),
    "refused": ("Not sent", False),
}
SHORTCUTS = (
    ("↑ ↓", "Move through the queue; Enter opens at once"),
    ("Ctrl or ⌘ + K", "Look anything up"),
    ("Alt + L", "Go to the queue"),
    ("Alt + J", "Next ticket, also after sending"),
    ("Alt + K", "Previous ticket"),
    ("Alt + D", "Go to the reply"),
    ("Ctrl or ⌘ + Enter", "Send and run the ticked actions; in other fields, whatever the hint below the field says"),
    ("Alt + Enter", "Approve, send, and open the next ticket"),
    ("Alt + R", "Reject the proposal"),
    ("Alt + M", "Snooze, hand over, merge"),
    ("Alt + N", "Internal note"),
    ("Alt + G", "Say what they want"),
    ("Alt + P", "Add an action to the plan"),
    ("Alt + I", "Insert a macro"),
    ("Alt + W, then 1 to 6", "The copilot was wrong"),
    ("? or Alt + /", "This list"),
)


def heading(view: TicketView) -> None:
    """Subject, where the ticket stands, and the way to its neighbours."""
    ticket = view.ticket
    subject = "(no subject)" if blank(ticket.subject) else excerpt(ticket.subject, 400)
    facts = [CHANNELS[ticket.channel], ticket.id, status_words(ticket.status, ticket.wake_at), team_words(ticket.team)]
    with st.container(horizontal=True, key="heading", vertical_alignment="top", gap="small", wrap=False):
        paper(
            node(
                "div",
                node("h2", subject, cls="clamped", tip=subject),
                node(
                    "p",
                    node("span", "Simulated", cls="chip care") if ticket.simulated else None,
                    node("span", f"Imported from {ticket.imported.words}", cls="chip") if ticket.imported else None,
                    node("span", "Test", cls="chip care", tip="Replies to it stay in Rung.") if ticket.test else None,
                    *[node("span", fact) for fact in facts if fact],
                    node("time", at=ticket.opened_at.isoformat()),
                    cls="row small muted",
                ),
                cls="stack tight",
            ),
            key="paper-heading",
        )
        with st.container(horizontal=True, width="content", gap=None, wrap=False):
            moves(view)
            _neighbours()


def _neighbours() -> None:
    for label, icon, by, name, tip in (
        ("Previous ticket", ":material/keyboard_arrow_up:", -1, "previous-ticket", "Previous ticket (Alt+K)"),
        ("Next ticket", ":material/keyboard_arrow_down:", 1, "next-ticket", "Next ticket (Alt+J)"),
    ):
        st.button(label, icon=icon, key=name, help=tip, type="tertiary", on_click=_go, args=(by,))
    _shortcuts()


def _shortcuts() -> None:
    with st.popover("Shortcuts", icon=":material/keyboard:", key="shortcuts", type="tertiary", help="Shortcuts (?)"):
        paper(node("div", *_shortcut_nodes(), cls="keys"), key="paper-shortcuts")


def _shortcut_nodes() -> list[Node]:
    return [one for keys, does in SHORTCUTS for one in (node("kbd", keys), node("span", does))]


def first_ticket() -> None:
    """The way into the queue where no ticket is open. It takes the place of the way to the next one, key included."""
    st.button("Open the first", key="next-ticket", help="Open the first ticket (Alt+J)", on_click=_go, args=(1,))
    _shortcuts()


def _go(by: int) -> None:
    to = current_ticket.neighbour(by)
    if to is not None:
        current_ticket.open_ticket(to)
        st.rerun()


def conversation(view: TicketView, composing: bool) -> None:
    """The messages, the customer's newest in view. Without a reply to write they have the pane to themselves."""
    theirs = [message.id for message in view.messages if message.sender == "customer"]
    newest = theirs[-1] if theirs else ""
    paper(
        *[_message(message, view, message.id == newest) for message in view.messages],
        key="paper-conversation",
        scrolls="Conversation",
        newest=newest,
        tall=not composing,
    )


def _message(message: Message, view: TicketView, newest: bool) -> Node:
    ours = message.sender != "customer"
    name = view.ticket.customer_name or view.ticket.address
    who = {"customer": name, "advisor": message.author or "Advisor", "copilot": "Copilot"}[message.sender]
    classes = ["message", "ours" if ours else "theirs", *(["newest"] if newest else [])]
    head = node(
        "header",
        node("span", who, cls="who"),
        node("span", CHANNELS[message.channel or view.ticket.channel], cls="small muted"),
        node("time", at=message.at.isoformat(), cls="small muted"),
        cls="row",
    )
    words = node("p", "(no words)", cls="muted") if blank(message.text) else _words(message, view)
    files = files_of(view, message.id)
    if files and blank(message.text):
        words = node("p", "(attachments only)", cls="muted")
    also = [
        node("p", f"{what}: {excerpt(addresses, 400)}", cls="small muted typed")
        for what, addresses in (("Also to", message.also_to), ("Reply-To", message.reply_to))
        if addresses
    ]
    sent = _sending(view.way_out.sendings[message.id]) if message.id in view.way_out.sendings else None
    return node("article", head, *also, words, *files, sent, cls=" ".join(classes), label=f"From {who}")


def _sending(sending: SendingShown) -> Node:
    """Sent is not delivered: what is known of a reply on its way."""
    words, good = SENDINGS[sending.state]
    times = [node("time", at=sending.at.isoformat())] if sending.at else []
    if sending.state == "queued" and sending.words and sending.next_try:
        times = [node("span", "put off; next try"), node("time", at=sending.next_try.isoformat())]
    said = node("p", sending.words, cls="typed small") if sending.words and sending.state != "sent" else None
    return node(
        "div", node("p", node("span", words), *times, cls="row small"), said, cls="muted" if good else "note bad"
    )


def undelivered(view: TicketView) -> None:
    """Replies that did not arrive, each with the way to send it again; and what to know before the next."""
    if view.way_out.why and (view.way_out.sends == "text" or view.ticket.work != "done"):
        paper(node("p", view.way_out.why, cls="note care typed"), key="paper-may-send")
    for sending in [one for one in view.way_out.sendings.values() if one.can_retry]:
        st.button(
            "Send it again",
            key=f"resend-{sending.key}",
            icon=":material/forward_to_inbox:",
            on_click=_resend,
            args=(sending.key,),
            help="The reply that was not delivered, as it was.",
        )


def _resend(key: str) -> None:
    with answering():
        refusal = desk().mailbox_admin.send_again(person(), key)
        say(refusal.text if refusal else "It is queued again.", good=refusal is None)


def _words(message: Message, view: TicketView) -> Node:
    """As typed. Of a mail with others below it what is not read as the customer's words is folded, where it stands."""
    parts = view.new_parts.get(message.id, ())
    if not parts:
        return node("p", message.text, cls="typed")
    pieces: list[Node] = []
    at = 0
    for start, end in (*parts, (len(message.text), len(message.text))):
        if before := message.text[at:start].strip("\n"):
            said = node("p", before, cls="typed muted")
            pieces.append(node("details", node("summary", "Earlier mail or signature, not read as a request"), said))
        if own := message.text[start:end].strip("\n"):
            pieces.append(node("p", own, cls="typed"))
        at = end
    return node("div", *pieces, cls="stack tight")
