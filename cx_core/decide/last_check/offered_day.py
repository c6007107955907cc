"""Whether we offered the day and the hours of a step ourselves, and what the customer wrote since."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from cx_core.decide.last_check.clauses import sentences
from cx_core.decide.last_check.days import SaidDays, said_days, said_hours
from cx_core.decide.last_check.step_values import StepValues
from cx_core.records import Message

_OFFERS = re.compile(
    r"\b(?:could|can|offer|free|available|possible|have|got|or|shall|would|suits?)\b|\?|^\W*\d\W", re.I
)
"""A sentence of ours that names a time to be taken."""
_DATED = re.compile(r"\d|\bnext\b", re.I)


def since_offered(
    said: Sequence[Message], before: Sequence[Message], values: StepValues, today: date
) -> list[str] | None:
    """What they wrote after we offered the step's day and hours; None where we did not.

    What was wanted of time before an offer is answered by it: the words behind it tell what they take of it. `before`
    are all messages up to the ones that are not answered, in their order.
    """
    for place in range(len(before) - 1, -1, -1):
        ours = before[place]
        if ours.sender != "customer" and _offers(ours.text, values, today):
            earlier = {one.id for one in before[: place + 1]}
            return [one.text for one in said if one.sender == "customer" and one.id not in earlier]
    return None


def as_offered(days: Sequence[SaidDays], offered: date) -> tuple[SaidDays, ...]:
    """With a weekday that is that of the offered day taken for it: "the Thursday one"."""
    return tuple(one._replace(first=offered, last=offered) if _such_a_weekday(one, offered) else one for one in days)


def _offers(text: str, values: StepValues, today: date) -> bool:
    """Whether it names the step's day as one that could be, and its hours where the step has any."""
    offered = [one for one in sentences(text) if _OFFERS.search(one)]
    named = [one for sentence in offered for one in said_days(sentence, today) if one.sense == "on"]
    if not any(one.holds(day) or _such_a_weekday(one, day) for one in named for day in values.days):
        return False
    hours = [part for sentence in sentences(text) for part in said_hours(sentence)]
    return all(  # "4-8" is read as of the morning
        any(part.holds(begins) or part.holds(begins - 12) for part in hours) for begins in values.windows.values()
    )


def _such_a_weekday(said: SaidDays, day: date) -> bool:
    """Whether a weekday without a date is that of a day: "the same Tuesday, but later", not "next Tuesday"."""
    bare = said.first == said.last and not _DATED.search(said.words)
    return bare and said.first.weekday() == day.weekday()
