"""Which of several days or slots fit what the customer said about time, soonest first; and which come nearest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from cx_core.records import BusinessRecord, OfferedTime, TimeWish
from cx_core.records.time_wishes import WishKind

Records = tuple[BusinessRecord, ...]
_KINDS: tuple[WishKind, ...] = ("days", "span", "part", "bound")


class Booked(NamedTuple):
    """What is to be changed: its day and its hours, where it has any."""

    day: date
    window: tuple[str, str]


def as_taken(records: Records, taken: Sequence[OfferedTime], booked: Booked | None) -> Records:
    """Those that are of the times taken of an offer; none where they are not to be had any more."""
    on = booked.day if booked else None
    dated = [(record, day) for record in records if (day := day_of(record)) is not None]
    return tuple(record for record, day in dated if any(one.is_of(day, _window(record), on) for one in taken))


def fitting(records: Records, wishes: Sequence[TimeWish], booked: Booked | None) -> Records:
    """Those that fit what counts of what was said; none where nothing does.

    `booked`: what is to be changed, where there is anything. Where only hours were wished for, the day it is booked on
    comes first.
    """
    counted = counting(records, wishes, booked)
    found = _with_fallbacks(records, counted, booked) if counted or not wishes else ()
    return _same_day_first(found, counted, booked)


def counting(records: Records, wishes: Sequence[TimeWish], booked: Booked | None) -> list[TimeWish]:
    """All that was said, where something fits it, else all that was said last; empty where nothing fits either.

    What is least certainly a wish is left out first: days wanted in clauses that only tell something, then all that
    those clauses say; never all that they want, so that a time which cannot be had is asked about.
    """
    read = [_unless_engaged(wish, booked) for wish in wishes]
    newest = [wish for wish in read if wish.message == wishes[-1].message]
    of_all = [wish for wish in read if not wish.passing or not wish.wanted], [wish for wish in read if not wish.passing]
    for counted in (read, *of_all, newest):
        says = counted is read or any(wish.wanted for wish in in_force(counted, booked))
        if says and counted and _with_fallbacks(records, counted, booked):
            return counted
    return []


def _with_fallbacks(records: Records, wishes: Sequence[TimeWish], booked: Booked | None) -> Records:
    first = [wish for wish in wishes if not wish.fallback]
    found = _all_that_fit(records, first, booked)
    return found if found or len(first) == len(wishes) else _all_that_fit(records, wishes, booked)


def _unless_engaged(wish: TimeWish, booked: Booked | None) -> TimeWish:
    """Not wanted where something else seems to happen then, unless that is what is booked."""
    return wish.replace(wanted=False) if wish.engaged and not (booked and wish.names(*booked)) else wish


def _same_day_first(found: Records, wishes: Sequence[TimeWish], booked: Booked | None) -> Records:
    """Another hour is rather wanted on the day that is booked than on the soonest, where they speak of hours alone."""
    counted = in_force(wishes, booked)
    of_hours = [one for one in counted if one.wanted and (one.begins or one.ends)]
    of_days = [
        one
        for one in counted
        if (one.wanted and (one.first or one.last or one.weekdays or one.beside))
        or (not one.wanted and booked is not None and one.holds(booked.day, ("", ""), booked.day))
    ]
    if booked is None or not of_hours or [one for one in of_days if one.wanted or not (one.begins or one.ends)]:
        return found
    return tuple(sorted(found, key=lambda record: day_of(record) != booked.day))


def in_force(wishes: Sequence[TimeWish], booked: Booked | None) -> list[TimeWish]:
    """Those that count: without what only names the day it is booked on, and what later words take the place of."""
    of = {kind: [one for one in wishes if one.wanted and one.kind == kind] for kind in _KINDS}
    days = _newest(_without_booked(of["days"], booked))
    same = any(one.beside == "same" for one in days)
    bounds = of["bound"]
    if same:  # "earlier the same day"
        bounds = [one for one in bounds if one.beside not in ("before", "after")]
    unwanted = [one for one in wishes if not one.wanted and not (same and booked and one.names(*booked))]
    return [*days, *_newest(of["span"]), *bounds, *_newest(of["part"]), *unwanted]


def nearest(records: Records, wishes: Sequence[TimeWish], booked: Booked | None) -> Records:
    """In the order of how many of the wishes each goes against, the fewest first, then of how far off it is from the
    days that were wished for, or from what is booked where none was; as they were where equal."""

    def off(record: BusinessRecord) -> tuple[int, int]:
        return sum(_against(record, wish, booked) for wish in wishes), _days_off(record, wishes, booked)

    return tuple(sorted(records, key=off))


def _days_off(record: BusinessRecord, wishes: Sequence[TimeWish], booked: Booked | None) -> int:
    """To the nearest wished day, in days; 0 where no day is known."""
    day = day_of(record)
    spans = [(one.first, one.last or one.first) for one in in_force(wishes, booked) if one.wanted and one.first]
    if not spans and booked and any(not one.wanted or one.kind == "part" or one.beside for one in wishes):
        spans = [(booked.day, booked.day)]
    if day is None or not spans:
        return 0
    return min(max((first - day).days, (day - last).days, 0) for first, last in spans)


def _all_that_fit(records: Records, wishes: Sequence[TimeWish], booked: Booked | None) -> Records:
    counted, on = in_force(wishes, booked), booked.day if booked else None
    return tuple(record for record in records if _fits(record, counted, on))


def _fits(record: BusinessRecord, counted: Sequence[TimeWish], on: date | None) -> bool:
    day, window = day_of(record), _window(record)
    if day is None:
        return True
    ruled_out = [one for one in counted if not one.wanted and (one.kind != "part" or any(window))]
    if any(one.holds(day, window, on) for one in ruled_out):
        return False
    of = {kind: [one for one in counted if one.wanted and one.kind == kind] for kind in _KINDS}
    if not all(one.holds(day, window, on) for one in of["bound"]):
        return False
    choices = [each for kind, each in of.items() if each and kind != "bound"]
    return all(any(one.holds(day, window, on) for one in each) for each in choices)


def _without_booked(days: Sequence[TimeWish], booked: Booked | None) -> list[TimeWish]:
    """Without the bare name of the day that is to be changed: it says which visit is meant, not which day is wanted."""
    return [one for one in days if not (booked and one.names(*booked))]


def _newest(wishes: Sequence[TimeWish]) -> list[TimeWish]:
    """Those of the last message that has any: a later choice takes the place of an earlier one."""
    return [one for one in wishes if one.message == wishes[-1].message] if wishes else []


def _against(record: BusinessRecord, wish: TimeWish, booked: Booked | None) -> bool:
    day = day_of(record)
    return day is not None and wish.holds(day, _window(record), booked.day if booked else None) != wish.wanted


def day_of(record: BusinessRecord) -> date | None:
    """The day of a visit, a slot or a delivery."""
    return _first_day(record, ("date", "expected"))


def booked_on(record: BusinessRecord) -> Booked | None:
    """When a visit or a delivery is booked: an order has the day it was made on, and the one on which it is to come."""
    day = _first_day(record, ("expected", "date"))
    return Booked(day, _window(record)) if day else None


def _first_day(record: BusinessRecord, names: Sequence[str]) -> date | None:
    for name in names:
        value = record.fields.get(name)
        if isinstance(value, str) and len(value) >= 10:
            try:
                return date.fromisoformat(value[:10])
            except ValueError:
                continue
    return None


def _window(record: BusinessRecord) -> tuple[str, str]:
    """The hours of a slot as written, "08:00-12:00"; empty: all day."""
    begin, _, end = str(record.fields.get("window") or "").partition("-")
    return begin, end
