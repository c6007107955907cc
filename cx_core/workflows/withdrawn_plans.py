"""Steps that were planned for a task type which was withdrawn or changed before they were done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from cx_core.records import Proposal, Step, TaskTypeName

NoMore = Callable[[Proposal, Step], str]
"""Why a step is not done, since its task type plans it no more; empty: it may be."""


def planned_no_more(
    proposal: Proposal, step: Step, task_types: Collection[TaskTypeName], ask: Callable[[TaskTypeName, datetime], str]
) -> str:
    """Why this step is not done. `ask`: why nothing that was planned for a task type at a time is done now.

    What a person added rests on no task type, and neither does anything where no task type was found, such as a code
    that an advisor has sent.
    """
    goals = proposal.triage.goals
    if step.added_by or not goals or step.goal >= len(goals):
        return ""
    name = goals[step.goal].task_type
    if name not in task_types:
        return f"{name.replace('_', ' ').capitalize()}: it is not in force any more"
    return ask(name, proposal.made_at)
