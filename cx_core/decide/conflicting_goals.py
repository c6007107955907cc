"""Two goals of one ticket whose steps cannot both be done: one would end what the other still acts on.

"I am not at home on Thursday after all. Could Friday work?" reads as a visit to be cancelled, and as one to be moved.
Both planned, the reply would say both. What a person said is wanted stands; else what the customer said last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    return None


def _acts_on(step: Step, kind: str, record: str, actions: Mapping[ActionName, ActionSpec]) -> bool:
    shapes = actions[step.action].arguments
    return any(shapes[one.name].of == kind and one.value == record for one in step.arguments if one.name in shapes)
