"""Putting words into the reply that is being written. What the advisor has typed stays."""

from __future__ import annotations

from collections.abc import Callable

from cx_core.views import Refusal, TicketView
from pages.parts.inbox import current_ticket
from pages.parts.reply.draft import area_key, draft_of, earlier, put_in_area, save, text_of
from pages.wiring import desk, person


def insert(view: TicketView, words: str, *, inline: bool = False) -> bool:
    """At the end of what is written, before the signature. Whether it was kept."""
    return into(view, lambda reply: desk().ticket_macros.with_words(person(), reply, words, inline=inline))


def into(view: TicketView, change: Callable[[str], str | Refusal], *, own: bool = True) -> bool:
    """Change the reply, in the draft that is kept and in the text area that shows it. Only in a callback.

    Where it is not one's own words that go in, those before it are kept for the way back.
    """
    ticket, version, key = view.ticket.id, draft_of(view)[0], area_key(view)
    made: list[str] = []

    before = text_of(view)

    def act() -> object:
        answer = change(before)
        if not isinstance(answer, Refusal):
            made.append(answer)
        return answer

    kept = None if own else (*earlier(view), before)
    if not current_ticket.attempt(ticket, act) or not save(ticket, version, key, made[0], earlier=kept):
        return False
    put_in_area(view, made[0])
    return True
