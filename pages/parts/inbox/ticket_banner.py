"""Middle pane: one calm line on how the ticket stands, and what to do about it."""

from __future__ import annotations

import streamlit as st

from cx_core.views import TicketView
from pages.parts.broken import on_ticket
from pages.parts.components import Node, node, paper
from pages.parts.inbox import current_ticket
from pages.parts.inbox.ticket_menu import take_back, take_back_behind
from pages.parts.reply.composer import composes
from pages.parts.reply.draft import as_shown
from pages.wiring import desk, person

NOTHING_SENT = "Nothing is sent to the customer."


def standing(view: TicketView) -> None:
    """What an advisor must know before reading on: who has it, what is happening, what went wrong."""
    notes = [
        on_ticket(),
        _holder(view),
        _stopped(view),
        _viewers(view),
        _code(view),
        _check(view),
        _state(view),
        _taken_back(view),
        _waiting(view),
        _first(view),
        _since(view),
        _outdated(view),
    ]
    shown = [one for one in (*notes, _noted(view)) if one]
    if shown:
        paper(node("div", *shown, cls="stack tight"), key="paper-standing")
    take_back(view)
    if view.first is not None and view.first.may_withdraw:
        label = "Withdraw approval" if view.first.mine else f"Withdraw {view.first.name}’s approval"
        st.button(label, key="withdraw-first", icon=":material/undo:", on_click=_take_back_first, args=(view,))
    take_back_behind()
    if (view.ticket.work == "failed" or view.outdated) and not view.holder:
        st.button("Re-read ticket", key="read-again", on_click=_read_again, args=(view,))


def _holder(view: TicketView) -> Node | None:
    text = f"{view.holder} is working on this ticket. You can view it; it will be free again once they leave it."
    return node("p", text, cls="note care") if view.holder else None


def _stopped(view: TicketView) -> Node | None:
    """What a stop means for this ticket: what was approved says so in its place, see `_state`."""
    if not view.stopped or view.ticket.work not in ("ready", "returned"):
        return None
    return node("p", f"Copilot stopped: {_titles(view)}. {_what_goes(view)}", cls="note bad")


def _what_goes(view: TicketView) -> str:
    """What of the plan as it stands is carried out in spite of a stop, and what is not."""
    left_out = view.draft.choices.skipped if view.draft else {}
    steps = {step.id for step in view.proposal.steps} if view.proposal else set()
    planned = [card for card in view.cards if card.step.id in steps and card.step.id not in left_out]
    held = [card.title for card in planned if card.step.id in view.held_steps]
    others = [card.title for card in planned if card.step.id not in view.held_steps]
    if not planned:
        return "No action is planned here: a reply that you approve is sent."
    goes = f"Not stopped: {'; '.join(others)}." if others else ""
    if not held:
        return goes
    rest = "the rest" if others else "a reply alone"
    return f"Not carried out until it is resumed: {'; '.join(held)}. Leave that out to send {rest}. {goes}".rstrip()


def _titles(view: TicketView) -> str:
    return "; ".join(f"{stop.title}, by {stop.by} (“{stop.reason}”)" for stop in view.stopped)


def _held(view: TicketView) -> Node:
    text = (
        f"Approved, then stopped: {_titles(view)}. What was approved and is not done yet will not be done, and nothing "
        "is sent. The ticket comes back."
    )
    return node("p", text, cls="note bad")


def _check(view: TicketView) -> Node | None:
    """That what was shown before was a check, unless that has just been told."""
    return node("p", view.check, cls="note") if view.check and not current_ticket.noted(view.ticket.id) else None


def _viewers(view: TicketView) -> Node | None:
    """Colleagues who have it open too: whoever changes something first has it."""
    others = [name for name in view.viewers if name != view.holder]
    if not others:
        return None
    verb = "has" if len(others) == 1 else "have"
    return node("p", f"{' and '.join(others)} {verb} this ticket open too.", cls="note")


def _code(view: TicketView) -> Node | None:
    """How the last one-time code stands."""
    code = view.code
    if code is None or code.state == "void" or view.ticket.status == "closed":
        return None
    asked = f"{code.by} asked for it" if code.by else "The copilot asked for it"
    match code.state:
        case "sending" | "sent":
            at = node("time", at=code.until.isoformat(), cls="small muted")
            text = f"A one-time code is on its way to {code.to}. {asked}. It counts until"
            return node("p", node("span", text), at, cls="note busy row")
        case "confirmed" if code.counts:
            return node("p", f"The customer is confirmed by a code that was sent to {code.to}.", cls="note good")
        case "confirmed":
            return node("p", "A code was entered here earlier. It does not count any more.", cls="note")
        case "expired":
            return node("p", f"The code that was sent to {code.to} has expired without being entered.", cls="note care")
        case "failed" | "denied":
            return node("p", f"The customer is not confirmed. {code.why}", cls="note care")


def _waiting(view: TicketView) -> Node | None:
    return (
        node("p", "There is a new message the copilot has not read yet. Reading it now.", cls="note busy")
        if view.waiting
        else None
    )


def _outdated(view: TicketView) -> Node | None:
    """What the draft rests on changed: what to do is said, since nothing of a person's words is touched."""
    if not view.outdated:
        return None
    then = "Re-read the ticket to get a draft based on what is in force now; your own text is kept."
    return node("div", *[node("p", text) for text in view.outdated], node("p", then), cls="note care stack tight")


def _since(view: TicketView) -> Node | None:
    """Why the plan is another one than a minute ago."""
    proposal = view.proposal
    if proposal is None or not proposal.since or view.ticket.work not in ("ready", "returned"):
        return None
    lead = "Prepared again, since the customer’s records changed."
    return node("div", node("p", lead), *[node("p", text) for text in proposal.since], cls="note care stack tight")


def _first(view: TicketView) -> Node | None:
    """Two people are needed, and one has approved: who, what, and what is left to do."""
    first = view.first
    if first is None:
        return None
    who = "You have approved this" if first.mine else f"{first.name} has approved this"
    then = "It is waiting for a second person to approve exactly the same thing."
    if not first.mine:
        then = "It needs a second approval: approve it unchanged, or change it and yours becomes the first approval."
    reply = as_shown(view, first.reply)
    left_out = [node("p", f"Left out: {why}", cls="small muted") for why in first.skipped]
    return node(
        "div",
        node("p", f"{who}. {then}"),
        node(
            "p",
            node("span", "Approved"),
            node("time", at=first.at.isoformat()),
            node("span", "· valid until"),
            node("time", at=first.until.isoformat()),
            cls="row small muted",
        ),
        node("details", node("summary", "The reply that was approved"), node("p", reply, cls="typed"), *left_out)
        if first.reply
        else None,
        cls="note care stack tight",
    )


def _take_back_first(view: TicketView) -> None:
    ticket = view.ticket
    st.session_state.pop("attempted", None)
    current_ticket.attempt(ticket.id, lambda: desk().approvals.withdraw(person(), ticket.id, ticket.version))


def _noted(view: TicketView) -> Node | None:
    current_ticket.let_note_go(view)
    places: tuple[current_ticket.Place, ...] = ("above",) if composes(view) else ("above", "send")
    text = current_ticket.noted(view.ticket.id, *places)
    return node("p", text, cls="note care") if text else None


def _state(view: TicketView) -> Node | None:
    if view.ticket.simulated:
        return node("p", "Simulated history for the demo. None of this really happened.", cls="note care")
    if view.held and view.ticket.work in ("sending", "carrying"):
        return _held(view)
    match view.ticket.work:
        case "reading":
            return None if view.waiting else node("p", "The copilot is reading this ticket.", cls="note busy")
        case "sending" | "carrying":
            return node("p", f"Approved. {_under_way(view)}", cls="note busy")
        case "returned":
            return _returned(view)
        case "failed":
            return node("p", "The copilot could not read this ticket. Reply manually.", cls="note bad")
        case "done":
            return _done(view)
        case "ready":
            return None


def _under_way(view: TicketView) -> str:
    """What happens after an approval: while it can still be taken back, and then."""
    steps, held_back = any(not card.left_out for card in view.cards), view.ticket.work == "sending"
    if view.silent:
        begins = "The steps begin in a few seconds." if steps else "It takes effect in a few seconds."
        runs = "The steps are being carried out." if steps else ""
        return f"{begins if held_back else runs} {NOTHING_SENT}".lstrip()
    if held_back:
        return "It goes out in a few seconds."
    if steps:
        return "The steps are being carried out; the reply will be sent once each one is verified."
    return "The reply is being sent."


def _done(view: TicketView) -> Node:
    if view.ticket.erased:
        return node("p", "Erased. What was said here and who wrote it cannot be read any more.", cls="note")
    if view.ticket.merged_into:
        return node("p", f"Merged into {view.ticket.merged_into}: this conversation has been moved there.", cls="note")
    if view.ticket.imported is not None and not view.ticket.version:
        return node("p", f"Imported from {view.ticket.imported.words}. It was handled there.", cls="note")
    closed = "Closed" if view.ticket.status in ("solved", "closed") else "Done"
    done = f"{closed} without a reply." if view.silent else "Answered."
    return node("p", f"{done} Alt + J opens the next ticket.", cls="note good")


def _taken_back(view: TicketView) -> Node | None:
    """It stands until somebody has answered, whatever the customer writes meanwhile."""
    if not view.taken_back or view.ticket.work in ("sending", "carrying"):
        return None
    acts = ", ".join(f"“{title}”" for title in dict.fromkeys(view.taken_back))
    text = f"Undone after the customer was told: {acts}. They have not been informed yet: please write to them."
    return node("p", text, cls="note bad")


def _returned(view: TicketView) -> Node | None:
    """It came back: a step failed, or a person took something back and the reasons are in the proposal."""
    failed = [card for card in view.cards if card.outcome and card.outcome.status == "failed"]
    if not failed and view.taken_back:
        return None  # said below, with what is left to do: see `_taken_back`
    if not failed:
        return node("p", view.proposal.why if view.proposal else "This ticket came back.", cls="note care")
    done = [card.title for card in view.cards if card.outcome and card.outcome.status == "done"]
    what = f"Not done: {'; '.join(card.title for card in failed)}."
    kept = f" Already done and will not be repeated: {'; '.join(done)}." if done else ""
    then = " Nothing was sent and your text is kept." if view.draft and not view.as_drafted else " Nothing was sent."
    then += "" if view.held else " Edit the step, leave it out, or send again as it is."
    return node("p", what + kept + then, cls="note bad")


def _read_again(view: TicketView) -> None:
    ticket = view.ticket.id
    current_ticket.attempt(ticket, lambda: desk().inbox.read_again(person(), ticket))
