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
    triage = _without_times(triage, direction)
    if direction.goals is None:
        return triage, vectors
    found = {goal.task_type: (goal, row) for goal, row in zip(triage.goals, vectors, strict=False)}
    whole = vectors.mean(axis=0)
    told = [
        (_told(name, found, direction, newer), found[name][1] if name in found else whole) for name in direction.goals
    ]
    more = [pair for name, pair in found.items() if name not in direction.goals and _said_in(pair[0], newer)]
    goals = [goal for goal, _ in (*told, *more)]
    rows = np.stack([row for _, row in (*told, *more)]) if goals else whole[None, :]
    judged = tuple(message.id for message in messages[: direction.messages])
    return triage.replace(goals=tuple(goals), judged=judged), rows


def joined(triage: Triage, vectors: Floats, known: Sequence[Goal], words: Sequence[Message]) -> tuple[Triage, Floats]:
    """Triage and its vectors with goals that were read in tickets merged into this one and whose words wait here."""
    found = {goal.task_type for goal in triage.goals}
    more = [goal for goal in known if goal.task_type not in found and _said_in(goal, words)]
    if not more:
        return triage, vectors
    rows = [*(vectors if triage.goals else ()), *([vectors.mean(axis=0)] * len(more))]
    return triage.replace(goals=(*triage.goals, *more)), np.stack(rows)


def _told(
    name: TaskTypeName,
    found: dict[TaskTypeName, tuple[Goal, NDArray[np.float32]]],
    direction: Direction,
    newer: Sequence[Message],
) -> Goal:
    """A goal as a person said it is; where newer words speak of it, these say whether it is still to be done."""
    goal, polarity = found[name][0] if name in found else None, direction.polarity.get(name, "wanted")
    if goal is not None and _said_in(goal, newer):
        polarity = goal.polarity
    quote = goal.quote if goal is not None else ""
    return Goal(task_type=name, probability=1.0, sure=True, quote=quote, told_by=direction.name, polarity=polarity)


def _without_times(triage: Triage, direction: Direction) -> Triage:
    """Without what a person took out of what was said about time, and the dates that were read in the same words."""
    aside = tuple(wish for wish in triage.times if wish.place in direction.set_aside)
    if not aside:
        return triage
    dates = (
        entity
        for entity in triage.entities
        if entity.kind != "date"
        or not any(one.message == entity.message and one.start < entity.end and entity.start < one.end for one in aside)
    )
    times = tuple(wish for wish in triage.times if wish not in aside)
    return triage.replace(times=times, entities=tuple(dates), set_aside=aside, set_aside_by=direction.name)


def _said_in(goal: Goal, messages: Sequence[Message]) -> bool:
    return bool(goal.quote) and any(goal.quote in message.text for message in messages)
