"""Steps in plain words, for the person who has to say yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from cx_core.catalogue import ActionSpec, action_of
from cx_core.records import (
    APPROVERS,
    ActionName,
    Approval,
    Outcome,
    Person,
    Proposal,
    Role,
    Ruling,
    Step,
    StepId,
    Ticket,
)
from cx_core.text.wording import say
from cx_core.views import StepCard

_NAME = re.compile(r"\{([a-z_]+)\}")


def cards(
    ticket: Ticket,
    proposal: Proposal,
    approvals: Mapping[int, Approval],
    outcomes: Mapping[tuple[int, StepId], Outcome],
    actions: Mapping[ActionName, ActionSpec],
    person: Person,
    now: datetime,
) -> tuple[StepCard, ...]:
    """What was done before first, then the steps of the proposal that counts."""
    again = {step.id for step in proposal.steps}
    earlier = [
        _card(step, actions, version=version, outcome=outcome, person=person, now=now, ruling=Ruling(answer="allow"))
        for (version, id), outcome in outcomes.items()
        if version < proposal.version and outcome.status != "failed" and version in approvals and id not in again
        for step in approvals[version].steps
        if step.id == id
    ]
    approval = approvals.get(proposal.version)
    as_approved = {step.id: step for step in approval.steps} if approval else {}
    current = [
        _card(
            as_approved.get(step.id, step),
            actions,
            version=proposal.version,
            ruling=proposal.rulings[step.id],
            person=person,
            now=now,
            outcome=outcomes.get((proposal.version, step.id)) or _last_failure(step, outcomes),
            findings=tuple(f.text for f in proposal.findings if f.step == step.id),
            open_=ticket.work in ("ready", "returned"),
            left_out=approval.skipped.get(step.id, "") if approval else "",
        )
        for step in proposal.steps
    ]
    return (*earlier, *current)


def _card(
    step: Step,
    actions: Mapping[ActionName, ActionSpec],
    *,
    version: int,
    ruling: Ruling,
    person: Person,
    now: datetime,
    outcome: Outcome | None,
    findings: tuple[str, ...] = (),
    open_: bool = False,
    left_out: str = "",
) -> StepCard:
    action = action_of(actions, step.action)
    done = outcome is not None and outcome.status == "done"
    settled = outcome is not None and outcome.status != "failed"
    until = outcome.receipt.undo_until if outcome and outcome.receipt else None
    return StepCard(
        step=step,
        version=version,
        title=action.title,
        words=words(step, action, outcome),
        ruling=ruling,
        findings=findings,
        outcome=outcome,
        left_out=left_out,
        may_approve=open_ and not settled and _covers(person.role, ruling),
        may_undo=done and until is not None and until > now and person.role in APPROVERS,
    )


def words(step: Step, action: ActionSpec, outcome: Outcome | None) -> str:
    """ "Refund £54.00 of payment P-8", or after the act "Refunded ..."."""
    receipt = outcome.receipt.fields if outcome and outcome.receipt and outcome.status == "done" else {}
    template = action.done if receipt and action.done else action.words
    labels = {a.name: o.label for a in step.arguments for o in a.options if o.value == a.value}
    values = {name: say(value) for name, value in {**step.values(), **receipt}.items()} | labels
    return _NAME.sub(lambda match: values.get(match[1], "—"), template)


def _covers(role: Role, ruling: Ruling) -> bool:
    if role not in APPROVERS or ruling.answer == "deny":
        return False
    return ruling.ask is None or APPROVERS.index(role) >= APPROVERS.index(ruling.ask)


def _last_failure(step: Step, outcomes: Mapping[tuple[int, StepId], Outcome]) -> Outcome | None:
    failed = [outcome for (_, id), outcome in outcomes.items() if id == step.id and outcome.status == "failed"]
    return failed[-1] if failed else None
