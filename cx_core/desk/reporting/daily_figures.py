"""What one person did day by day, from baseline events. Pure: events in, figures out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import mean, median
from zoneinfo import ZoneInfo

from cx_core.records import PersonId, TicketId
from cx_core.views import DayFigures, Measured

ANSWERS = ("approve", "edit")
_UNDOES = ("withdrawn", "given_back")
_OF_TICKET = ("first_response", "reopened", "rated")


def theirs(events: Iterable[Measured], person: PersonId) -> tuple[Measured, ...]:
    """Of events in the order of time, those that are this person's doing or fall to them.

    An answer that was taken back, or could not be carried out, is no answer. What becomes of a ticket falls to whoever
    answered it last.
    """
    kept: list[Measured] = []
    last: dict[TicketId, Measured] = {}
    for event in events:
        if event.kind in ANSWERS:
            last[event.ticket] = event
        before = last.get(event.ticket)
        if event.kind in _UNDOES:
            if before is not None and before in kept:
                kept.remove(before)
        elif event.person == person or (event.kind in _OF_TICKET and before is not None and before.person == person):
            kept.append(event)
    return tuple(kept)


def by_day(events: Iterable[Measured], days: Sequence[date], zone: ZoneInfo) -> tuple[DayFigures, ...]:
    """Figures for each of these days, of the clock in `zone`."""
    found: dict[date, list[Measured]] = {day: [] for day in days}
    for event in events:
        found.get(event.at.astimezone(zone).date(), []).append(event)
    return tuple(_figures(day, found[day]) for day in days)


def by_hour(events: Iterable[Measured], day: date, zone: ZoneInfo) -> tuple[int, ...]:
    """Answers in each of the 24 hours of a day."""
    hours = [here.hour for one in events if one.kind in ANSWERS and (here := one.at.astimezone(zone)).date() == day]
    return tuple(hours.count(hour) for hour in range(24))


def _figures(day: date, events: Sequence[Measured]) -> DayFigures:
    def number(*kinds: str) -> int:
        return sum(one.kind in kinds for one in events)

    def seconds(*kinds: str) -> list[float]:
        return [one.seconds for one in events if one.kind in kinds and one.seconds is not None]

    worked, scores = seconds(*ANSWERS), seconds("rated")
    return DayFigures(
        day=day,
        handled=number(*ANSWERS),
        approved=number("approve"),
        edited=number("edit"),
        rejected=number("reject"),
        average=mean(worked) if worked else None,
        median=median(worked) if worked else None,
        first_responses=number("first_response"),
        reopened=number("reopened"),
        ratings=len(scores),
        satisfaction=mean(scores) if scores else None,
    )
