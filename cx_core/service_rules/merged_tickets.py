"""Which tickets were merged into one: their words are in it now."""

from __future__ import annotations

from cx_core.ports import Unit
from cx_core.records import Goal, Ticket, subject


def merged_into(unit: Unit, ticket: Ticket) -> tuple[Ticket, ...]:
    """The tickets whose words are in this one now, by whatever way."""
    closed, found = unit.tickets.of(subject(ticket), ("closed",)), [ticket]
    while more := [one for one in closed if one not in found and one.merged_into in {into.id for into in found}]:
        found += more
    return tuple(found[1:])


def goals_before(unit: Unit, ticket: Ticket) -> tuple[Goal, ...]:
    """What was read in the tickets that were merged into this one, before they were: at most one of a task type."""
    goals: dict[str, Goal] = {}
    for one in merged_into(unit, ticket):
        proposal = unit.proposals.get(one.id, one.version)
        for goal in proposal.triage.goals if proposal is not None else ():
            goals.setdefault(goal.task_type, goal)
    return tuple(goals.values())
