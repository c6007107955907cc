"""When the business is open, and when its days begin, in its own time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from cx_core.catalogue import WEEKDAYS, Company


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


def day_began(company: Company, at: datetime) -> datetime:
    """Midnight before this moment where the business is, in UTC."""
    zone = ZoneInfo(company.timezone)
    return datetime.combine(at.astimezone(zone).date(), time.min, zone).astimezone(UTC)
