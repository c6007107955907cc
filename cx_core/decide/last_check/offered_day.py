"""Whether we offered the day and the hours of a step ourselves, and what the customer wrote since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cx_core.decide.last_check.clauses import sentences
from cx_core.decide.last_check.days import SaidDays, said_days, said_hours
from cx_core.decide.last_check.step_values import StepValues
from cx_core.records import Message


def since_offered(
    said: Sequence[Message], before: Sequence[Message], values: StepValues, today: date
) -> list[str] | None:
    """What they wrote after we offered the step's day and hours; None where we did not.

    What was said of time before an offer is answered by it: the words behind it tell what they take of it.
    """
    for ours in (message for message in reversed(before) if message.sender != "customer"):
        named = [one for text in sentences(ours.text) for one in said_days(text, today) if one.sense == "on"]
        hours = [part for text in sentences(ours.text) for part in said_hours(text)]
        of_day = any(one.holds(day) or _such_a_weekday(one, day) for one in named for day in values.days)
        of_hours = all(
            any(part.holds(begins) or part.holds(begins - 12) for part in hours) for begins in values.windows.values()
        )
        if of_day and (of_hours or not hours):  # "4-8" is read as of the morning
            return [one.text for one in said if one.sender == "customer" and one.at > ours.at and one.id != ours.id]
    return None


def _such_a_weekday(said: SaidDays, day: date) -> bool:
    """Whether a weekday without a date is that of a day: "the same Tuesday, but later"."""
    bare = said.first == said.last and not any(char.isdigit() for char in said.words)
    return bare and said.first.weekday() == day.weekday()
