"""An advisor's work on one ticket, not sent yet: their text and what they changed in the plan, in the database."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Choices
from cx_core.views import TicketView
from pages.parts import opened
from pages.parts.choices import choices
from pages.wiring import desk, person


def version_of(view: TicketView) -> int:
    """Version of the proposal that counts."""
    return view.proposal.version if view.proposal else view.ticket.version


def draft_of(view: TicketView) -> tuple[int, str]:
    """The text to work on and the version it began from."""
    if view.draft:
        return view.draft.version, view.draft.text
    reply = view.proposal.reply if view.proposal else None
    return version_of(view), reply.text if reply else ""


def newer_reply(view: TicketView) -> str | None:
    """A drafted reply that came after the advisor's own text was begun."""
    if not (view.draft and view.proposal and view.proposal.reply):
        return None
    newer = view.proposal.version > view.draft.version and view.proposal.reply.text != view.draft.text
    return view.proposal.reply.text if newer else None


def area_key(view: TicketView) -> str:
    """Key of the text area: a fresh draft is a fresh area."""
    return f"draft-{view.ticket.id}-{draft_of(view)[0]}"


def text_of(view: TicketView) -> str:
    """What the text area holds, or will hold when it is drawn."""
    return str(st.session_state.get(area_key(view), draft_of(view)[1]))


def earlier(view: TicketView) -> tuple[str, ...]:
    """The advisor's texts before each rewriting, oldest first."""
    return view.draft.earlier if view.draft else ()


def keep(view: TicketView) -> None:
    """Keep the plan as it is chosen now, so that neither a refresh nor a colleague's look loses it."""
    chosen = choices(view)
    now = Choices(edits=chosen.edits, skipped=chosen.skipped)
    ticket, version = view.ticket.id, draft_of(view)[0]
    opened.attempt(ticket, lambda: desk().save_draft(person(), ticket, version, text_of(view), now))
