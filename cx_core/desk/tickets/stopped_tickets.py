"""Which tickets a stop covers, and whether anything planned or approved in them is held by it.

The switches are those that execution asks before each act, so a page never says otherwise than what will happen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from cx_core.ports import Unit
from cx_core.records import (
    EVERYTHING,
    ActionName,
    Approval,
    Goal,
    Proposal,
    Step,
    StepId,
    Switch,
    TaskTypeName,
    Ticket,
    own_switch,
    switches_over,
)
from cx_core.views import OpenPlan, QueueRow

Act = tuple[ActionName, TaskTypeName | None]


def acts_of(steps: Iterable[Step], goals: Sequence[Goal]) -> tuple[Act, ...]:
    """Return the action of each step with the task type it is done for."""
    return tuple((step.action, goals[step.goal].task_type if 0 <= step.goal < len(goals) else None) for step in steps)


def holds(names: Collection[str], acts: Iterable[Act]) -> bool:
    """Whether a switch among these names stops one of these acts."""
    return any(
        name in names for action, task_type in acts for name in switches_over(action, [task_type] if task_type else [])
    )


def held_steps(names: Collection[str], steps: Iterable[Step], proposal: Proposal) -> tuple[StepId, ...]:
    """Return which of these steps of a proposal a switch among these names stops."""
    return tuple(step.id for step in steps if holds(names, acts_of([step], proposal.triage.goals)))


def over_ticket(
    switches: Iterable[Switch], task_types: Collection[TaskTypeName], acts: Iterable[Act]
) -> tuple[Switch, ...]:
    """Return the switches that cover a ticket: everything, one of its task types, or an action planned in it."""
    names = {EVERYTHING, *task_types, *(own_switch(action) for action, _ in acts)}
    return tuple(switch for switch in switches if switch.name in names)


def held_by_stop(
    names: Collection[str],
    ticket: Ticket,
    proposal: Proposal,
    approval: Approval | None,
    done: Collection[StepId],
) -> bool:
    """Whether what was approved and is not done yet would be refused while these switches are on."""
    if approval is None or ticket.work not in ("sending", "carrying"):
        return False
    if approval.role is None and not {EVERYTHING, *ticket.task_types}.isdisjoint(names):
        return True
    return holds(names, acts_of((step for step in approval.steps if step.id not in done), proposal.triage.goals))


def mark_stopped(unit: Unit, switches: Sequence[Switch], rows: tuple[QueueRow, ...]) -> tuple[QueueRow, ...]:
    """Return the rows with those marked that are not ready, or will not be carried out, because of a stop."""
    if not switches:
        return rows
    names = {switch.name for switch in switches}
    plans = {plan.ticket: plan for plan in unit.open_plans.among([row.id for row in rows])}
    return tuple(row.replace(stopped=True) if _stopped(unit, names, row, plans.get(row.id)) else row for row in rows)


def _stopped(unit: Unit, names: set[str], row: QueueRow, plan: OpenPlan | None) -> bool:
    if row.simulated:
        return False
    if row.work in ("ready", "returned"):
        covered = {EVERYTHING, *row.task_types, *(own_switch(action) for action, _ in (plan.acts if plan else ()))}
        return not covered.isdisjoint(names)
    if row.work != "sending":
        return False
    ticket, proposal = unit.tickets.get(row.id), unit.proposals.get(row.id, row.version)
    return bool(
        ticket and proposal and held_by_stop(names, ticket, proposal, unit.proposals.approval(row.id, row.version), ())
    )
