"""Middle pane, below: the reply, how it will read, and the one click that approves and sends.

The draft lives in the database. A newer one is offered beside the advisor's words and never replaces them.
"""

from __future__ import annotations

import re

import streamlit as st

from cx_core.records import TicketId
from cx_core.views import StepCard, TicketView
from pages.parts import opened
from pages.parts.attachments import attach_menu, attached, seen
from pages.parts.choices import changed, left_out
from pages.parts.components import Node, node, paper, watch
from pages.parts.drafting import area_key, draft_of, newer_reply, text_of, version_of
from pages.parts.macros import macros_menu
from pages.parts.rewriting import rewriting, show_rewritten
from pages.parts.streaming import new_draft, streamed
from pages.parts.words import ROLES
from pages.wiring import desk, person

_EXPECTED = re.compile(r"⟨([^⟨⟩]*)⟩")
REASONS = ("Wrong matter", "Wrong facts", "Wrong action", "Wrong tone", "Needs a call")


def composes(view: TicketView) -> bool:
    """Whether there is something to write: not once it is being carried out or done, not while somebody else has it.

    It stays while a new message is being read: typing goes on.
    """
    return not view.holder and view.ticket.work not in ("sending", "carrying", "done")


def composer(view: TicketView) -> None:
    """The text area and its preview, or how the reply stands when it is not to be written."""
    mounted = area_key(view) if composes(view) else ""
    if mounted:
        _above(view)
        _offer(view)
        streamed(view)
        show_rewritten(view)
        key = mounted
        st.text_area(
            "Reply",
            draft_of(view)[1],
            key=key,
            height="content",
            label_visibility="collapsed",
            placeholder="Write to the customer…",
            on_change=_save,
            args=(view.ticket.id, draft_of(view)[0], key),
        )
        with st.container(key="words", horizontal=True, gap="small", vertical_alignment="center"):
            macros_menu(view)
            rewriting(view)
            new_draft(view)
            attach_menu(view.ticket.id)
        attached(view)
        _preview(view)
    elif view.ticket.work in ("sending", "carrying") and draft_of(view)[1]:
        paper(node("div", node("p", draft_of(view)[1], cls="typed muted"), cls="reply"), key="paper-sending")
    watch(ticket=view.ticket.id, version=draft_of(view)[0], area=mounted, on_typed=_typed, on_worked=_worked)


def _above(view: TicketView) -> None:
    """Whose words these are, and that they are kept."""
    drafted = bool(view.proposal and view.proposal.reply)
    told = [node("span", "drafted by the copilot")] if drafted else []
    if view.draft:
        whose = "your" if view.draft.person == person().id else "a colleague’s"
        told = [node("span", f"{whose} words, saved"), node("time", at=view.draft.at.isoformat())]
    about = node("p", *told, cls="row small muted") if told else None
    paper(node("div", node("p", "Reply", cls="caps"), about, cls="spread"), key="paper-above")


def _offer(view: TicketView) -> None:
    fresh = newer_reply(view)
    if fresh is None:
        return
    with st.container(key="offer", border=True, horizontal=True, vertical_alignment="center", gap="small"):
        paper(node("p", "A new draft is ready. Your text is kept."), key="paper-offer")
        arguments = (view.ticket.id, version_of(view))
        st.button("Use it", key="use-new", on_click=_choose_draft, args=(*arguments, fresh))
        st.button("Keep mine", key="keep-mine", on_click=_keep, args=(*arguments, area_key(view)))


def _choose_draft(ticket: TicketId, version: int, text: str) -> None:
    opened.attempt(ticket, lambda: desk().save_draft(person(), ticket, version, text))


def _keep(ticket: TicketId, version: int, key: str) -> None:
    _choose_draft(ticket, version, str(st.session_state.get(key, "")))


def _save(ticket: TicketId, version: int, key: str) -> None:
    _choose_draft(ticket, version, str(st.session_state[key]))


def _typed() -> None:
    watched = st.session_state.get("watch")  # gone when the browser was on another page meanwhile
    typed = watched.typed if watched else None
    if typed:
        _choose_draft(TicketId(typed["ticket"]), int(typed["version"]), str(typed["text"]))


def _worked() -> None:
    ticket = opened.current()
    if ticket:
        opened.take(ticket)


def _preview(view: TicketView) -> None:
    text = str(st.session_state.get(area_key(view), ""))
    if view.draft and view.draft.version == draft_of(view)[0]:
        text = view.draft.text
    filled = desk().preview(person(), view.ticket.id, text, changed(view)) if text.strip() else ""
    if filled == text or not filled:
        return
    paper(
        node(
            "div",
            node("p", "As the customer will read it", cls="caps"),
            node("p", *expected(filled), cls="typed"),
            node(
                "p",
                "Marked values are expected. They are filled from the receipts once the steps are done.",
                cls="small muted",
            ),
            cls="reply stack",
        ),
        key="paper-preview",
    )


def expected(filled: str) -> list[Node]:
    """The filled reply in pieces; what the desk put in ⟨⟩ is expected, not yet so."""
    return [
        node("mark", piece, cls="expected") if at % 2 else node("span", piece)
        for at, piece in enumerate(_EXPECTED.split(filled))
    ]


def send_bar(view: TicketView) -> None:
    """Approve and send, or reject. Below everything, always in sight."""
    if not composes(view):
        return
    steps = waiting_steps(view)
    drafted = view.proposal is not None and view.proposal.reply is not None
    why_not = next((waits for card in steps if (waits := _waits_for(card))), "")
    second, told = _second(view)
    why_not = why_not or ("" if second else told)
    blank = not text_of(view).strip()
    with st.container(key="send", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Approve as second" if view.first and not told else "Approve and send" if steps or drafted else "Send",
            key="approve",
            type="primary",
            shortcut="Mod+Enter",
            disabled=not view.can_act or bool(why_not),
            on_click=_approve,
            args=(view,),
        )
        st.button(
            "Send and next",
            key=f"approve-next-{view.ticket.id}-{version_of(view)}",  # a late press sends no other than was seen
            icon=":material/skip_next:",
            disabled=not view.can_act or bool(why_not) or blank,
            on_click=_approve_and_go_on,
            args=(view,),
            help="Approve, send, and open the next ticket (Alt+Enter)",
        )
        if view.can_act and (steps or drafted):
            _reject(view)
        if view.can_act and blank:
            label = "Carry out without a reply" if steps else "Close without a reply"
            st.button(
                label, key="silent", type="tertiary", disabled=bool(why_not), on_click=_approve, args=(view, True)
            )
        if why_not or told:
            paper(node("p", why_not or told, cls="small muted"), key="paper-why-not")


def _second(view: TicketView) -> tuple[bool, str]:
    """Whether there is anything left for this person to approve where one of two has, and what to say of it."""
    if view.first is None:
        return True, ""
    same = desk().is_as_approved(
        person(), view.ticket.id, reply=text_of(view), edits=changed(view), skipped=left_out(view)
    )
    if view.first.mine:
        return not same, "" if not same else "You have approved this. A second person has to."
    return True, "" if same else f"Not what {view.first.name} approved: yours would be the first approval of it."


def waiting_steps(view: TicketView) -> list[StepCard]:
    """The steps that approving would have carried out."""
    out = left_out(view)
    proposed = {step.id for step in view.proposal.steps} if view.proposal else set()
    return [
        card
        for card in view.cards
        if card.step.id in proposed - out.keys() and (card.outcome is None or card.outcome.status == "failed")
    ]


def _waits_for(card: StepCard) -> str:
    if card.may_approve:
        return ""
    role = card.ruling.ask
    return f"“{card.title}” needs {ROLES[role]}." if role else f"“{card.title}” cannot be approved now."


def _approve_and_go_on(view: TicketView) -> None:
    """What was sent can still be taken back from the next ticket, as long as it is held back."""
    to = opened.neighbour(1) or opened.neighbour(-1)
    if _attempt(view) and to is not None:
        opened.open_ticket(to)
        opened.left_behind(view.ticket.id)
        st.rerun()


def _approve(view: TicketView, silent: bool = False) -> None:
    _attempt(view, silent)


def _attempt(view: TicketView, silent: bool = False) -> bool:
    """Whether it was approved by this call.

    One attempt for one state of the ticket: the second half of a double click finds it made and does nothing.
    An empty reply closes the ticket without one, so that takes a button of its own.
    """
    ticket = view.ticket
    before = tuple(card.outcome.at for card in view.cards if card.outcome)
    attempt = (ticket.id, version_of(view), before, view.first.at if view.first else None)
    if st.session_state.get("attempted") == attempt:
        return False
    reply = text_of(view)
    if not reply.strip() and not silent:
        opened.note(ticket.id, "The reply is empty. Write a few words, or go on without a reply.")
        return False
    done = opened.attempt(
        ticket.id,
        lambda: desk().approve(
            person(),
            ticket.id,
            version_of(view),
            reply=reply,
            edits=changed(view),
            skipped=left_out(view),
            files=seen(view),
        ),
    )
    if done:
        st.session_state["attempted"] = attempt
    return done


def _reject(view: TicketView) -> None:
    with st.popover("Reject", key="reject-open", help="Reject the proposal (Alt+R)"):
        st.pills("Why", REASONS, key=f"reject-why-{view.ticket.id}")
        st.text_input("In your words", key=f"reject-words-{view.ticket.id}", placeholder="Optional")
        st.button("Reject and answer by hand", key="reject", on_click=_rejected, args=(view,))


def _rejected(view: TicketView) -> None:
    ticket = view.ticket
    parts = (st.session_state.get(f"reject-{name}-{ticket.id}") for name in ("why", "words"))
    reason = ": ".join(part for part in parts if part)
    if not reason:
        opened.note(ticket.id, "Say why in a word, so that the copilot can be mended. Nothing was rejected.")
        return
    opened.attempt(ticket.id, lambda: desk().reject(person(), ticket.id, version_of(view), reason))
