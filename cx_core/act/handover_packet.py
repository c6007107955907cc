"""What a person who gets a ticket must know, read in ten seconds: who, what, what was tried, why it stopped, what next.

Every line comes from a record, the customer's words, a receipt or the knowledge; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.act.outcomes import latest
from cx_core.act.step_cards import words
from cx_core.catalogue import ActionSpec, Knowledge, action_of
from cx_core.records import (
    APPROVERS,
    IDENTITIES,
    ActionName,
    Evidence,
    Goal,
    Message,
    Note,
    Outcome,
    Proposal,
    Step,
    StepId,
    Ticket,
)
from cx_core.views import Packet
from cx_core.views.goal_details import NOT_TO_DO

LONGEST = 160
"""Characters of a quote; more is not read in ten seconds."""

Outcomes = Mapping[tuple[int, StepId], Outcome]


def with_person(ticket: Ticket) -> bool:
    """Whether a person has to go on where the copilot does not."""
    stopped = ticket.work in ("returned", "failed") or ticket.route in ("person", "supervisor")
    return (
        ticket.status not in ("solved", "closed")
        and ticket.work != "done"
        and (stopped or ticket.escalated_at is not None)
    )


def packet(
    ticket: Ticket,
    proposal: Proposal,
    messages: Sequence[Message],
    outcomes: Outcomes,
    notes: Sequence[Note],
    knowledge: Knowledge,
) -> Packet:
    """The packet for one ticket as it stands."""
    triage = proposal.triage
    mood = ", ".join(
        said
        for said, holds in (
            ("unhappy", triage.sentiment == "negative"),
            ("more so than before", triage.trend == "worse"),
            ("urgent", triage.urgency == "high"),
            ("asks for a person", triage.wants_person),
        )
        if holds
    )
    return Packet(
        who=_who(ticket, proposal.evidence),
        wants=_wishes(proposal, knowledge) or (_first_words(messages),),
        mood=mood,
        tried=_tried(proposal, messages, outcomes, notes, knowledge.actions),
        stopped=proposal.why or "A person was chosen for it",
        next_step=_next(ticket, proposal, latest(outcomes), knowledge),
    )


def _who(ticket: Ticket, evidence: Evidence) -> str:
    customer, identity = evidence.customer, f"identity {IDENTITIES[ticket.identity]}"
    if customer is None:
        return f"{ticket.address}, not in our records; {identity}"
    fields = customer.fields
    tier = str(fields.get("tier") or "")
    since = str(fields.get("customer_since") or "")[:4]
    said = [str(fields.get("name") or customer.id), tier if tier != "standard" else ""]
    said += ["a minor" if fields.get("minor") is True else "", f"customer since {since}" if since else ""]
    return ", ".join(part for part in said if part) + f"; {identity}"


def _wishes(proposal: Proposal, knowledge: Knowledge) -> tuple[str, ...]:
    """A line for each goal and, where there are some, for what was not understood besides."""
    goals = [_wanted(goal, knowledge) for goal in proposal.triage.goals]
    rest = [f"Not understood: {line.about}" for line in proposal.lines if goals and line.state == "not_understood"]
    return (*goals, *rest)


def _wanted(goal: Goal, knowledge: Knowledge) -> str:
    known = knowledge.task_types.get(goal.task_type)
    title = known.title if known else goal.task_type.replace("_", " ")
    wants = ("" if goal.sure else "perhaps ") + title + NOT_TO_DO[goal.polarity]
    return f"{wants}: “{_short(goal.quote)}”" if goal.quote else wants


def _first_words(messages: Sequence[Message]) -> str:
    said = next((message.text for message in reversed(messages) if message.sender == "customer"), "")
    return f"Not understood: “{_short(said)}”" if said.strip() else "No text"


def _tried(
    proposal: Proposal,
    messages: Sequence[Message],
    outcomes: Outcomes,
    notes: Sequence[Note],
    actions: Mapping[ActionName, ActionSpec],
) -> tuple[str, ...]:
    """What was done, what failed, what was answered, what the last colleague said; oldest first."""
    lines: list[tuple[str, str]] = []
    for outcome in latest(outcomes).values():
        title = action_of(actions, outcome.action).title if outcome.step != "reply" else "The answer"
        state = {"done": "done", "failed": "not done", "undone": "taken back"}[outcome.status]
        more = f" ({outcome.message.rstrip('.')})" if outcome.message else ""
        lines.append((outcome.at.isoformat(), f"{title}: {state}{more}"))
    answers = [message for message in messages if message.sender != "customer"]
    if answers:
        last = answers[-1]
        by = last.author or ("the copilot" if last.sender == "copilot" else "an advisor")
        lines.append((last.at.isoformat(), f"Answered {_times(len(answers))}, last by {by}: “{_short(last.text)}”"))
    if notes:
        lines.append((notes[-1].at.isoformat(), f"{notes[-1].name} noted: “{_short(notes[-1].text)}”"))
    looked = [
        title for lookup in proposal.evidence.lookups if (title := lookup.name.replace("_", " ")) if lookup.records
    ]
    read = [f"Looked up: {', '.join(dict.fromkeys(looked))}"] if looked else []
    return (*read, *(text for _, text in sorted(lines)))


def _next(ticket: Ticket, proposal: Proposal, outcomes: Mapping[StepId, Outcome], knowledge: Knowledge) -> str:
    """The likeliest next step: of the plan, of the task type, or what a person does who was asked for."""
    left = [step for step in proposal.steps if not _done(outcomes.get(step.id))]
    if left and ticket.route != "person":
        return _of_plan(left[0], proposal, outcomes, knowledge)
    if foreign := knowledge.company.foreign(proposal.triage.language):
        return f"Answer in {foreign}, or hand over to somebody who can."
    advice = [
        known.next_step
        for goal in proposal.triage.goals
        if (known := knowledge.task_types.get(goal.task_type)) and known.next_step
    ]
    if advice:
        return " ".join(dict.fromkeys(advice))
    if ticket.work == "failed":
        return "Read the message yourself and answer, or have it read again."
    if not proposal.triage.goals:
        return "Read the message and say what they want; the copilot plans from there."
    if proposal.triage.wants_person:
        return "Reply personally. Hand it back to the copilot if they are happy with that."
    return "Write to the customer; the evidence is below."


def _of_plan(step: Step, proposal: Proposal, outcomes: Mapping[StepId, Outcome], knowledge: Knowledge) -> str:
    action = action_of(knowledge.actions, step.action)
    missing = [finding.text for finding in proposal.findings if finding.step == step.id]
    if missing:
        return f"{action.title}: {missing[0]}"
    if (outcome := outcomes.get(step.id)) is not None and outcome.status == "failed":
        look = "Check whether it was done, then try" if outcome.unknown else "Change it and try"
        return f"{look} again, or leave it out: {words(step, action, None)}."
    ruling = proposal.rulings.get(step.id)
    who = ruling.ask if ruling and ruling.ask else APPROVERS[0]
    return f"{who.value.capitalize()} approves or changes: {words(step, action, None)}."


def _done(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.status == "done"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
