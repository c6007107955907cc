"""The customer's open sentences beside a step: which of them are about it, the days in them, and what they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from cx_core.catalogue import Knowledge
from cx_core.decide.last_check.act_words import act_of
from cx_core.decide.last_check.clauses import clauses, plain, sentences
from cx_core.decide.last_check.days import SaidDays, said_days, said_hours
from cx_core.decide.last_check.stance import Stances
from cx_core.decide.last_check.step_values import OfferedTimes, StepValues
from cx_core.ports import TimeReader
from cx_core.records import Step

_OR = re.compile(r"\bor\b")


class OpenSentences(NamedTuple):
    """All open sentences; those that are about the step, the days in them, and what they do."""

    every: tuple[str, ...]
    sentences: tuple[str, ...]
    days: tuple[SaidDays, ...]
    stances: Stances


def said_beside(
    texts: Sequence[str],
    values: StepValues,
    step: Step,
    knowledge: Knowledge,
    today: date,
    times: TimeReader | None,
    taken: Sequence[str] = (),
    others: Sequence[Step] = (),
) -> OpenSentences:
    """`taken` are those of the texts that are ours, with what they took of them; `times` reads their times by sense;
    a sentence that speaks of one of the `others` alone is about that one."""
    every = {one: clauses(one) for text in texts for one in sentences(text)}
    ours = {one for text in taken for one in sentences(text)}
    days = {one: tuple(said_days(one, today, values.present_days, None if one in ours else times)) for one in every}
    other_days = [day for found in days.values() for day in found if day.first not in values.present_days]
    mine, another = values.names()
    stances = Stances(
        [clause for found in every.values() for clause in found],
        act_of(knowledge.actions[step.action], knowledge.actions),
        mine.also(plain(day.words) for day in other_days if _may_fit(day, values, today)).stand,
        another.also(plain(day.words) for day in other_days if not _may_fit(day, values, today)).stand,
        lambda words: mine.stand(words) or another.stand(words),
        lambda words: _meets(words, values, today) and not another.stand(words),
        lambda words: _free(words, values, today),
        lambda words: _holds_time(words, today) and _meets(words, values, today),
        set(map(plain, ours)),
    )
    beside = [act_of(knowledge.actions[one.action], knowledge.actions) for one in others if one.action != step.action]
    of_it = tuple(one for one, found in every.items() if stances.bears_on_it(found, beside))
    return OpenSentences(tuple(every), of_it, tuple(day for one in of_it for day in days[one]), stances)


def _meets(words: str, values: StepValues, today: date, times: OfferedTimes | None = None) -> bool:
    """Whether the step, or other `times`, are within all days and hours in words; a step without any meets none."""
    at = times or OfferedTimes(values.days, values.windows)
    days = list(said_days(words, today, values.present_days))
    hours = list(said_hours(words))
    wished = [day for day in days if day.sense == "on"]
    several = _OR.search(words) is not None
    met = [any(day.holds(own) or day.may_be(own) for own in at.days) for day in wished]
    in_time = (any(met) or not met) if several else all(met)
    if not in_time or any(day.forbids(own) for day in days for own in at.days) or (days and not at.days):
        return False
    return all(any(part.holds(begin) != part.out for begin in at.windows.values()) for part in hours)


def _holds_time(words: str, today: date) -> bool:
    return any(True for _ in said_days(words, today)) or any(True for _ in said_hours(words))


def _may_fit(day: SaidDays, values: StepValues, today: date) -> bool:
    """Whether it is a day of the step; on a Monday, "Monday" is a week from then."""
    return fits(day, values) or (day.first == today and any(day.may_be(own) for own in values.days))


def _free(words: str, values: StepValues, today: date) -> bool | None:
    """Whether something else that is offered is within all days and hours in some words; None if nothing is known of
    what they name."""
    others = values.other_times()
    offered = [day for one in others for day in one.days]
    named = {day.first for day in said_days(words, today, values.present_days)}
    known = offered and not any(day in values.present_days or not min(offered) <= day <= max(offered) for day in named)
    return any(_meets(words, values, today, one) for one in others) if known else None


def fits(day: SaidDays, values: StepValues) -> bool:
    return day.sense != "out" and any(map(day.holds, values.days))
