"""Which of several days or slots fit what the customer said about time, soonest first; and which come nearest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from cx_core.records import BusinessRecord, TimeWish

Records = tuple[BusinessRecord, ...]


class Booked(NamedTuple):
    """What is to be changed: its day and its hours, where it has any."""

    day: date
    window: tuple[str, str]


def fitting(records: Records, wishes: Sequence[TimeWish], booked: Booked | None) -> Records:
    """Those that fit all that was said, else all that was said last; none where nothing does.

    `booked`: what is to be changed, where there is anything.
    """
    first = [wish for wish in wishes if not wish.fallback]
    found = tuple(record for record in records if _fits(record, first, booked))
    if not found and len(first) < len(wishes):
        found = tuple(record for record in records if _fits(record, wishes, booked))
    if found or len({wish.message for wish in wishes}) < 2:
        return found
    newest = [wish for wish in wishes if wish.message == wishes[-1].message]
    return tuple(record for record in records if _fits(record, newest, booked))


def nearest(records: Records, wishes: Sequence[TimeWish], booked: Booked | None) -> Records:
    """In the order of how many of the wishes each goes against, the fewest first; as they were where equal."""
    return tuple(sorted(records, key=lambda record: sum(_against(record, wish, booked) for wish in wishes)))


def _fits(record: BusinessRecord, wishes: Sequence[TimeWish], booked: Booked | None) -> bool:
    day, window = day_of(record), _window(record)
    if day is None:
        return True
    on = booked.day if booked else None
    of = {
        kind: [one for one in wishes if one.wanted and one.kind == kind] for kind in ("days", "span", "part", "bound")
    }
    days = _newest(_without_booked(of["days"], booked))
    same = any(one.beside == "same" for one in days)
    if same:  # "earlier the same day"
        of["bound"] = [one for one in of["bound"] if one.beside not in ("before", "after")]
    unwanted = [one for one in wishes if not one.wanted and not (same and booked and one.names(*booked))]
    if any(one.holds(day, window, on) for one in unwanted):
        return False
    if not all(one.holds(day, window, on) for one in of["bound"]):
        return False
    choices = [one for one in (days, _newest(of["span"]), _newest(of["part"])) if one]
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
    for name in ("date", "expected"):
        value = record.fields.get(name)
        if isinstance(value, str) and len(value) >= 10:
            try:
                return date.fromisoformat(value[:10])
            except ValueError:
                continue
    return None


def booked_on(record: BusinessRecord) -> Booked | None:
    """When a visit or a delivery is booked."""
    day = day_of(record)
    return Booked(day, _window(record)) if day else None


def _window(record: BusinessRecord) -> tuple[str, str]:
    """The hours of a slot as written, "08:00-12:00"; empty: all day."""
    begin, _, end = str(record.fields.get("window") or "").partition("-")
    return begin, end
