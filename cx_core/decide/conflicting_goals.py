"""Two goals of one ticket whose steps cannot both be done: one would end what the other still acts on, or excludes it.

"I am not at home on Thursday after all. Could Friday work?" reads as a visit to be cancelled, and as one to be moved.
Both planned, the reply would say both. What a person said is wanted stands; else what the customer said last. Of two
remedies for one thing, a new one and the money, the one of the likelier goal stands; other things may have the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from cx_core.catalogue import ActionSpec
from cx_core.records import ActionName, Goal, Step


class SetAside(NamedTuple):
    """A goal that is not planned for, because another is: `record` is what both would act on."""

    goal: int
    instead_of_it: int
    record: str


def disagreement(
    steps: Sequence[Step], goals: Sequence[Goal], actions: Mapping[ActionName, ActionSpec]
) -> SetAside | None:
    """The first goal that cannot go with another, by its number in the triage; None if all go together."""
    for ending in steps:
        spec = actions[ending.action]
        over = next((one.value for one in ending.arguments if spec.ends and one.name == spec.ends), None)
        if not isinstance(over, str):
            continue
        kind = spec.arguments[spec.ends].of
        for step in steps:
            if step.goal != ending.goal and step.action != ending.action and _acts_on(step, kind, over, actions):
                left, kept = sorted((ending.goal, step.goal), key=lambda goal: (bool(goals[goal].told_by), goal))
                return SetAside(left, kept, over)
    return _exclusion(steps, goals, actions)


def left_open(
    steps: Sequence[Step], asked: Sequence[Step], goals: Sequence[Goal], actions: Mapping[ActionName, ActionSpec]
) -> SetAside | None:
    """The less likely of two goals of which one would end a record and the other, which is only asked about (`asked`),
    would go on with it."""
    for ending in steps:
        over = ending.values().get(actions[ending.action].ends)
        for one in asked:
            if isinstance(over, str) and over in one.values().values():
                left, kept = sorted((ending.goal, one.goal), key=lambda goal: (goals[goal].probability, -goal))
                return SetAside(left, kept, over)
    return None


def _exclusion(
    steps: Sequence[Step], goals: Sequence[Goal], actions: Mapping[ActionName, ActionSpec]
) -> SetAside | None:
    """The less likely of two goals whose steps act on the same things of a record, or on one record with actions that
    exclude each other: the rules allow only the first of these for one request."""
    for one, other in combinations(steps, 2):
        if one.goal == other.goal or one.action == other.action:
            continue
        apart = other.action in actions[one.action].excludes or one.action in actions[other.action].excludes
        shared = _records(one, actions) & _records(other, actions)
        both = [thing for thing in _things(one, actions) if thing in _things(other, actions)]
        if shared and (apart or both):
            left, kept = sorted(
                (one.goal, other.goal),
                key=lambda goal: (bool(goals[goal].told_by), goals[goal].probability, goal),
            )
            record = ", ".join(sorted(shared))
            return SetAside(left, kept, f"{', '.join(both)} of {record}" if both else record)
    return None


def _records(step: Step, actions: Mapping[ActionName, ActionSpec]) -> set[str]:
    """The records that a step acts on."""
    shapes = actions[step.action].arguments
    return {str(one.value) for one in step.arguments if one.name in shapes and shapes[one.name].type == "record"}


def _things(step: Step, actions: Mapping[ActionName, ActionSpec]) -> tuple[str, ...]:
    """The things of its record that a step is for."""
    shapes = actions[step.action].arguments
    named = (one.value for one in step.arguments if one.name in shapes and shapes[one.name].type == "items")
    return next((tuple(map(str, value)) for value in named if isinstance(value, tuple)), ())


def _acts_on(step: Step, kind: str, record: str, actions: Mapping[ActionName, ActionSpec]) -> bool:
    shapes = actions[step.action].arguments
    return any(shapes[one.name].of == kind and one.value == record for one in step.arguments if one.name in shapes)
