"""Two goals of one ticket whose steps cannot both be done: one would end what the other still acts on, or excludes it.

"I am not at home on Thursday after all. Could Friday work?" reads as a visit to be cancelled, and as one to be moved.
Both planned, the reply would say both. What a person said is wanted stands; else what the customer said last, but for
what they only want otherwise. Of two remedies for one thing, a new one and the money, the one of the likelier goal
stands; other things may have the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from cx_core.catalogue import ActionSpec, TaskType
from cx_core.records import ActionName, Entity, Evidence, Goal, MessageId, Statement, Step, Triage

_OTHERWISE = re.compile(
    r"\W*(?:(?:and|but|or|only|so)\W+)*(?:otherwise|or else|failing (?:that|which)|if not\b|only if (?:that|it|there)\b"
    r"|if (?:that|it|this|there|you)\b[^,.;!?]{0,20}?(?:n[’']t|\b(?:not|no|cannot|impossible|gone|taken|full)\b)"
    r"|if (?:none|nothing|neither)\b)",
    re.I,
)
"""How what is only wanted where nothing else can be had begins."""
PLAINLY = 0.7
"""Probability from which a clause wants or asks something."""
_LEANING = re.compile(r"\b(?:ones?|it|them|these|those|both|others?)\b", re.I)
"""Words for what was named elsewhere."""


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
                left, kept = sorted(
                    (ending.goal, step.goal),
                    key=lambda goal: (bool(goals[goal].told_by), not _OTHERWISE.match(goals[goal].quote), goal),
                )
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
                left, kept = sorted(
                    (ending.goal, one.goal),
                    key=lambda goal: (not _OTHERWISE.match(goals[goal].quote), goals[goal].probability, -goal),
                )
                return SetAside(left, kept, over)
    return None


def answered_by(
    idle: Mapping[int, TaskType],
    steps: Sequence[Step],
    triage: Triage,
    evidence: Evidence,
    actions: Mapping[ActionName, ActionSpec],
    texts: Mapping[MessageId, str],
) -> set[int]:
    """Goals for which nothing is planned (`idle`) and nothing need be said, because a step of another goal is what was
    meant: it is for the very record that theirs would be for, the two could not go together, and no clause plainly asks
    for theirs; or nothing of the customer's fits, their words name no thing, and the step is what they seek: "can I
    have one back", of two payments.
    """
    last = triage.said[-1].message if triage.said else ""
    plainly = plainly_spoken_of(one for one in triage.said if one.message == last)
    found = set[int]()
    for number, task_type in idle.items():
        goal = triage.goals[number]
        lookups = [lookup for lookup in evidence.lookups if lookup.goal == number]
        about = [one for lookup in lookups for one in lookup.records if one.customer is not None]
        others = [step for step in steps if step.goal != number]
        sought = {action for one in triage.said if _of(one, goal, texts) for action in one.seeks}
        nothing = bool(lookups) and not about and _names_nothing(goal, triage.entities)
        if nothing and any(step.action in sought for step in others):
            found.add(number)
        own = {spec.action for spec in task_type.steps}
        for step in others if goal.task_type not in plainly else ():
            same = {one.kind for one in about if one.id in _records(step, actions)}
            alone = [kind for kind in same if sum(one.kind == kind for one in about) == 1]
            if any(_apart(action, step.action, kind, actions) for action in own for kind in alone):
                found.add(number)
    return found


def _of(one: Statement, goal: Goal, texts: Mapping[MessageId, str]) -> bool:
    """Whether a clause stands in what the goal was read from."""
    clause = texts.get(one.message, "")[one.start : one.end].strip()
    return bool(clause) and clause in goal.quote


def plainly_spoken_of(said: Iterable[Statement]) -> frozenset[str]:
    """The task types that clauses plainly want something of, or ask about."""
    return frozenset(one.about for one in said if one.does in ("wants", "asks") and one.probability >= PLAINLY)


def _apart(one: ActionName, other: ActionName, kind: str, actions: Mapping[ActionName, ActionSpec]) -> bool:
    """Whether two actions cannot both be done to a record of this kind."""
    over = any(spec.ends and spec.arguments[spec.ends].of == kind for spec in (actions[one], actions[other]))
    return one != other and (over or _exclude(one, other, actions))


def _exclude(one: ActionName, other: ActionName, actions: Mapping[ActionName, ActionSpec]) -> bool:
    return other in actions[one].excludes or one in actions[other].excludes


def _names_nothing(goal: Goal, entities: Sequence[Entity]) -> bool:
    named = any(one.kind not in ("date", "amount") and one.text in goal.quote for one in entities)
    return not named and _LEANING.search(goal.quote) is not None


def _exclusion(
    steps: Sequence[Step], goals: Sequence[Goal], actions: Mapping[ActionName, ActionSpec]
) -> SetAside | None:
    """The less likely of two goals whose steps act on the same things of a record, or on one record with actions that
    exclude each other: the rules allow only the first of these for one request."""
    for one, other in combinations(steps, 2):
        if one.goal == other.goal or one.action == other.action:
            continue
        apart = _exclude(one.action, other.action, actions)
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
