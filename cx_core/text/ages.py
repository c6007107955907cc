"""How long ago a day is, or how far ahead, as conditions of the knowledge folder say it: "over 30 days", "past"."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta

from cx_core.records import Value

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WRITTEN = "over 30 days, up to 10 working days, over 90 days ahead, past, today, to come"
"""How such a condition is written, for whoever wrote it otherwise."""

_SPAN = re.compile(r"(?P<how>over|up to) (?P<count>\d{1,4}) (?P<working>working )?days?(?P<ahead> ahead)?")
_WORDS = ("past", "today", "to come")
_SATURDAY = 5


def is_age(said: str) -> bool:
    """Whether this says how long ago a day is."""
    return said in _WORDS or _SPAN.fullmatch(said) is not None


def day_of_value(value: Value) -> date | None:
    """The day that a field holds as an ISO date, or as date and time; None: it holds none."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def aged(day: date, said: str, today: date, holidays: Collection[str] = ()) -> bool:
    """Whether a day is as long ago as is said. "Up to" counts from today on; what lies ahead is not ago.

    Working days are Monday to Friday without `holidays` ("2026-12-24", or "12-25" of every year); the day itself is
    not counted.
    """
    if said in _WORDS:
        return said == ("past" if day < today else "today" if day == today else "to come")
    span = _SPAN.fullmatch(said)
    if span is None:
        return False
    first, last = (today, day) if span["ahead"] else (day, today)
    passed = working_days(first, last, holidays) if span["working"] else (last - first).days
    return passed > int(span["count"]) if span["how"] == "over" else first <= last and passed <= int(span["count"])


def working_days(after: date, until: date, holidays: Collection[str] = ()) -> int:
    """How many there are after a day, up to another; 0 where that lies before it."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    closed = (day.isoformat() in holidays or f"{day:%m-%d}" in holidays or day.weekday() >= _SATURDAY for day in days)
    return sum(not one for one in closed)


def next_working_day(today: date, count: int) -> date:
    """The first day from Monday to Friday that is at least so many days ahead."""
    day = today + timedelta(days=count)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def example(said: str, today: date) -> date:
    """A day of which this is true, for whoever makes up records."""
    span = _SPAN.fullmatch(said)
    if span is None:
        return today + timedelta(days={"past": -3, "today": 0}.get(said, 3))
    days = 2 * int(span["count"]) + 7 if span["how"] == "over" else min(1, int(span["count"]))
    return today + timedelta(days=days if span["ahead"] else -days)
