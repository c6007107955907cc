"""Files with messages: what the customer sent, and what goes with the reply."""

from __future__ import annotations

from functools import partial

import streamlit as st

from cx_core.records import Attachment, AttachmentId, MessageId, TicketId
from cx_core.views import TicketView
from pages.parts.components import Node, filed, node, paper
from pages.parts.inbox import current_ticket
from pages.parts.words import file_size
from pages.wiring import desk, person

KINDS = {"application/pdf": "PDF", "text/plain": "Text"}
TAKEN = ("jpg", "jpeg", "png", "webp", "gif", "pdf", "txt", "csv", "log", "md")
"""What the dialogue offers. What is taken is decided in the core, by looking into the file."""


def files_of(view: TicketView, message: MessageId | None) -> list[Node]:
    """The files of one message, or with None those that wait with the reply."""
    return [_drawn(one) for one in view.attachments if one.message == message]


def attach_menu(ticket: TicketId) -> None:
    """Choose files, or drop them here; each is with the reply as soon as it was looked into."""
    with st.popover(
        "Attach a file", key=current_ticket.menu("attach-open"), icon=":material/attach_file:", type="tertiary"
    ):
        key = f"attach-{ticket}"
        st.file_uploader(
            "Images, PDF or plain text",
            TAKEN,
            accept_multiple_files=True,
            key=key,
            on_change=_attach,
            args=(ticket, key),
            max_upload_size=max(1, desk().ticket_attachments.attachment_limit() // 1_000_000),
        )


def attached(view: TicketView) -> None:
    """The files that go with the reply, each with a way to take it away again."""
    waiting = [one for one in view.attachments if one.message is None]
    for place, one in enumerate(waiting, 1):
        with st.container(key=f"attached-{place}", horizontal=True, vertical_alignment="center", gap="small"):
            paper(_drawn(one, "file waits"), key=f"paper-attached-{place}")
            st.button(
                f"Remove file {place}",
                key=f"detach-{one.id}",
                icon=":material/close:",
                type="tertiary",
                help="Remove",
                on_click=_detach,
                args=(view.ticket.id, one.id),
            )


def seen(view: TicketView) -> tuple[AttachmentId, ...]:
    """The files that go with the reply, as this page shows them."""
    return tuple(one.id for one in view.attachments if one.message is None)


def _attach(ticket: TicketId, key: str) -> None:
    """Each file on its own: one that is refused keeps no other away.

    The uploader hands over all it holds whenever one more has come, so each is known by its id.
    """
    done: set[str] = st.session_state.setdefault("uploaded", set())
    refused = []
    for file in st.session_state.get(key) or ():
        if file.file_id in done:
            continue
        done.add(file.file_id)
        if not current_ticket.attempt(
            ticket, partial(desk().ticket_attachments.attach, person(), ticket, file.name, file.getvalue())
        ):
            refused.append(current_ticket.noted(ticket))
    if refused:
        current_ticket.note(ticket, " ".join(refused), "send")
    else:
        current_ticket.close_menus()


def _detach(ticket: TicketId, id: AttachmentId) -> None:
    current_ticket.attempt(ticket, lambda: desk().ticket_attachments.detach(person(), ticket, id))


def _drawn(one: Attachment, cls: str = "file") -> Node:
    if one.trouble:
        return node("p", f"“{one.name}” was not kept: {one.trouble}", cls="note care small")
    facts = node("span", f"{KINDS.get(one.media_type, 'Picture')}, {file_size(one.size)}", cls="small muted")
    save = filed("a", one.id, "Download", label=f"Save {one.name}", cls="small")
    line = node("p", node("span", one.name, cls="who"), facts, save, cls="row")
    if not one.is_picture:
        return node("div", line, cls=cls)
    picture = filed("a", one.id, filed("img", one.id, label=f"Picture {one.name}"), preview=True, tip="Show larger")
    return node("div", picture, line, cls=cls)
