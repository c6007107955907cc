"""Which answered proposals are evidence for a level, and how what a person did differs from what was proposed.

Counted is what the copilot would have done alone: one sure goal, everything planned, nothing noticed, nothing asked,
and an advisor's approval all that it waits for. Whatever a person does otherwise in acts, arguments or facts of the
reply is an error; other words for the same are not.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from cx_core.catalogue import TaskType
from cx_core.records import Approval, EvidenceCase, Proposal, Role, Step, TaskTypeName, Ticket

_FACT = re.compile(r"[£$€]\s?\d[\d,.]*\d|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[A-Z]{1,3}-\d+\b|\b\d+(?:[.:]\d+)*\b")
"""Sums, addresses, numbers of records, days and hours: what a reply states and must not get wrong."""
_SLOT = re.compile(r"\{[^{}]*\}")


def would_act(proposal: Proposal) -> bool:
    """Whether it is what the copilot would do alone, were its task type at the level for that."""
    goals, rulings = proposal.triage.goals, (*proposal.rulings.values(), proposal.reply_ruling)
    return (
        len(goals) == 1
        and goals[0].sure
        and not goals[0].told_by
        and proposal.route in ("advisor", "act")
        and bool(proposal.steps)
        and proposal.reply is not None
        and not proposal.findings
        and all(line.state == "planned" for line in proposal.lines)
        and not any(part.asks or part.hands_on for part in proposal.parts)
        and not any(step.added_by for step in proposal.steps)
        and proposal.triage.sentiment != "negative"
        and proposal.triage.urgency != "high"
        and all(one is not None and one.answer != "deny" and one.ask in (None, Role.ADVISOR) for one in rulings)
        and proposal.versions.model == "embedded"
    )


def trial_of(
    proposal: Proposal, approval: Approval, ticket: Ticket, types: Mapping[TaskTypeName, TaskType]
) -> EvidenceCase | None:
    """The case that an answer makes; None where the proposal is none that would have gone alone."""
    case = _case(proposal, ticket, types, approval.at)
    return case.replace(differences=differences(proposal, approval)) if case else None


def overtaken(
    proposal: Proposal, ticket: Ticket, types: Mapping[TaskTypeName, TaskType], at: datetime, why: str
) -> EvidenceCase | None:
    """The case against it where a person put something right in it instead of answering: `why`, in words."""
    case = _case(proposal, ticket, types, at)
    return case.replace(differences=(why,)) if case else None


def _case(
    proposal: Proposal, ticket: Ticket, types: Mapping[TaskTypeName, TaskType], at: datetime
) -> EvidenceCase | None:
    """A case in which nothing was done otherwise; None where the proposal is none that would have gone alone."""
    task_type = types.get(proposal.triage.goals[0].task_type) if would_act(proposal) else None
    if task_type is None:
        return None
    return EvidenceCase(
        ticket=ticket.id,
        version=proposal.version,
        task_type=task_type.name,
        customer=ticket.customer or ticket.address.casefold(),
        at=at,
        basis=basis_of(proposal, task_type),
    )


def differences(proposal: Proposal, approval: Approval) -> tuple[str, ...]:
    """What was done otherwise than proposed, in words; empty: nothing."""
    if approval.decision == "reject":
        return (f"rejected: {approval.reason}",)
    found: list[str] = []
    done = {step.id: step for step in approval.steps}
    for step in proposal.steps:
        if step.id not in done:
            found.append(f"{step.action} was left out")
        elif changed := _changed(step, done[step.id]):
            found.append(f"{step.action}: {', '.join(changed)} changed")
    ours = {step.id for step in proposal.steps}
    found += [f"{step.action} was added" for step in approval.steps if step.id not in ours]
    drafted = proposal.reply.text if proposal.reply else ""
    if approval.files:
        found.append("a file was attached")
    if not approval.reply.strip():
        found.append("no reply was sent")
    elif _facts(drafted) != _facts(approval.reply):
        found.append("the reply states other facts")
    return tuple(found)


def basis_of(proposal: Proposal, task_type: TaskType) -> str:
    """What the evidence holds for: who read it, the rules, and the task type as it is written."""
    versions = proposal.versions
    made = (versions.encoder, versions.classifier, versions.policy, versions.model, task_type.model_dump(mode="json"))
    return sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:16]


def _changed(proposed: Step, done: Step) -> list[str]:
    before, after = proposed.values(), done.values()
    return [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]


def _facts(text: str) -> Counter[str]:
    """What it states, and the slots that are filled with what was done."""
    return Counter([*_SLOT.findall(text), *_FACT.findall(_SLOT.sub(" ", text))])
