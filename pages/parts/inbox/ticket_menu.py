"""What else an advisor does with a ticket: put it off, hand it over, merge it, note something, say what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import get_args

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from cx_core.records import FlagTarget, Note, PersonId, Ticket, TicketId
from cx_core.views import TicketView
from pages.parts.components import Node, node, paper
from pages.parts.inbox import current_ticket
from pages.parts.inbox.customer_tickets import merge_chosen, named, titles_now
from pages.parts.words import blank, team_words
from pages.wiring import desk, person

WRONG: dict[FlagTarget, str] = {
    "goal": "What they want",
    "summary": "Summary",
    "evidence": "What was looked up",
    "plan": "Actions",
    "reply": "Reply",
    "other": "Something else",
}
UNTIL_THEY_WRITE = "The customer replies"


def moves(view: TicketView) -> None:
    """A menu beside the subject. Each act is one click after its choice; what is refused is said in words."""
    if view.holder:
        return
    with st.popover(
        "More", icon=":material/more_horiz:", key=current_ticket.menu("moves"), type="tertiary", help="More (Alt+M)"
    ):
        _later(view.ticket)
        _confirm(view)
        _merge(view.ticket.id)
        with suppress(StreamlitPageNotFoundError):  # the Inbox drawn by itself, without the other pages
            st.page_link(
                "case.py", label="Case file", icon=":material/history_edu:", query_params={"ticket": view.ticket.id}
            )
    with st.popover(
        "Note", icon=":material/sticky_note_2:", key=current_ticket.menu("noting"), type="tertiary", help="Note (Alt+N)"
    ):
        _note(view.ticket.id)
    if view.proposal is not None:
        with st.popover(
            "Flag",
            icon=":material/flag:",
            key=current_ticket.menu("flagging"),
            type="tertiary",
            help="Flag a copilot mistake (Alt+W)",
        ):
            _flag(view)


def notes(view: TicketView) -> None:
    """What colleagues noted; no customer ever reads it."""
    found = desk().notes.of_ticket(person(), view.ticket.id)
    if found:
        drawn = [_drawn(one) for one in found]
        paper(node("div", node("p", "Internal notes", cls="caps"), *drawn, cls="stack tight"), key="paper-notes")


def take_back(view: TicketView) -> None:
    """For the seconds in which an approval can still be withdrawn."""
    if view.can_withdraw:
        st.button(
            "Undo" if view.silent else "Undo send",
            key="withdraw",
            icon=":material/undo:",
            on_click=_act,
            args=(view.ticket.id, lambda: desk().approvals.withdraw(person(), view.ticket.id, view.ticket.version), ""),
        )


def take_back_behind() -> None:
    """The same for the ticket that was sent before this one was opened."""
    behind = current_ticket.behind()
    view = desk().inbox.ticket(person(), behind) if behind else None
    if not isinstance(view, TicketView) or not view.can_withdraw:
        current_ticket.left_behind(None)
        return
    paper(node("p", f"{view.ticket.id} goes out in a few seconds.", cls="note busy"), key="paper-behind")
    st.button("Undo send", key="withdraw-behind", icon=":material/undo:", on_click=_back_to, args=(view,))


def _back_to(view: TicketView) -> None:
    ticket = view.ticket
    if current_ticket.attempt(ticket.id, lambda: desk().approvals.withdraw(person(), ticket.id, ticket.version)):
        current_ticket.open_ticket(ticket.id)
        st.rerun(scope="app")  # the queue marks the open ticket too


def _drawn(note: Note) -> Node:
    head = node(
        "header", node("span", note.name, cls="who"), node("time", at=note.at.isoformat(), cls="small muted"), cls="row"
    )
    return node("article", head, node("p", note.text, cls="typed"), cls="note care", label=f"Note by {note.name}")


def _later(ticket: Ticket) -> None:
    """What can be done with its time and its owner as it stands; a closed one is done with."""
    if ticket.status == "closed" or ticket.simulated:
        return
    if ticket.status == "solved":
        st.button("Reopen", key="reopen", on_click=_reopen, args=(ticket.id,))
        return
    if ticket.status == "pending":
        st.button("Move back to open", key="wake", on_click=_wake, args=(ticket.id,))
    else:
        _put_off(ticket.id)
    _hand_over(ticket.id)


def _put_off(ticket: TicketId) -> None:
    times = dict(desk().ticket_lifecycle.snooze_times(person()))
    waits = desk().ticket_lifecycle.customer_waits(person(), ticket)
    st.selectbox("Snooze until", [*times, *([] if waits else [UNTIL_THEY_WRITE])], key=f"later-{ticket}")
    if waits:
        st.caption("Not answered yet: the promised time runs on while it is snoozed.")
    st.button("Snooze", key="snooze", on_click=_snooze, args=(ticket,))


def _snooze(ticket: TicketId) -> None:
    chosen = str(st.session_state[f"later-{ticket}"])
    until = dict(desk().ticket_lifecycle.snooze_times(person())).get(chosen)
    if until is None:
        _act(
            ticket,
            lambda: desk().ticket_lifecycle.wait_for_customer(person(), ticket),
            "Snoozed until the customer replies.",
        )
    else:
        _act(ticket, lambda: desk().ticket_lifecycle.snooze(person(), ticket, until), f"Snoozed: {chosen.lower()}.")


def _wake(ticket: TicketId) -> None:
    _act(ticket, lambda: desk().ticket_lifecycle.wake(person(), ticket), "")


def _reopen(ticket: TicketId) -> None:
    _act(ticket, lambda: desk().ticket_lifecycle.reopen(person(), ticket), "")


def _hand_over(ticket: TicketId) -> None:
    me = person()
    people = {f"person:{one.id}": one.name for one in desk().ticket_lifecycle.colleagues(me) if one.id != me.id}
    choices = {f"team:{name}": team_words(name) for name in desk().ticket_lifecycle.teams(me)} | people
    st.selectbox("Hand over to", list(choices), format_func=choices.__getitem__, key=f"to-{ticket}")
    st.text_input(
        "What should they know?", key=current_ticket.field(f"why-{ticket}"), max_chars=1000, persist_state="session"
    )
    st.button("Hand over", key="transfer", on_click=_transfer, args=(ticket,))


def _transfer(ticket: TicketId) -> None:
    kind, _, name = str(st.session_state[f"to-{ticket}"]).partition(":")
    why = st.session_state.get(current_ticket.field(f"why-{ticket}"))
    if why is None:
        return  # pressed twice: the field of the first press is gone, and what it held was handed over
    to, team = (PersonId(name), "") if kind == "person" else (None, name)
    _act(
        ticket,
        lambda: desk().ticket_lifecycle.transfer(person(), ticket, to=to, team=team, note=str(why)),
        "Handed over.",
        used=f"why-{ticket}",
    )


def _confirm(view: TicketView) -> None:
    """Who is confirmed already is not asked again."""
    ticket = view.ticket
    if ticket.simulated or ticket.status in ("solved", "closed") or ticket.customer is None:
        return
    if view.code is None or not view.code.counts:
        st.button(
            "Confirm the customer by code",
            key="send-code",
            help="Send a one-time code to the contact on the customer's file",
            on_click=_send_code,
            args=(ticket.id,),
        )


def _send_code(ticket: TicketId) -> None:
    _act(ticket, lambda: desk().customer_confirmation.send_code(person(), ticket), "A code is on its way.")


def _merge(ticket: TicketId) -> None:
    titles = titles_now()
    others = {row.id: named(row, titles) for row in desk().customer_tickets.others(person(), ticket)}
    if others:
        st.selectbox(
            "Merge into",
            list(others),
            format_func=others.__getitem__,
            key=f"into-{ticket}",
            help="Other tickets of this customer",
        )
        st.button("Merge", key="merge", on_click=merge_chosen, args=(ticket, f"into-{ticket}"))


def _note(ticket: TicketId) -> None:
    st.text_area(
        "Internal note (not visible to the customer)",
        key=current_ticket.field(f"note-{ticket}"),
        placeholder="@Callum …",
        max_chars=4000,
        persist_state="session",
    )
    st.button("Add note", key="add-note", on_click=_noted, args=(ticket,))


def _noted(ticket: TicketId) -> None:
    text = str(st.session_state.get(current_ticket.field(f"note-{ticket}"), ""))
    if blank(text):
        current_ticket.note(ticket, "The note is empty.")
    else:
        _act(ticket, lambda: desk().notes.add_note(person(), ticket, text), "", used=f"note-{ticket}")


def _flag(view: TicketView) -> None:
    """Alt+W and a number: two keys. Words are for whoever has the time."""
    ticket = view.ticket
    st.text_input(
        "In your words",
        key=current_ticket.field(f"wrong-words-{ticket.id}"),
        placeholder="Optional",
        max_chars=1000,
        persist_state="session",
    )
    paper(node("p", "What was wrong? Press its number, or choose.", cls="small muted"), key="paper-wrong")
    for number, target in enumerate(get_args(FlagTarget), start=1):
        st.button(
            f"{number}  {WRONG[target]}",
            key=f"flag-{number}",
            width="stretch",
            on_click=_flagged,
            args=(ticket.id, ticket.version, target),
        )


def _flagged(ticket: TicketId, version: int, target: FlagTarget) -> None:
    words = str(st.session_state.get(current_ticket.field(f"wrong-words-{ticket}"), ""))
    _act(
        ticket,
        lambda: desk().notes.flag(person(), ticket, version, target, words),
        "Thanks, your feedback has been recorded.",
        used=f"wrong-words-{ticket}",
    )


def _act(ticket: TicketId, act: Callable[[], object], told: str, *, used: str = "") -> None:
    """Do it, and say so; the field whose words it used is empty then."""
    if not current_ticket.attempt(ticket, act):
        return
    current_ticket.close_menus()
    if told:
        current_ticket.note(ticket, told)
    if used:
        current_ticket.empty_field(used)
