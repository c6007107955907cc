"""Right pane: the plan, a card for each step in plain words, with what backs it and why it waits."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cx_core.records import EVERYTHING, Argument, Finding, Outcome, Ruling, StepId, TicketId, Value
from cx_core.views import StepCard, TicketView
from pages.parts.components import Node, node, paper
from pages.parts.inbox import current_ticket
from pages.parts.inbox.goal_lines import goal_lines
from pages.parts.inbox.plan_choices import PlanChoices, choices, forbidden
from pages.parts.inbox.step_editor import edit_form
from pages.parts.reply.draft import keep
from pages.parts.words import ROLES, shown, sourced, titled
from pages.wiring import desk, person

UNDO_ASKED = "undo-asked"
"""Where the session keeps which step is about to be undone, while the question is open."""


def plan(view: TicketView) -> None:
    """Every card, or why there are none."""
    why = view.proposal.why if view.proposal and view.ticket.work != "done" else ""  # of what its answer has ended
    general = _general_findings(view)
    if general and not view.cards and view.packet is not None:
        notes = [node("p", finding.text, cls="note care") for finding in general]
        paper(node("div", *notes, cls="stack tight"), key="paper-noticed")
    elif view.cards or (why and view.packet is None):
        by_hand = bool(view.proposal and view.proposal.route == "person")
        owed = _owed(view)
        title = "Why this needs a person" if by_hand else "Plan" if view.cards else "No action needed"
        title = "Left for a person to do" if owed and not (by_hand or view.cards) else title
        paper(
            node(
                "div",
                node("p", title, cls="caps"),
                node("p", why, cls="muted") if why else None,
                goal_lines(view),
                *[node("p", f"The draft says that a colleague sees to this. {what}", cls="note care") for what in owed],
                _alone(view),
                *[node("p", finding.text, cls="note care") for finding in general],
                cls="stack tight",
            ),
            key="paper-plan",
        )
    for number, card in enumerate(view.cards, start=1):
        _card(view, card, number)


def _owed(view: TicketView) -> list[str]:
    """What the draft says that a colleague will do, in the words for colleagues: sending it does none of that."""
    parts = view.proposal.parts if view.proposal and view.proposal.route != "person" else ()
    return [part.note or part.text for part in parts if part.hands_on and part.text]


def _alone(view: TicketView) -> Node | None:
    """The three questions, where its task types may act alone."""
    if not view.alone:
        return None
    lines = [
        node(
            "div",
            node("span", one.asks),
            node("span", one.why_not or "yes", cls="chip care" if one.why_not else "chip good"),
            cls="spread small",
        )
        for one in view.alone
    ]
    return node("div", node("p", "Without a person?", cls="caps"), *lines, cls="stack tight")


def _general_findings(view: TicketView) -> list[Finding]:
    return [finding for finding in view.proposal.findings if finding.step is None] if view.proposal else []


def _card(view: TicketView, card: StepCard, number: int) -> None:
    chosen = choices(view)
    step = card.step.id
    with st.container(border=True, key=f"card-{step}", gap="small"):
        paper(node("div", *_body(card, number, chosen, view), cls="stack"), key=f"paper-card-{step}")
        if card.may_undo:
            _undo(view, card)
        if not view.can_act or view.ticket.work not in ("ready", "returned") or forbidden(card) or _settled(card):
            return
        if chosen.editing == step:
            edit_form(view, card)
        else:
            _buttons(view, card)
            if chosen.skipped.get(step) == "":
                _reason(view, step)


def _settled(card: StepCard) -> bool:
    """Done, or done and taken back: sending does nothing about it. To do it again is another action."""
    return card.outcome is not None and card.outcome.status != "failed"


def _body(card: StepCard, number: int, chosen: PlanChoices, view: TicketView) -> list[Node | None]:
    out = card.left_out or chosen.skipped.get(card.step.id)
    label, state = _state(card, chosen, view)
    edits = chosen.edits.get(card.step.id, {})
    head = node(
        "div",
        node("h3", f"{number}. {card.title}", cls="gone" if out else ""),
        node("span", label, cls=f"chip {state}"),
        cls="spread",
    )
    if out:
        return [head, node("p", f"Left out: {out}", cls="small muted")]
    facts = [one for argument in card.step.arguments for one in _argument(argument, edits)]
    return [
        head,
        node("p", card.words) if card.words and card.words != card.title and not edits else None,
        node("dl", *facts, cls="facts") if facts else None,
        *[node("p", text, cls="note care") for text in card.findings],
        None if _settled(card) else _why(card.ruling, changed=bool(edits)),
        *(_outcome(card.outcome) if card.outcome else ()),
    ]


def _argument(argument: Argument, edits: Mapping[str, Value]) -> tuple[Node, Node]:
    edited = argument.name in edits
    changed = edited and edits[argument.name] != argument.value
    value = _readable(argument, edits[argument.name] if changed else argument.value)
    source = "changed by you" if changed else "confirmed by you" if edited else sourced(argument.source, person().id)
    cls = "source none" if argument.source.kind == "none" and not edited else "source"
    return (
        node("dt", titled(argument.name)),
        node("dd", node("span", value, cls="changed" if changed else ""), node("span", source, cls=cls)),
    )


def _readable(argument: Argument, value: Value) -> str:
    """An id reads better with its label, where an option tells it."""
    label = next((option.label for option in argument.options if option.value == value), "")
    return f"{label} ({value})" if label and isinstance(value, str) and value not in label else label or shown(value)


def _state(card: StepCard, chosen: PlanChoices, view: TicketView) -> tuple[str, str]:
    if card.outcome:
        return {"done": ("Done", "good"), "failed": ("Not done", "bad"), "undone": ("Undone", "care")}[
            card.outcome.status
        ]
    if card.left_out or card.step.id in chosen.skipped:
        return "Left out", ""
    if view.ticket.work == "sending":
        return "Approved, not started", "busy"
    if view.ticket.work == "carrying":
        return "Being carried out", "busy"
    if chosen.edits.get(card.step.id):
        return "Changed", "good"
    if card.ruling.people > 1:
        return _asked_of_two(card, view)
    return _asked(card)


def _asked_of_two(card: StepCard, view: TicketView) -> tuple[str, str]:
    if view.first is None:
        return "Needs two people", "care"
    return (
        "Needs your second approval" if card.may_approve and not view.first.mine else "Awaiting second approval"
    ), "care"


def _asked(card: StepCard) -> tuple[str, str]:
    match card.ruling.answer:
        case "allow":
            return "Can run automatically", ""
        case "deny":
            return "Not allowed", "bad"
        case "ask":
            asks = ROLES[card.ruling.ask] if card.ruling.ask else "a person"
            return ("Needs you" if card.may_approve else f"Needs {asks}"), ("" if card.may_approve else "care")


def _why(ruling: Ruling, *, changed: bool) -> Node | None:
    """What the policy says of it; of values that were changed since, it says so when they are sent."""
    if changed:
        return node("p", "The rules check your changes when you send.", cls="small muted")
    if not ruling.reasons and not ruling.policies:
        return None
    people = ("Two people must approve exactly the same",) if ruling.people > 1 else ()
    policies = f"Policy {', '.join(ruling.policies)}" if ruling.policies else ""
    why = "; ".join((*ruling.reasons, *people))
    return node(
        "p",
        node("span", why) if why else None,
        node("span", policies, cls="chip") if policies else None,
        cls="row small muted",
    )


def _outcome(outcome: Outcome) -> list[Node | None]:
    if outcome.status == "failed":
        return [node("p", outcome.message or "The system did not carry this out.", cls="note bad")]
    if outcome.receipt is None:
        return [node("p", outcome.message, cls="note") if outcome.message else None]
    receipt = outcome.receipt
    fields = [
        one for name, value in receipt.fields.items() for one in (node("dt", titled(name)), node("dd", shown(value)))
    ]
    read = "" if outcome.status == "undone" else " · verified" if outcome.verified else " · not verified"
    facts = f"Receipt {receipt.reference}{read} ·"
    return [
        node(
            "div",
            node("span", facts),
            node("time", at=outcome.at.isoformat()),
            cls="row small muted",
        ),
        node("details", node("summary", "System response"), node("dl", *fields, cls="facts small")) if fields else None,
        node("p", outcome.message, cls="note") if outcome.message else None,
    ]


def _buttons(view: TicketView, card: StepCard) -> None:
    """Nothing is done here: a tick says what sending will do, and without it the step is left out."""
    step = card.step.id
    wanted = step not in choices(view).skipped
    st.session_state[key := f"do-{view.ticket.id}-{step}"] = wanted
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.checkbox("Do this when I send", key=key, on_change=_ticked, args=(view, step, key))
        if wanted and card.step.arguments:
            st.button("Edit", key=f"edit-{step}", on_click=_edit, args=(view, step))


def _ticked(view: TicketView, step: StepId, key: str) -> None:
    if st.session_state.get(key):
        _put_back(view, step)
    else:
        current_ticket.take(view.ticket.id)
        choices(view).skipped[step] = ""
        keep(view)


def _reason(view: TicketView, step: StepId) -> None:
    key = f"why-{view.ticket.id}-{step}"
    with st.container(key=f"fields-leave-{step}", gap="small"):
        st.text_input("Why is it left out?", key=key, placeholder="A few words", persist_state="session")
        with st.container(horizontal=True, gap="small"):
            st.button("Leave out", key=f"out-{step}", on_click=_left_out, args=(view, step, key))
            st.button("Cancel", key=f"stay-{step}", type="tertiary", on_click=_put_back, args=(view, step))


def _edit(view: TicketView, step: StepId) -> None:
    current_ticket.take(view.ticket.id)
    choices(view).editing = step


def _left_out(view: TicketView, step: StepId, key: str) -> None:
    reason = str(st.session_state.get(key) or "").strip()
    if not reason:
        current_ticket.note(view.ticket.id, "Say in a few words why this step is left out.")
        return
    choices(view).skipped[step] = reason
    keep(view)


def _put_back(view: TicketView, step: StepId) -> None:
    if choices(view).skipped.pop(step, None) is not None:
        keep(view)


def _undo(view: TicketView, card: StepCard) -> None:
    """A button that opens the question: what would be taken back, and what the customer knows of it."""
    until = card.outcome.receipt.undo_until if card.outcome and card.outcome.receipt else None
    stop = next((one for one in desk().kill_switches.stops(person()) if one.name == EVERYTHING), None)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            f"Undo “{card.title}”…",
            key=f"undo-open-{card.step.id}",
            on_click=_ask_undo,
            args=(view.ticket.id, card),
            disabled=stop is not None,
        )
        if until:
            until_when = node("time", at=until.isoformat())
            paper(
                node("p", node("span", "available until"), until_when, cls="row small muted"),
                key=f"paper-undo-{card.step.id}",
            )
    if stop is not None:
        paper(node("p", stop.no_undo, cls="small muted"), key=f"paper-no-undo-{card.step.id}")
    elif st.session_state.get(UNDO_ASKED) == (view.ticket.id, card.version, card.step.id):
        _undo_question(view, card)


def _ask_undo(ticket: TicketId, card: StepCard) -> None:
    st.session_state[UNDO_ASKED] = (ticket, card.version, card.step.id)


def _keep() -> None:
    st.session_state.pop(UNDO_ASKED, None)


def _kept() -> None:
    _keep()
    st.rerun()


@st.dialog("Undo this?", on_dismiss=_keep)
def _undo_question(view: TicketView, card: StepCard) -> None:
    question = [node("p", line) for line in _what_undo_does(view, card)]
    paper(node("div", *question, cls="stack tight"), key=f"paper-undo-asks-{card.step.id}")
    with st.container(horizontal=True, gap="small"):
        of = (view.ticket.id, card.version, card.step.id)
        st.button("Undo it now", key=f"undo-{card.step.id}", on_click=_undone, args=of)
        st.button("Keep it", key=f"undo-not-{card.step.id}", on_click=_kept)


def _what_undo_does(view: TicketView, card: StepCard) -> tuple[str, str]:
    since = card.outcome.at if card.outcome else None
    told = since is not None and any(one.sender != "customer" and one.at >= since for one in view.messages)
    then = (
        "The customer has been written to since. The ticket comes back, so that you can tell them."
        if told
        else "The customer has not been written to since."
    )
    return f"This takes back at once: {card.words}.", then


def _undone(ticket: TicketId, version: int, step: StepId) -> None:
    _keep()
    current_ticket.attempt(ticket, lambda: desk().approvals.undo(person(), ticket, version, step))
    st.rerun()
