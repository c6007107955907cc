"""Whether the visitor of a web chat is still there, above the reply to them."""

from __future__ import annotations

from cx_core.views import TicketView
from pages.parts.components import visitor_line
from pages.wiring import desk, person


def presence(view: TicketView) -> None:
    """One line for a ticket that came by a widget; nothing for any other."""
    if view.ticket.channel != "chat" or view.ticket.erased:
        return
    seen = desk().chat_presence.visitor(person(), view.ticket.id)
    if seen is not None:
        visitor_line(ticket=view.ticket.id, seen=seen.model_dump(mode="json"))
