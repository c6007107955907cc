"""A visit or an order that is to get another time, beside words that it isn't wanted at all: which of the two is meant?

Naming what is booked is easily taken for the wish to move it: "the technician who should come on the 28th is not needed
any more". Moving what was called off is the worse mistake, so a step that only takes another time for its record is not
planned where the customer asks for no other time and some words are nearest to a task type that ends the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cx_core.catalogue import ActionSpec, Knowledge, TaskType
from cx_core.decide.holding.offered_acts import offered
from cx_core.decide.holding.unheeded import conditional
from cx_core.records import ActionName, Evidence, MessageId, Step, TaskTypeName, TimeWish, Triage
from cx_core.text.ages import day_of_value


class EndedOrMoved(NamedTuple):
    """`words`: the customer's, which may call it off; `acts`: both ways, as they are offered to the customer."""

    words: str
    acts: str


def ended_or_moved(
    steps: Sequence[Step],
    triage: Triage,
    evidence: Evidence,
    texts: Mapping[MessageId, str],
    knowledge: Knowledge,
) -> EndedOrMoved | None:
    """Return what is to be asked instead of the steps of a goal; None where another time is wished for, where a person
    said what is wanted, and where nothing calls it off."""
    step = next((one for one in steps if _takes_another_time(one, evidence, knowledge.actions)), None)
    if step is None or triage.goals[step.goal].told_by or triage.taken_times:
        return None
    ending = {kind: action for action, kind in _ended(knowledge.actions) if kind in _kinds(step, knowledge.actions)}
    ends = {name: action for action in ending.values() for name in _task_types(action, knowledge.task_types)}
    called_off = next(
        (
            one
            for one in reversed(triage.said)
            if one.about in ends and one.does in ("wants", "refuses")
            if not conditional(one, texts.get(one.message, ""))
        ),
        None,
    )
    if called_off is None:
        return None
    goal = triage.goals[step.goal]
    own = [one for one in triage.said if one.about == goal.task_type]
    words = texts.get(called_off.message, "")[called_off.start : called_off.end].strip()
    apart = words not in goal.quote  # so that the goal stands in other words than those
    wished = [
        wish
        for wish in triage.times
        if wish.beside or (apart and wish.text in goal.quote) or any(one.holds(wish) for one in own)
    ]
    if any(_another_time(wish, step, evidence) for wish in wished):
        return None
    other = Step(id=step.id, goal=step.goal, action=ends[TaskTypeName(called_off.about)], arguments=step.arguments)
    ways = (offered(one, knowledge.actions[one.action], evidence) for one in (other, step))
    return EndedOrMoved(words, " or ".join(ways)) if words else None


def _takes_another_time(step: Step, evidence: Evidence, actions: Mapping[ActionName, ActionSpec]) -> bool:
    """Whether what it takes besides its record is a free slot, which nobody's words name."""
    shapes = actions[step.action].arguments
    free = [one for one in step.arguments if one.name in shapes and shapes[one.name].shared]
    slots = {
        record.id for lookup in evidence.lookups for record in lookup.records if day_of_value(record.fields.get("date"))
    }
    return bool(free) and all(one.source.kind != "words" and one.value in slots for one in free)


def _kinds(step: Step, actions: Mapping[ActionName, ActionSpec]) -> set[str]:
    shapes = actions[step.action].arguments
    return {shapes[one.name].of for one in step.arguments if one.name in shapes and not shapes[one.name].shared}


def _ended(actions: Mapping[ActionName, ActionSpec]) -> list[tuple[ActionName, str]]:
    """Actions after which a record is over, each with the kind of record."""
    return [(name, spec.arguments[spec.ends].of) for name, spec in actions.items() if spec.ends]


def _task_types(action: ActionName, task_types: Mapping[TaskTypeName, TaskType]) -> list[TaskTypeName]:
    return [name for name, task_type in task_types.items() if any(step.action == action for step in task_type.steps)]


def _another_time(wish: TimeWish, step: Step, evidence: Evidence) -> bool:
    """Whether it asks for a time that the record does not have yet; what clauses only tell is no such wish."""
    if not wish.wanted or wish.passing or wish.engaged:
        return False
    acted_on = set(map(str, step.values().values()))
    for record in (one for lookup in evidence.lookups if lookup.goal == step.goal for one in lookup.records):
        day = day_of_value(record.fields.get("date") or record.fields.get("expected"))
        begins, _, ends = str(record.fields.get("window") or "").partition("-")
        if record.customer is not None and record.id in acted_on and day and wish.names(day, (begins, ends)):
            return False
    return True
