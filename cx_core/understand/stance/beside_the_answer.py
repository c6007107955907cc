"""What an answer to our question leaves standing beside what was asked about.

A question from before our last message was answered there: "how long does it take?" is no goal any more once the
customer has chosen the day. And the day that somebody gives when asked "which day?" is of what was asked about: by
itself it sounds like moving a visit or a delivery.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cx_core.catalogue import Knowledge, TaskType
from cx_core.records import Message
from cx_core.understand.goals import FoundGoal, HeardGoal
from cx_core.understand.offered_options import questions, without_questions
from cx_core.understand.stance.time_goals import kinds_of_records, sets_time
from cx_core.understand.stance.told_deeds import deeds
from cx_core.understand.time_mentions import mentions

_WHEN = re.compile(
    r"\b(?:which|what) (?:day|date|time|week|month|morning|afternoon|evening|slot|hours?)\b|\bwhen\b|\bhow late\b"
    r"|\b(?:day|date) (?:and|or) (?:at what )?time\b",
    re.I,
)
"""What asks for a time."""
_LONGER = re.compile(r"[A-Za-z]{3,}")
_STEM = 5
"""First letters by which longer words are the same: "deliver" and "delivered"."""
_FEW = 8
"""Longer words beside the times in an answer that only gives them: "not on Wednesday, that's my choir day"."""
_TELLS = re.compile(r"\w+(?:\W+\w+){3}")
"""Some words in a row: of what is no question, enough to have answered one."""


class TaskTypeWords(NamedTuple):
    """What of the catalogue tells task types apart here, by their names.

    `kinds`: the kinds of records that they are about; `timed`: those that set a time; `things`: the words for
    what their steps do, and to what; `done`: how each step is told once it is done, with what it was done to.
    """

    kinds: Mapping[str, frozenset[str]]
    timed: frozenset[str]
    things: Mapping[str, frozenset[str]]
    done: Mapping[str, tuple[tuple[frozenset[str], frozenset[str]], ...]]


def words_of(knowledge: Knowledge) -> TaskTypeWords:
    types = knowledge.task_types
    return TaskTypeWords(
        {str(name): kinds_of_records(one) for name, one in types.items()},
        frozenset(str(name) for name, one in types.items() if sets_time(one, knowledge)),
        {str(name): frozenset(_words_for(one, knowledge)) for name, one in types.items()},
        {
            str(name): tuple(
                (frozenset(told.acts), frozenset((*told.about, *told.made)))
                for told in (knowledge.actions[step.action].told_by for step in one.own_steps)
            )
            for name, one in types.items()
        },
    )


def _words_for(task_type: TaskType, knowledge: Knowledge) -> Iterator[str]:
    for step in task_type.own_steps:
        told = knowledge.actions[step.action].told_by
        yield from (*told.about, *told.made, *told.mentioned, *told.acts, step.action.partition("_")[0])


def without_the_time(
    goals: Sequence[FoundGoal],
    heard: Sequence[HeardGoal],
    put: HeardGoal,
    asked: str,
    answer: Message,
    words: TaskTypeWords,
) -> tuple[list[FoundGoal], HeardGoal]:
    """The goals, and the newest words, without those that only give the time that we asked for.

    `heard` are all their messages as they were read, `put` is ours, `asked` its words, `answer` the newest
    of theirs. What was spoken of before, and what names its own thing, stays.
    """
    *before, newest = heard
    if not (put.goals and _WHEN.search(questions(asked)) and _says_little_but_when(answer)):
        return list(goals), newest
    likeliest = max(put.goals, key=lambda one: one.probability)
    about = {likeliest.task_type, *(one.task_type for found in before for one in found.goals)}
    named = {word.casefold() for word in re.findall(r"[A-Za-z-]+", answer.text)}
    only_timed = {
        one.task_type
        for one in newest.goals
        if one.task_type in words.timed - about and not _named(words.things.get(one.task_type, frozenset()), named)
    }
    left = tuple(one for one in newest.goals if one.task_type not in only_timed)
    return [one for one in goals if one.task_type not in only_timed], newest._replace(goals=left)


def without_answered(
    goals: Sequence[FoundGoal], newest: HeardGoal, put: HeardGoal, said: str, words: TaskTypeWords
) -> list[FoundGoal]:
    """The goals without what was only asked before our last message, where something is wanted besides.

    Only a message that told something, `said`, may have answered it: a mere "which day?" did not. What it named
    is that, whatever else the words of the answer sound like.
    """
    named = {one.task_type for one in put.goals if one.sure}
    goals = [one._replace(rivals=()) if one.task_type in named else one for one in goals]
    wanted = {one.task_type for one in goals if one.sure and one.polarity == "wanted"}
    if not wanted or not _TELLS.search(without_questions(said)):
        return goals
    open_still = wanted | {one.task_type for one in (*newest.goals, *put.goals)}
    same = frozenset[str]().union(*(words.kinds.get(name, frozenset()) for name in wanted))
    return [
        one
        for one in goals
        if one.polarity != "asked" or one.task_type in open_still or words.kinds.get(one.task_type, frozenset()) & same
    ]


def without_done(goals: Sequence[FoundGoal], newest: HeardGoal, said: str, words: TaskTypeWords) -> list[FoundGoal]:
    """The goals without what we told in `said` that we have done, unless the newest words want it once more, or nothing
    else is wanted."""
    told = [one.casefold() for one in deeds(without_questions(said))]
    again = {one.task_type for one in newest.goals}

    def is_done(name: str) -> bool:
        return any(
            any(_stands(act, one) for act in acts) and any(_stands(thing, one) for thing in things)
            for acts, things in words.done.get(name, ())
            for one in told
        )

    left = [one for one in goals if one.task_type in again or not is_done(one.task_type)]
    return left if any(one.sure for one in left) else list(goals)


def _stands(word: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(word.casefold())}\b", text) is not None


def _says_little_but_when(answer: Message) -> bool:
    """Whether a few words are all that is left without the times."""
    times = [(one.start, one.end) for one in mentions(answer.text, answer.at.date())]
    left = [
        word for word in _LONGER.finditer(answer.text) if not any(start <= word.start() < end for start, end in times)
    ]
    return len(left) <= _FEW


def _named(things: frozenset[str], said: set[str]) -> bool:
    stems = [one[:_STEM] for one in map(str.casefold, things) if len(one) >= _STEM]
    short = {one.casefold() for one in things if len(one) < _STEM}
    return any(word in short or word.rstrip("s") in short or word.startswith(tuple(stems)) for word in said)
