"""Which answered proposals are evidence for a level, and how what a person did differs from what was proposed.

Counted is what the copilot would have done alone: one sure goal, all planned or answered, nothing noticed or asked,
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

from cx_core.catalogue import ActionSpec, Knowledge, TaskType, action_of
from cx_core.records import (
    ActionName,
    Approval,
    EvidenceCase,
    FirstAct,
    FirstAnswer,
    Proposal,
    Role,
    Step,
    TaskTypeName,
    Ticket,
    TicketId,
)
from cx_core.service_rules.alone_questions import unearned_by
from cx_core.service_rules.perimeter_check import in_share

_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_MONTHS = "jan|feb|mar|apr|(?-i:May)|jun|jul|aug|sep|oct|nov|dec"
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_FACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|[£$€]?\s?\b[\w-]*\d(?:[\w-]|[.,:/]\d)*"
    rf"|\b(?:{_DAYS})(?:[a-z]*days?)?\b|\b(?:today|tomorrow)\b|\b(?:{_MONTHS})(?:[a-z]{{2,6}})?\b|\b(?:{'|'.join(_COUNTS)})\b"
    r"|\b(?:not|no|never|cannot|\w+n['’]t)\b",
    re.I,
)
"""What a reply states and must not get wrong: sums, numbers, addresses, days, hours, and whether it is so at all."""
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_SLOT = re.compile(r"\{[^{}]*\}")


def would_act(proposal: Proposal) -> bool:
    """Whether it is what the copilot would do alone, were its task type at the level for that."""
    goals, rulings = proposal.triage.goals, (*proposal.rulings.values(), proposal.reply_ruling)
    return (
        len(goals) == 1
        and proposal.route in ("advisor", "act")
        and proposal.reply is not None
        and not unearned_by(proposal)
        and all(one is not None and one.answer != "deny" and one.ask in (None, Role.ADVISOR) for one in rulings)
        and proposal.versions.model == "embedded"
    )


def asked_first(ticket: TicketId, task_type: TaskTypeName, share: int) -> bool:
    """Whether a ticket is among those in which a person answers before they see the proposal."""
    return bool(share) and in_share(ticket, f"first answer: {task_type}", share)


def trial_of(
    proposal: Proposal, approval: Approval, ticket: Ticket, knowledge: Knowledge, first: FirstAnswer | None = None
) -> EvidenceCase | None:
    """The case that an answer makes; None where the proposal is none that would have gone alone.

    `first`: what a person said that they would do before they saw it.
    """
    case = _case(proposal, ticket, knowledge, approval.at)
    if case is None:
        return None
    told = differences(proposal, approval, knowledge.actions)
    blind = () if first is None else otherwise(proposal, first, knowledge.actions)
    return case.replace(differences=(*blind, *told), shown=first is None)


def overtaken(proposal: Proposal, ticket: Ticket, knowledge: Knowledge, at: datetime, why: str) -> EvidenceCase | None:
    """The case against it where a person put something right in it instead of answering: `why`, in words."""
    case = _case(proposal, ticket, knowledge, at)
    return case.replace(differences=(why,)) if case else None


def _case(proposal: Proposal, ticket: Ticket, knowledge: Knowledge, at: datetime) -> EvidenceCase | None:
    """A case in which nothing was done otherwise; None where the proposal is none that would have gone alone."""
    task_type = knowledge.task_types.get(proposal.triage.goals[0].task_type) if would_act(proposal) else None
    if task_type is None:
        return None
    return EvidenceCase(
        ticket=ticket.id,
        version=proposal.version,
        task_type=task_type.name,
        customer=ticket.customer or ticket.address.casefold(),
        at=at,
        made_at=proposal.made_at,
        basis=basis_of(proposal, task_type),
    )


def differences(proposal: Proposal, approval: Approval, actions: Mapping[ActionName, ActionSpec]) -> tuple[str, ...]:
    """What was done otherwise than proposed, in words; empty: nothing."""
    if approval.decision == "reject":
        return (f"rejected: {approval.reason}",)
    found: list[str] = []
    done = {step.id: step for step in approval.steps}
    for step in proposal.steps:
        if step.id not in done:
            found.append(f"{action_of(actions, step.action).title} was left out")
        elif changed := _changed(step, done[step.id]):
            found.append(f"{action_of(actions, step.action).title}: {', '.join(changed)} changed")
    ours = {step.id for step in proposal.steps}
    found += [f"{action_of(actions, step.action).title} was added" for step in approval.steps if step.id not in ours]
    drafted = proposal.reply.text if proposal.reply else ""
    if approval.files:
        found.append("a file was attached")
    if not approval.reply.strip():
        found.append("no reply was sent")
    elif stated(drafted) != stated(approval.reply):
        found.append("the reply states other facts")
    return tuple(found)


def otherwise(proposal: Proposal, first: FirstAnswer, actions: Mapping[ActionName, ActionSpec]) -> tuple[str, ...]:
    """What a person who had not seen it would have done otherwise, in words.

    Compared are the actions, and of their arguments those that they gave and that are no free text.
    """
    left, found = list(proposal.steps), []
    for act in first.acts:
        title = action_of(actions, act.action).title
        same = [step for step in left if step.action == act.action]
        if not same:
            found.append(f"before seeing it: {title} as well")
            continue
        step = min(same, key=lambda one: len(_unlike(act, one, actions)))
        left.remove(step)
        if unlike := _unlike(act, step, actions):
            found.append(f"before seeing it: {title} with another {', '.join(unlike)}")
    return (*found, *(f"before seeing it: no {action_of(actions, step.action).title}" for step in left))


def _unlike(act: FirstAct, step: Step, actions: Mapping[ActionName, ActionSpec]) -> list[str]:
    given, planned = action_of(actions, act.action).arguments, step.values()
    told = [(name, value) for name, value in act.values.items() if value is not None]
    return [
        (given[name].title or name).lower()
        for name, value in told
        if name in given and given[name].type != "text" and value != planned.get(name)
    ]


def basis_of(proposal: Proposal, task_type: TaskType) -> str:
    """What the evidence holds for: who read it, the rules, and the task type as it is written."""
    versions = proposal.versions
    made = (versions.encoder, versions.classifier, versions.policy, versions.model, task_type.model_dump(mode="json"))
    return sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:16]


def _changed(proposed: Step, done: Step) -> list[str]:
    before, after = proposed.values(), done.values()
    return [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]


def stated(text: str) -> Counter[str]:
    """What it states, and the slots that are filled with what was done."""
    return Counter([*_SLOT.findall(text), *map(_plain, _FACT.findall(_SLOT.sub(" ", text)))])


def _plain(fact: str) -> str:
    """One spelling of a fact: £1,045.00 is £1045, the 12th is 12, Friday is Fri, and five is 5."""
    said = re.sub(r"[\s,]", "", fact).casefold()
    if said in _COUNTS:
        return str(_COUNTS.index(said) + 2)
    if not re.search(r"\d", said) and "@" not in said:
        return "not" if said in ("no", "not", "never", "cannot") or said.endswith(("n't", "n’t")) else said[:3]
    return _ORDINAL.sub(r"\1", re.sub(r"\.00$", "", said))
