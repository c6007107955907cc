"""The hours that a customer wants to be called at, as they said them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx_core.records import MessageId, SpokenHours, TaskTypeName, TimeWish, Triage

_PAST = re.compile(r"\b(?:was|were|had|did|didn[’']?t|went|came|rang|got|said|told|\w{2,}ed|yesterday|ago)\b", re.I)


def wished_hours(
    triage: Triage, task_type: TaskTypeName, texts: Mapping[MessageId, str], day: TimeWish | None = None
) -> SpokenHours | None:
    """What was said last of the hours, by the clock before a part of the day; of several those named nearest to `day`.

    Hours in a clause about another goal of the ticket, or about what happened, are none of the call.
    """
    others = {goal.task_type for goal in triage.goals} - {task_type}
    wanted = [
        one for one in triage.hours if one.wanted and one.message in texts and _of_call(one, triage, others, texts)
    ]
    last = [one for one in wanted if one.message == wanted[-1].message]
    told = [one for one in last if one.clock] or last
    if not told:
        return None
    begin, end = [one for one in told if not one.ends], [one for one in told if not one.begins]
    if len(told) == 2 and begin and end and begin[0].begins < end[0].ends:
        return begin[0].replace(words=f"between {begin[0].begins} and {end[0].ends}", ends=end[0].ends)
    if day is not None and day.message == told[0].message:
        return min(told, key=lambda one: abs(one.start - day.start))
    return told[-1]


def _of_call(one: SpokenHours, triage: Triage, others: set[TaskTypeName], texts: Mapping[MessageId, str]) -> bool:
    clause = next((said for said in triage.said if said.holds(one)), None)
    if clause is None:
        return True
    happened = clause.does == "reports" and _PAST.search(texts[one.message][clause.start : clause.end]) is not None
    return clause.about not in others and not happened
