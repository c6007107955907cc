"""The day that a customer wants for what has no slots, such as a call: the first that fits all they said about time.

And the day from which they want it to begin, such as another plan.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from cx_core.records import Goal, TimeWish, Triage

_DAYS_AHEAD = 90


def wished_day(wishes: Sequence[TimeWish], today: date, holidays: Collection[str] = ()) -> tuple[date, TimeWish] | None:
    """The day, and the wish that says most of it; None: nothing was said of a day, or none within 90 days fits.

    A day that nobody named is from Monday to Friday and no holiday.
    """
    read = [one.replace(wanted=False) if one.engaged else one for one in wishes]
    for counted in (read, [one for one in read if not one.passing]):
        found = _first_day(counted, today, holidays)
        if found is not None:
            return found
    return None


def wished_start(wishes: Sequence[TimeWish], goal: Goal, today: date) -> tuple[date, TimeWish] | None:
    """From when it is wanted: the first day of what was said last about time; else a day that it is wanted by."""
    wanted = [one for one in wishes if one.wanted]
    meant = [one for one in wanted if not one.passing]
    starts = [(one.first, one) for one in meant if one.first is not None and one.first >= today]
    starts = starts or [(one.last, one) for one in meant if one.last is not None and one.last >= today]
    starts = starts or [(one.first, one) for one in wanted if one.first is not None and one.first >= today]
    own = [one for one in starts if one[1].text in goal.quote] or starts
    return own[-1] if own else None


def times_of(triage: Triage, goal: Goal) -> Sequence[TimeWish]:
    """All that was said of time; where the goal's own words name a day, without what another goal's words want."""
    own = [one for one in triage.times if one.text in goal.quote]
    if not any(one.wanted and one.kind != "part" and (one.first or one.weekdays) for one in own):
        return triage.times
    others = [other for other in triage.goals if other.sure and other.quote != goal.quote]
    return [
        one
        for one in triage.times
        if one in own or not one.wanted or not any(one.text in other.quote for other in others)
    ]


def _first_day(wishes: Sequence[TimeWish], today: date, holidays: Collection[str]) -> tuple[date, TimeWish] | None:
    telling = [
        one for one in wishes if one.kind != "part" and (one.first or one.last or one.weekdays) and not one.beside
    ]
    if not telling:
        return None
    days = _last_said([one for one in telling if one.wanted and one.kind == "days"])
    spans = _last_said([one for one in telling if one.wanted and one.kind == "span"])
    bounds = [one for one in telling if one.wanted and one.kind == "bound"]
    unwanted = [one for one in telling if not one.wanted]
    for ahead in range(1, _DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        named = next((one for one in days if one.holds(day, ("", ""), None)), None)
        if (days and named is None) or (named is None and (day.weekday() > 4 or day.isoformat() in holidays)):
            continue
        within = not spans or any(one.holds(day, ("", ""), None) for one in spans)
        kept = all(one.holds(day, ("", ""), None) for one in bounds)
        if within and kept and not any(one.holds(day, ("", ""), None) for one in unwanted):
            return day, named or telling[-1]
    return None


def _last_said(wishes: Sequence[TimeWish]) -> list[TimeWish]:
    """Those of the last message that has any."""
    return [one for one in wishes if one.message == wishes[-1].message] if wishes else []
