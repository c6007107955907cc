"""A person's answer to an ask, bound to exactly what they saw: version, steps, arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx_core.act.reply.reply_slots import unfillable
from cx_core.catalogue import ActionSpec, action_of
from cx_core.errors import BadInput
from cx_core.records import (
    ActionName,
    Argument,
    Outcome,
    Person,
    Proposal,
    Source,
    Step,
    StepId,
    Ticket,
    Value,
)
from cx_core.views import Refusal
from cx_core.views.slot_chips import MARKS, all_labels

_PLACEHOLDER = re.compile(r"⟪[a-z]{1,12}(?:-\d{1,7})?⟫")
Edits = Mapping[StepId, Mapping[str, Value]]


def chosen(
    proposal: Proposal,
    edits: Edits,
    skipped: Mapping[StepId, str],
    person: Person,
    actions: Mapping[ActionName, ActionSpec],
) -> tuple[Step, ...]:
    """The steps as this person wants them.

    Raises BadInput naming a value that cannot be used, or a step that is left out without a reason.
    """
    for step in proposal.steps:
        if not skipped.get(step.id, "-").strip():
            raise BadInput(f"Say why “{action_of(actions, step.action).title}” is left out.")
    return tuple(
        step.replace(arguments=_edited(step, edits.get(step.id, {}), person, action_of(actions, step.action)))
        for step in proposal.steps
        if step.id not in skipped
    )


def _edited(step: Step, changes: Mapping[str, Value], person: Person, action: ActionSpec) -> tuple[Argument, ...]:
    unknown = set(changes) - set(action.arguments)
    if unknown:
        raise BadInput(f"{action.title} has no {', '.join(sorted(unknown))}.")
    return tuple(
        argument
        if argument.name not in changes
        else _by(person, argument, action.arguments[argument.name].fit(changes[argument.name], argument.name))
        for argument in step.arguments
    )


def _by(person: Person, argument: Argument, value: Value) -> Argument:
    """An offered option keeps its record as source; anything else is the advisor's word."""
    offered = next((option.source for option in argument.options if option.value == value), None)
    source = Source(kind="advisor", ref=person.id, field=offered.ref if offered else "")
    return argument.replace(value=value, source=source)


def not_now(
    ticket: Ticket | None, proposal: Proposal | None, version: int, *, waiting: bool, holder: str, answered: bool
) -> Refusal | None:
    """Why this version cannot be answered at this moment."""
    if ticket is None or proposal is None:
        return Refusal(code="stale", text="There is no such proposal. Open the ticket again.")
    if holder:
        return Refusal(code="taken", text=f"{holder} is working on this ticket. You can take it once they leave it.")
    if ticket.work in ("sending", "carrying") or answered:
        return Refusal(code="already", text="This has already been approved; it is being carried out or is done.")
    if ticket.version != version:
        return Refusal(code="stale", text="There is a newer proposal. Look at it first; your text is kept.")
    if ticket.work == "reading" and not waiting:
        return Refusal(code="reading", text="The copilot is reading this ticket again; your text is kept.")
    if waiting:
        return Refusal(code="reading", text="The customer has just written. It is being read; your text is kept.")
    return None


def still_masked(reply: str) -> Refusal | None:
    """What stands for somebody else's data is never sent: it came from an earlier ticket, or from a model."""
    left = list(dict.fromkeys(_PLACEHOLDER.findall(reply)))
    if not left:
        return None
    text = f"The reply still says {', '.join(left)}, where personal data was removed. Fill it in or delete it."
    return Refusal(code="slots", text=text)


def unkept(
    reply: str,
    steps: tuple[Step, ...],
    outcomes: Mapping[StepId, Outcome],
    actions: Mapping[ActionName, ActionSpec],
    labels: Mapping[str, str],
) -> Refusal | None:
    """The reply may not promise what nothing will do. Slots are named by the labels that the writer sees."""
    left = unfillable(reply, steps, outcomes, actions)
    if not left:
        return None
    every = all_labels(reply, labels)
    named = ", ".join(f"⟨{every[slot]}⟩" for slot in dict.fromkeys(left))
    text = f"The reply mentions {named}, which no approved step will fill in. Change the reply or keep the step."
    return Refusal(code="slots", text=text)


def marked(reply: str) -> Refusal | None:
    """Marks of chips are for whoever writes; a text that holds one names no slot and is not sent."""
    if not any(mark in reply for mark in MARKS):
        return None
    return Refusal(code="slots", text="The reply holds the marks ⟨ or ⟩, which the customer must not see.")
