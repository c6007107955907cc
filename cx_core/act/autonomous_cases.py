"""What was carried out or answered without a person goes on file, in the transaction that ends it, for review."""

from __future__ import annotations

from datetime import datetime

from cx_core.act.approval_seals import REPLY
from cx_core.act.outcomes import Outcomes
from cx_core.ports import Unit
from cx_core.records import AdvisorCase, Approval, AutonomousCase, Proposal, StepId

_BANDS = ((0, "no money"), (2_000, "up to 20.00"), (5_000, "up to 50.00"))
_SURE = 0.9


def file_case(
    unit: Unit,
    proposal: Proposal,
    approval: Approval,
    outcomes: Outcomes,
    at: datetime,
    trouble: str = "",
    *,
    contradicted: bool = False,
) -> None:
    """Of what a person approved only that they answered.

    `trouble`: why a person got it after all; `contradicted`: see `Outcome`.
    """
    ticket = unit.tickets.get(proposal.ticket)
    if ticket is not None and ticket.test:
        return  # nobody reviews what an administrator tried
    if approval.role is not None and not trouble:
        names = dict.fromkeys(goal.task_type for goal in proposal.triage.goals)
        unit.reviews.put_advisor_case(
            AdvisorCase(
                ticket=proposal.ticket,
                version=proposal.version,
                person=approval.person,
                task_types=tuple(names),
                at=at,
            )
        )
    case = case_of(proposal, approval, outcomes, at, trouble, contradicted=contradicted)
    if case is not None:
        unit.reviews.put_case(case)


def case_of(
    proposal: Proposal,
    approval: Approval,
    outcomes: Outcomes,
    at: datetime,
    trouble: str = "",
    *,
    contradicted: bool = False,
) -> AutonomousCase | None:
    """The case for review; None where a person approved it, or nothing was done or sent."""
    if approval.role is not None:
        return None
    mine = {step: one for (version, step), one in outcomes.items() if version == approval.version}
    done = [step for step in approval.steps if (one := mine.get(step.id)) is not None and one.status == "done"]
    tried = tried_in_vain(outcomes, approval.version)
    outage = any(one.unreachable for one in mine.values())
    reply = mine.get(REPLY)
    contradicted = contradicted or any(one.contradicted for one in mine.values())
    perhaps_sent = reply is not None and reply.unknown
    if trouble and not (done or tried or perhaps_sent or outage or contradicted):
        return None  # nothing was done or sent: a stop, a limit, a newer word came before it
    amount = sum(amount_out(proposal, step.id) for step in done)
    goals = proposal.triage.goals
    types = tuple(dict.fromkeys(goal.task_type for goal in goals))
    return AutonomousCase(
        ticket=proposal.ticket,
        version=proposal.version,
        task_types=types,
        at=at,
        amount=amount,
        acts=len(done),
        versions=proposal.versions,
        stratum=", ".join([*types, _band(amount), *_doubt(proposal)]),
        trouble=trouble,
        unverified=any(one.unknown and not one.unreachable and step != REPLY for step, one in mine.items()),
        failed=tried,
        outage=outage,
        contradicted=contradicted,
    )


def tried_in_vain(outcomes: Outcomes, version: int) -> bool:
    """Whether a system did not do a step of this version, or did it otherwise.

    A refusal before it is none, and neither is a system that did not answer."""
    mine = [one for (at, step), one in outcomes.items() if at == version and step != REPLY]
    return any(
        (one.status == "failed" and one.key and not one.unreachable) or (one.status == "done" and not one.verified)
        for one in mine
    )


def amount_out(proposal: Proposal, step: StepId) -> int:
    """What a step lets out as it was ruled on, in minor units; 0 where it is no money out, or is not known."""
    ruling = proposal.rulings.get(step)
    amount = ruling.facts.get("amount") if ruling else None
    return amount if isinstance(amount, int) and amount > 0 else 0


def _band(amount: int) -> str:
    return next((name for most, name in _BANDS if amount <= most), "more")


def _doubt(proposal: Proposal) -> list[str]:
    least = min((goal.probability for goal in proposal.triage.goals), default=0.0)
    return ["less sure"] if least < _SURE else []
