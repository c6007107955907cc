"""Middle pane, below: the reply, with chips for what receipts will say.

The draft lives in the database. A newer one is offered beside the advisor's words and never replaces them.
"""

from __future__ import annotations

import streamlit as st

from cx_core.records import TicketId
from cx_core.views import TicketView
from pages.parts.components import node, paper, watch
from pages.parts.inbox import current_ticket
from pages.parts.reply.attachments import attach_menu, attached
from pages.parts.reply.draft import (
    area_key,
    as_shown,
    as_stored,
    aside,
    draft_of,
    drop_aside,
    earlier,
    following,
    label_chips,
    newer_reply,
    outdated,
    put_back,
    put_in_area,
    save,
    shown_since,
    text_of,
    version_of,
)
from pages.parts.reply.draft_conflict import choose_text
from pages.parts.reply.macro_picker import macros_menu
from pages.parts.reply.rewrite_menu import rewriting, show_rewritten
from pages.parts.reply.sendable import sendable
from pages.parts.reply.streamed_draft import new_draft, streamed
from pages.wiring import desk, person


def composes(view: TicketView) -> bool:
    """Whether there is something to write: not once it is being carried out or done, not while somebody else has it,
    nor before whoever answers first has said what they would do.

    It stays while a new message is being read: typing goes on.
    """
    return not view.holder and not view.first_answer and view.ticket.work not in ("sending", "carrying", "done")


def composer(view: TicketView) -> None:
    """The text area, or how the reply stands when it is not to be written."""
    mounted = area_key(view) if composes(view) else ""
    if mounted:
        _above(view)
        sendable(view)
        _offer(view)
        streamed(view)
        show_rewritten(view)
        if not following(view) and view.draft is not None:
            choose_text(view, view.draft)
        label_chips(view)
        key = mounted
        st.text_area(
            "Reply",
            as_shown(view, draft_of(view)[1]),
            key=key,
            height="content",
            label_visibility="collapsed",
            placeholder="Write to the customer…",
            on_change=_save,
            args=(view, key),
        )
        with st.container(key="words", horizontal=True, gap="small", vertical_alignment="center"):
            macros_menu(view)
            rewriting(view)
            new_draft(view)
            if view.way_out.files:
                attach_menu(view.ticket.id)
        attached(view)
        _under(view)
    elif view.ticket.work in ("sending", "carrying") and draft_of(view)[1] and not view.silent:
        paper(
            node("div", node("p", as_shown(view, draft_of(view)[1]), cls="typed muted"), cls="reply"),
            key="paper-sending",
        )
    _not_kept(view, mounted)
    revision = view.draft.revision if view.draft else 0
    watch(
        ticket=view.ticket.id,
        version=draft_of(view)[0],
        area=mounted,
        stored=as_shown(view, draft_of(view)[1]),
        revision=revision,
        since=shown_since(view) if mounted else 0,
        on_typed=_typed,
        on_worked=_worked,
    )


def _above(view: TicketView) -> None:
    """Whose words these are, and that they are kept; while some are not, `watch` has the page say that instead."""
    drafted = bool(view.proposal and view.proposal.reply and text_of(view).strip())
    told = [node("span", "drafted by the copilot")] if drafted else []
    if view.draft and not view.as_drafted:
        whose = "your" if view.draft.person == person().id else "a colleague’s"
        told = [node("span", f"{whose} words, saved"), node("time", at=view.draft.at.isoformat())]
    about = node("p", *told, cls="row small muted when-saved") if told else None
    unsaved = node("p", "not saved yet", cls="small muted when-unsaved")
    paper(node("div", node("p", "Reply", cls="caps"), about, unsaved, cls="spread"), key="paper-above")


def _not_kept(view: TicketView, mounted: str) -> None:
    """Show words typed here that no text area holds any more, to be copied."""
    after = view.draft.text if view.ticket.work == "done" and view.draft else ""
    own = aside(view, mounted)
    if not own and not after:
        return
    why = f"{view.holder} began to write" if view.holder else "The reply was changed or sent elsewhere"
    told = f"{why} before your text could be saved:" if own else "Written after the reply, and not sent:"
    words = node("p", as_shown(view, own or after), cls="typed")
    paper(node("div", node("p", told), words, cls="note care stack tight"), key="paper-aside")
    if own:
        st.button("Discard these words", key="aside-gone", type="tertiary", on_click=drop_aside, args=(view.ticket.id,))


def _offer(view: TicketView) -> None:
    fresh = newer_reply(view)
    if fresh is None:
        return
    with st.container(key="offer", border=True, horizontal=True, vertical_alignment="center", gap="small"):
        folded = node("details", node("summary", "Show the new draft"), node("p", as_shown(view, fresh), cls="typed"))
        told = node("p", "A new draft is ready. Your text is kept.")
        paper(node("div", told, folded, cls="stack tight"), key="paper-offer")
        st.button(
            "Use it",
            key="use-new",
            on_click=_use_new,
            args=(view, fresh),
            help="Your text comes back with “Restore my text”",
        )
        st.button("Keep mine", key="keep-mine", on_click=_keep, args=(view,))


def _use_new(view: TicketView, text: str) -> None:
    """Callback. What it takes the place of can be gone back to."""
    before = text_of(view)
    own = (*earlier(view), before) if before.strip() else None
    save(view.ticket.id, version_of(view), area_key(view), text, earlier=own)


def _keep(view: TicketView) -> None:
    save(view.ticket.id, version_of(view), area_key(view), text_of(view))


def _save(view: TicketView, key: str) -> None:
    """Keep what the area commits; what is no chip any more loses its marks.

    Emptied by a person it is kept by `_typed`: an area also says that it is empty
    where its ticket was drawn before the draft had come.
    """
    text = as_stored(key, str(st.session_state[key]))
    if outdated(key, text):
        put_back(view, key)
    elif text.strip():
        save(view.ticket.id, draft_of(view)[0], key, text)
        if as_shown(view, text) != st.session_state[key]:  # set only then: an area that is set takes no typing
            put_in_area(view, text)


def _typed() -> None:
    watched = st.session_state.get("watch")  # gone when the browser was on another page meanwhile
    typed = watched.typed if watched else None
    if typed:
        shown, key = str(typed["text"]), str(typed["area"])
        text = as_stored(key, shown)
        if not save(TicketId(typed["ticket"]), int(typed["version"]), key, text, began=int(typed["revision"])):
            st.session_state[key] = shown  # one's own words stay in the area, whatever was taken over just before


def _worked() -> None:
    ticket = current_ticket.current()
    if ticket:
        current_ticket.stay(ticket)


def _under(view: TicketView) -> None:
    """What the customer reads besides: values that receipts fill, and that an AI helped."""
    text = text_of(view)
    chips = (
        "⟨…⟩ shows the expected result of the step. The customer sees the value from its receipt, without the brackets."
    )
    told = [chips] if as_shown(view, text) != text else []
    if text.strip() and (added := desk().inbox.added_when_sent(person(), view.ticket.id, text)):
        told.append(f"Added when it is sent: “{added}”")
    if told:
        paper(node("div", *[node("p", line, cls="small muted") for line in told]), key="paper-under")
