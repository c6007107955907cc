"""Which of several goals the words about time are of.

A goal that only informs gives way to one that sets the time of the same thing, where a time is wished for.

"Headphones due tomorrow, but I'm away till Friday, have them come then" is nearest to questions about an order; its
words about time say that the day is to be another. And of two that set a time, the one whose words say little but when
gives way to the one that all of the message is about: "the fitter is down for the 3rd. Could it be the Friday?" What a
task type can set is what its steps declare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from cx_core.catalogue import Knowledge, TaskType
from cx_core.records import Message, Statement, TaskTypeName, TimeWish
from cx_core.understand.goals import FoundGoal

PLAINLY = 0.6
"""Probability from which a clause wants or refuses something plainly."""

LIKELY = 0.5
"""Probability of the goal from which anything that is plainly wanted in the same message as the time may be it."""

_AT_ONCE = re.compile(
    r"\b(?:now|immediately|at once|straight ?away|right away|asap|bots?|chatbots?|robots?|machines?|computers?)\b", re.I
)
"""Words of somebody who wants a person before all else, or no machine."""
_OF_NO_RECORD = frozenset(("date", "product", "amount", "address", "phone", "email"))
"""Kinds of entities that no record of theirs is of by itself."""


def by_time(
    goals: Sequence[FoundGoal],
    said: Sequence[Statement],
    times: Sequence[TimeWish],
    today: date,
    knowledge: Knowledge,
) -> list[FoundGoal]:
    """The goals, with the one that sets a time sure in the place of the one that informs of the same kind of record, or
    whose words leave open which of two it is."""
    goals = _of_what_is_spoken_of(goals, knowledge)
    types = {name: one for name in {goal.task_type for goal in goals} if (one := knowledge.task_types.get(_name(name)))}
    setting = [goal for goal in goals if goal.task_type in types and sets_time(types[goal.task_type], knowledge)]
    for goal in setting:
        if goal.sure or goal.polarity == "kept" or not _wished(goal, said, times, today):
            continue
        informing = [
            other
            for other in goals
            if other.sure and other.task_type in types and _only_informs(types[other.task_type])
            if kinds_of_records(types[other.task_type]) & kinds_of_records(types[goal.task_type])
        ]
        if informing and not any(other.sure for other in setting):
            return [
                one._replace(sure=one is goal) if one is goal or one in informing else one
                for one in _first(goal, goals)
            ]
    return list(goals)


def _of_what_is_spoken_of(goals: Sequence[FoundGoal], knowledge: Knowledge) -> list[FoundGoal]:
    """With one whose words may as well be of another that sets a time read as that, which all of its text is about."""
    kept = {goal.task_type: goal for goal in goals}
    for goal in goals:
        rival = next((name for name in goal.rivals if _may_set_time(name, knowledge)), None)
        if rival is None or not _may_set_time(goal.task_type, knowledge):
            continue
        meant = kept.get(rival, goal._replace(task_type=rival))
        kept.pop(goal.task_type, None)
        kept[rival] = meant._replace(sure=meant.sure or goal.sure)
    return list(kept.values())


def _may_set_time(name: str, knowledge: Knowledge) -> bool:
    task_type = knowledge.task_types.get(_name(name))
    return task_type is not None and sets_time(task_type, knowledge)


def _first(goal: FoundGoal, goals: Sequence[FoundGoal]) -> list[FoundGoal]:
    return [goal, *(one for one in goals if one is not goal)]


def _name(name: str) -> TaskTypeName:
    return TaskTypeName(name)


def _wished(goal: FoundGoal, said: Sequence[Statement], times: Sequence[TimeWish], today: date) -> bool:
    """Whether a time to come is wanted, and a clause plainly wants or refuses what is about it or about the goal."""
    open_still = [one for one in times if one.wanted and (one.last or one.first or today) >= today]
    plain = [one for one in said if one.does in ("wants", "refuses") and one.probability >= PLAINLY]
    likely = goal.probability >= LIKELY
    return bool(open_still) and any(
        one.about == goal.task_type
        or (likely and one.does == "wants" and one.message in {wish.message for wish in open_still})
        or any(map(one.holds, times))
        for one in plain
    )


def sets_time(task_type: TaskType, knowledge: Knowledge) -> bool:
    """Whether a step of it says when: it takes a day, or a shared record that is chosen by its day."""
    by_day = {lookup.name for lookup in task_type.lookups if "date" in lookup.choose}
    for step in task_type.own_steps:
        shapes = knowledge.actions[step.action].arguments
        for name, place in step.arguments.items():
            shape = shapes[name]
            if shape.type == "date" or (shape.shared and place.partition(".")[0] in by_day):
                return True
    return False


def says_when_to_talk(
    goals: Sequence[FoundGoal], times: Sequence[TimeWish], own: Sequence[Message], knowledge: Knowledge
) -> bool:
    """Whether their last message names the day on which somebody of ours is to speak to them, and not at once: a goal
    in their `own` messages arranges a time, and for no record."""
    last = own[-1] if own else None
    if last is None or _AT_ONCE.search(last.text):
        return False
    if not any(_names_a_day(one) for one in times if one.message == last.id):
        return False
    return any(
        goal.sure
        and goal.polarity == "wanted"
        and any(goal.quote in one.text for one in own)
        and _arranges(knowledge.task_types.get(_name(goal.task_type)), knowledge)
        for goal in goals
    )


def _names_a_day(wish: TimeWish) -> bool:
    told = wish.passing or wish.engaged
    return wish.wanted and not told and bool(wish.first or wish.weekdays)


def _arranges(task_type: TaskType | None, knowledge: Knowledge) -> bool:
    return task_type is not None and sets_time(task_type, knowledge) and not kinds_of_records(task_type)


def _only_informs(task_type: TaskType) -> bool:
    return not task_type.own_steps


def kinds_of_records(task_type: TaskType) -> frozenset[str]:
    """The kinds of records of theirs that a task type is about."""
    return frozenset(task_type.wants) - _OF_NO_RECORD
