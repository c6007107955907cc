"""Below everything, always in sight: send with the actions that are ticked, or reject; and what the ticket is then."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Leaves
from cx_core.views import StepCard, TicketView
from cx_core.views.tickets import NeedsRole
from pages.parts.components import node, paper
from pages.parts.inbox import current_ticket
from pages.parts.inbox.plan_choices import changed, choices, left_out, reasonless
from pages.parts.reply import afterwards
from pages.parts.reply.attachments import seen
from pages.parts.reply.composer import composes
from pages.parts.reply.confirm_reply import confirmed, other_refusal, show_unconfirmed
from pages.parts.reply.draft import conflicts, draft_of, revision_of, text_of, version_of
from pages.parts.reply.draft_conflict import CHOOSE
from pages.parts.reply.sendable import not_sendable
from pages.parts.words import ROLES
from pages.wiring import desk, person

REASONS = ("Wrong issue", "Wrong facts", "Wrong action", "Wrong tone", "Needs a call")


def send_bar(view: TicketView) -> None:
    """Send, or reject. Below everything, always in sight."""
    if not composes(view):
        if view.ticket.work == "done":
            afterwards.forget(view)
        return
    steps = waiting_steps(view)
    drafted = view.proposal is not None and view.proposal.reply is not None
    why_not = _unsaid(view) or not_sendable(view) or next((waits for card in steps if (waits := _waits_for(card))), "")
    second, told = _second(view)
    why_not = why_not or ("" if second else told) or (CHOOSE if conflicts(view) else "")
    other = desk().ticket_lifecycle.reply_needs(person(), view.ticket.id, text_of(view)) if view.can_act else None
    no_reply = why_not or (other.why if other else "")
    blank, leaves = not text_of(view).strip(), afterwards.shown(view)
    if refused := other_refusal(view):
        paper(node("p", refused, cls="note care"), key="paper-not-sent")
    show_unconfirmed(view)
    of = f"{view.ticket.id}-{version_of(view)}"  # in the keys: a late press sends no other than was seen
    with st.container(key="send", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            _label(view, steps, told),
            key=f"approve-{of}",
            type="primary",
            disabled=not view.can_act or bool(no_reply),
            on_click=_approve,
            args=(view, leaves),
            help="From the reply: Ctrl or ⌘ + Enter",  # keys.js: Streamlit's own shortcut works from any field
        )
        st.button(
            "Send and next",
            key=f"approve-next-{of}",
            icon=":material/skip_next:",
            disabled=not view.can_act or bool(no_reply) or blank,
            on_click=_approve_and_go_on,
            args=(view, leaves),
            help="Approve, send, and open the next ticket (Alt+Enter)",
        )
        if view.can_act and (steps or drafted):
            _reject(view)
        if view.can_act and (blank or _closes(view, steps)):
            st.button(
                _silent(steps, leaves),
                key=f"silent-{of}",
                type="tertiary",
                disabled=bool(why_not),
                on_click=_approve,
                args=(view, leaves, True),
                help="Nothing is sent to the customer",
            )
        if view.can_act:
            afterwards.field(view, of, leaves)
        if no_reply or told:
            paper(node("p", no_reply or told, cls="small muted"), key="paper-why-not")
        if view.can_act and (above := _above(steps, other)) is not None:
            st.button(
                f"Hand over to {ROLES[above.role]}",
                key=f"hand-to-role-{of}",
                icon=":material/supervisor_account:",
                on_click=_hand_over,
                args=(view, above),
                help="Everybody with that role is told; your text and changes stay with the ticket",
            )


def _closes(view: TicketView, steps: list[StepCard]) -> bool:
    """Whether the ticket can be closed in place of what the copilot drafted: not over words of a person's own."""
    own = text_of(view) != draft_of(view)[1] or (view.draft is not None and not view.as_drafted)
    return not steps and not own and view.first is None


def _silent(steps: list[StepCard], leaves: Leaves) -> str:
    """What pressing the button that sends nothing will do; `leaves` is what the field beside it says."""
    does = _acts(steps).capitalize() if steps else "Close" if leaves == "solved" else afterwards.AFTER[leaves]
    return f"{does} without a reply"


def _second(view: TicketView) -> tuple[bool, str]:
    """Whether there is anything left for this person to approve where one of two has, and what to say of it."""
    if view.first is None:
        return True, ""
    same = desk().dual_approval.is_as_approved(
        person(), view.ticket.id, reply=text_of(view), edits=changed(view), skipped=left_out(view)
    )
    if view.first.mine:
        return not same, "" if not same else "You have approved this. A second person still needs to."
    return True, "" if same else f"Not what {view.first.name} approved: yours would be the first approval of it."


def _label(view: TicketView, steps: list[StepCard], told: str) -> str:
    """What pressing it will do."""
    does = f"Send and {_acts(steps)}" if steps else "Send"
    if view.first and not told:
        return f"Give second approval: {does[0].lower()}{does[1:]}"
    if any(card.ruling.people > 1 for card in steps):
        return "Give first approval"
    return does


def _acts(steps: list[StepCard]) -> str:
    return f"run {len(steps)} action{'' if len(steps) == 1 else 's'}"


def _unsaid(view: TicketView) -> str:
    """What was begun on a step and not finished: unticked without a reason, or values that nobody has confirmed."""
    chosen = choices(view)
    if unexplained := reasonless(view):
        return f"Say why “{unexplained[0].title}” is left out."
    title = next((card.title for card in view.cards if card.step.id == chosen.editing), "")
    return f"Press Done or Cancel on “{title}” first." if title else ""


def waiting_steps(view: TicketView) -> list[StepCard]:
    """The steps that approving would have carried out."""
    out = left_out(view).keys()
    proposed = {step.id for step in view.proposal.steps} if view.proposal else set()
    return [
        card
        for card in view.cards
        if card.step.id in proposed - out and (card.outcome is None or card.outcome.status == "failed")
    ]


def _waits_for(card: StepCard) -> str:
    if card.may_approve:
        return ""
    if card.ruling.ask is None:
        return f"“{card.title}” cannot be approved now."
    return f"“{card.title}” needs {ROLES[card.ruling.ask]}. {_why(card)}".rstrip()


def _why(card: StepCard) -> str:
    return f"{card.ruling.reasons[0]}." if card.ruling.reasons else ""


def _above(steps: list[StepCard], reply: NeedsRole | None) -> NeedsRole | None:
    """The role that has to go on in this person's place, for a step or for the reply, and why."""
    waits = next((card for card in steps if not card.may_approve and card.ruling.ask is not None), None)
    if waits is None or waits.ruling.ask is None:
        return reply
    return NeedsRole(role=waits.ruling.ask, why=f"“{waits.title}”: {_why(waits)}")


def _hand_over(view: TicketView, above: NeedsRole) -> None:
    ticket, given = view.ticket.id, list[str]()

    def hand() -> object:
        told = desk().ticket_lifecycle.hand_to_role(person(), ticket, above.role, above.why)
        given.extend(told if isinstance(told, tuple) else ())
        return told

    if current_ticket.attempt(ticket, hand):
        current_ticket.note(ticket, f"Handed over. Told: {', '.join(given)}.")


def _approve_and_go_on(view: TicketView, leaves: Leaves) -> None:
    """What was sent can still be taken back from the next ticket, as long as it is held back."""
    to = current_ticket.neighbour(1) or current_ticket.neighbour(-1)
    if _attempt(view, leaves) and to is not None:
        current_ticket.open_ticket(to)
        current_ticket.left_behind(view.ticket.id)
        st.rerun()


def _approve(view: TicketView, leaves: Leaves, silent: bool = False) -> None:
    _attempt(view, leaves, silent)


def _attempt(view: TicketView, leaves: Leaves, silent: bool = False) -> bool:
    """Whether it was approved by this call. `leaves` is what the page showed; what was just chosen goes before it.

    One attempt for one state of the ticket: the second half of a double click finds it made and does nothing.
    What sends nothing takes a button of its own (`silent`): the drafted words are left aside.
    """
    ticket = view.ticket
    before = tuple(card.outcome.at for card in view.cards if card.outcome)
    attempt = (ticket.id, version_of(view), before, view.first.at if view.first else None)
    if st.session_state.get("attempted") == attempt:
        return False
    reply = "" if silent else text_of(view)
    if unsaid := _unsaid(view):
        current_ticket.note(ticket.id, unsaid, "send")
        return False
    if not reply.strip() and not silent:
        current_ticket.note(ticket.id, "The reply is empty. Write something, or continue without a reply.", "send")
        return False
    done = current_ticket.attempt(
        ticket.id,
        lambda: desk().approvals.approve(
            person(),
            ticket.id,
            version_of(view),
            reply=reply,
            edits=changed(view),
            skipped=left_out(view),
            files=seen(view),
            confirmed=confirmed(view),
            seen=revision_of(view),
            leaves=afterwards.chosen(view) or leaves,
        ),
        "send",
    )
    if done:
        st.session_state["attempted"] = attempt
    return done


def _reject(view: TicketView) -> None:
    with st.popover("Reject", key=current_ticket.menu("reject-open"), help="Reject the proposal (Alt+R)"):
        st.pills("Why", REASONS, key=f"reject-why-{view.ticket.id}")
        st.text_input(
            "In your words", key=f"reject-words-{view.ticket.id}", placeholder="Optional", persist_state="session"
        )
        st.button(
            "Reject and reply manually",
            key=f"reject-{view.ticket.id}-{version_of(view)}",
            on_click=_rejected,
            args=(view,),
        )


def _rejected(view: TicketView) -> None:
    ticket = view.ticket
    parts = (st.session_state.get(f"reject-{name}-{ticket.id}") for name in ("why", "words"))
    reason = ": ".join(part for part in parts if part)
    if not reason:
        current_ticket.note(ticket.id, "Give a short reason so that the copilot can improve. Nothing was rejected.")
        return
    if current_ticket.attempt(
        ticket.id, lambda: desk().approvals.reject(person(), ticket.id, version_of(view), reason)
    ):
        current_ticket.close_menus()
