"""How a moment reads: everywhere the same words for it, in the business's own time zone.

Opening hours, service levels and what tickets are put off to are kept in that zone. The zone of a reader's browser
does not matter.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cx_core.records import Status
from pages.parts.words import STATUSES
from pages.wiring import desk


def moment(at: datetime) -> str:
    """ "14:05" today, else "Tue 24 Nov, 09:00", with the year if it is another one."""
    return in_words(at, datetime.now(UTC), ZoneInfo(desk().timezone()))


def status_words(status: Status, wake_at: datetime | None) -> str:
    """A ticket's status. One that was put off waits for us, and not for its customer."""
    return f"Snoozed until {moment(wake_at)}" if status == "pending" and wake_at else STATUSES[status]


def in_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The same for any "now" and any zone."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    year = "" if there.year == here.year else f" {there.year}"
    return f"{there:%a} {there.day} {there:%b}{year}, {there:%H:%M}"
