"""When the business is open, and when its days begin, in its own time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cx_core.catalogue import WEEKDAYS, Company

_DAYS = 366
"""So far ahead it is looked when the business opens again."""


def open_on(company: Company, day: date) -> tuple[datetime, datetime] | None:
    """From when to when it is open on this day, in UTC: a clock change makes a day longer or shorter."""
    levels = company.service_levels
    span = levels.hours.get(WEEKDAYS[day.weekday()])
    if span is None or day.isoformat() in levels.holidays or f"{day:%m-%d}" in levels.holidays:
        return None
    zone = ZoneInfo(company.timezone)
    opens, closes = (time.fromisoformat(text) for text in span.split("-"))
    return (
        datetime.combine(day, opens, zone).astimezone(UTC),
        datetime.combine(day, closes, zone).astimezone(UTC),
    )


def quiet(company: Company, at: datetime) -> bool:
    """Whether nobody is at work at this moment. Without opening hours it is always open."""
    if not company.service_levels.hours:
        return False
    span = open_on(company, at.astimezone(ZoneInfo(company.timezone)).date())
    return span is None or not span[0] <= at < span[1]


def opens_next(company: Company, at: datetime) -> datetime | None:
    """When somebody is at work again, in UTC; None while it is open, and where it does not open for a year."""
    if not quiet(company, at):
        return None
    first = at.astimezone(ZoneInfo(company.timezone)).date()
    spans = (open_on(company, first + timedelta(days=n)) for n in range(_DAYS))
    return next((span[0] for span in spans if span is not None and span[0] > at), None)


def day_began(company: Company, at: datetime) -> datetime:
    """Midnight before this moment where the business is, in UTC."""
    zone = ZoneInfo(company.timezone)
    return datetime.combine(at.astimezone(zone).date(), time.min, zone).astimezone(UTC)
