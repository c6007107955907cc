"""Days that other days depend on. Fernline keeps its calendar in UTC."""

from __future__ import annotations

from datetime import date, timedelta

WINDOWS = ("08:00-12:00", "12:00-16:00", "16:00-20:00")
"""A field team's visits of one day."""

_WEDNESDAY = date(2026, 1, 7)


def week_of(today: date) -> date:
    """The Wednesday on or before today: the day on which "the next Thursday at least 2 days away" moves on."""
    return today - timedelta(days=(today - _WEDNESDAY).days % 7)


def next_thursday(today: date) -> date:
    """The next Thursday that is at least 2 days away."""
    soonest = today + timedelta(days=2)
    return soonest + timedelta(days=(3 - soonest.weekday()) % 7)


def month_before(today: date, months: int) -> date:
    """The 15th of the month that lies this many months back."""
    month = today.year * 12 + today.month - 1 - months
    return date(month // 12, month % 12 + 1, 15)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of its month."""
    return day.replace(day=1), (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def days_from(first: date, last: date) -> list[date]:
    """Each day from one to another, both among them."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def day_name(day: date) -> str:
    """Friday 27 November."""
    return f"{day:%A} {day.day} {day:%B}"
