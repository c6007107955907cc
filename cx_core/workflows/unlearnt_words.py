"""Words tried on a task type whose examples are not learnt yet: what they want or ask is taken for what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.records import Goal, Message, MessageId, Statement, TaskTypeName, Triage


def as_if_learnt(triage: Triage, learnt: TaskTypeName | None, words: Sequence[Message]) -> Triage:
    """The triage in which each clause that wants or asks something does so about `learnt`, and none is left over.

    Where it was read before the classifier knows the task type, such a clause is near to nothing, or to another task
    type. What a clause refuses or only tells stays as it was read. None: nothing is tried.
    """
    if learnt is None:
        return triage
    texts = {message.id: message.text for message in words}
    said = tuple(_of(one, learnt) for one in triage.said)
    wish = next((one for one in said if one.about == learnt and one.message in texts), None)
    goals = tuple(_quoting(goal, wish, texts) if goal.task_type == learnt else goal for goal in triage.goals)
    return triage.replace(said=said, goals=goals)


def _of(clause: Statement, learnt: TaskTypeName) -> Statement:
    if clause.does not in ("wants", "asks") and not clause.unplanned:
        return clause
    return clause.replace(about=learnt, perhaps_about=(learnt,), unplanned=False)


def _quoting(goal: Goal, wish: Statement | None, texts: dict[MessageId, str]) -> Goal:
    """The goal with the words that it is of, as one that was found by itself has."""
    if goal.quote or wish is None:
        return goal
    return goal.replace(quote=texts[wish.message][wish.start : wish.end].strip())
