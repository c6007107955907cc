"""Two texts for one reply, kept by two tabs or two people: both are shown, and a person chooses."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Choices, Draft
from cx_core.views import TicketView
from pages.parts.components import node, paper
from pages.parts.inbox.plan_choices import choices
from pages.parts.reply.draft import area_key, as_shown, put_in_area, save, stored_text, text_of
from pages.wiring import person

CHOOSE = "This reply has since been changed elsewhere. Choose which version to keep."


def choose_text(view: TicketView, draft: Draft) -> None:
    """The other text, `draft`, beside the one in the area. The one that is not chosen can be gone back to."""
    where = "in another tab of yours" if draft.person == person().id else "by a colleague"
    with st.container(key="choose-text", border=True, gap="small"):
        head = node("p", f"Since changed {where}", cls="caps")
        paper(
            node("div", head, node("p", as_shown(view, draft.text), cls="typed"), cls="stack tight"),
            key="paper-other-text",
        )
        with st.container(horizontal=True, gap="small"):
            st.button("Use that text", key="use-other", on_click=_use_other, args=(view, draft))
            st.button("Keep mine", key="keep-own", on_click=_keep_own, args=(view, draft))


def _use_other(view: TicketView, other: Draft) -> None:
    _choose(view, other, other.text, text_of(view))


def _keep_own(view: TicketView, other: Draft) -> None:
    _choose(view, other, text_of(view), other.text)


def _choose(view: TicketView, other: Draft, text: str, left: str) -> None:
    """Keep one text over exactly the revision that was shown beside it, with the plan as this page shows it.

    The desk may draft the text anew for that plan.
    """
    chosen = choices(view)
    plan = Choices(edits=chosen.edits, skipped=chosen.skipped)
    before = (*other.earlier, left)
    if save(view.ticket.id, other.version, area_key(view), text, plan, before, over=other.revision):
        put_in_area(view, stored_text(view))
