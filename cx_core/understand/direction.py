"""What a person told the copilot about a ticket, put in the place of what it understood."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.records import Direction, Goal, Message, TaskTypeName, Triage

Floats = NDArray[np.float32]


def directed(
    triage: Triage, vectors: Floats, direction: Direction | None, messages: Sequence[Message], words: Sequence[Message]
) -> tuple[Triage, Floats]:
    """Triage and its vectors (one row per goal, or one for the whole) as a person put them right.

    `messages` are all of the ticket, `words` those not answered yet. What a person said counts for the words they
    had seen: goals in newer words join it, and once the customer was answered it is over.
    """
    newer = messages[direction.messages :] if direction else ()
    if direction is None or len(newer) >= len(words):
        return triage, vectors
    if not newer:
        triage = triage.replace(wants_person=False)
    if direction.goals is None:
        return triage, vectors
    found = {goal.task_type: (goal, row) for goal, row in zip(triage.goals, vectors, strict=False)}
    whole = vectors.mean(axis=0)
    told = [
        (_told(name, found, direction.name), found[name][1] if name in found else whole) for name in direction.goals
    ]
    more = [pair for name, pair in found.items() if name not in direction.goals and _said_in(pair[0], newer)]
    goals = [goal for goal, _ in (*told, *more)]
    rows = np.stack([row for _, row in (*told, *more)]) if goals else whole[None, :]
    return triage.replace(goals=tuple(goals)), rows


def joined(triage: Triage, vectors: Floats, known: Sequence[Goal], words: Sequence[Message]) -> tuple[Triage, Floats]:
    """Triage and its vectors with goals that were read in tickets merged into this one and whose words wait here."""
    found = {goal.task_type for goal in triage.goals}
    more = [goal for goal in known if goal.task_type not in found and _said_in(goal, words)]
    if not more:
        return triage, vectors
    rows = [*(vectors if triage.goals else ()), *([vectors.mean(axis=0)] * len(more))]
    return triage.replace(goals=(*triage.goals, *more)), np.stack(rows)


def _told(name: TaskTypeName, found: dict[TaskTypeName, tuple[Goal, NDArray[np.float32]]], by: str) -> Goal:
    quote = found[name][0].quote if name in found else ""
    return Goal(task_type=name, probability=1.0, sure=True, quote=quote, told_by=by)


def _said_in(goal: Goal, messages: Sequence[Message]) -> bool:
    return bool(goal.quote) and any(goal.quote in message.text for message in messages)
