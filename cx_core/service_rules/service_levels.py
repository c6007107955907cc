"""When a customer should have heard from us: minutes of opening hours, in the business's own time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cx_core.catalogue import Company, Targets
from cx_core.records import Priority
from cx_core.service_rules.opening_hours import open_on

_DAYS = 400
"""So far ahead opening hours are looked through."""


def respond_by(company: Company, since: datetime, tier: str, priority: Priority) -> datetime:
    """When what the customer wrote at `since` should be answered."""
    return after(company, since, _minutes(company.service_levels.respond_minutes, tier, priority))


def solve_by(company: Company, since: datetime, tier: str, priority: Priority) -> datetime | None:
    """When a matter opened at `since` should be solved; None where nothing is promised."""
    targets = company.service_levels.solve_minutes
    return after(company, since, _minutes(targets, tier, priority)) if targets else None


def after(company: Company, since: datetime, minutes: int) -> datetime:
    """`minutes` of opening hours after `since`, in UTC. Without opening hours it is always open."""
    left = timedelta(minutes=minutes)
    if not company.service_levels.hours:
        return since + left
    first = since.astimezone(ZoneInfo(company.timezone)).date()
    for day in (first + timedelta(days=n) for n in range(_DAYS)):
        span = open_on(company, day)
        if span is None or span[1] <= since:
            continue
        begin = max(span[0], since)
        if begin + left <= span[1]:
            return begin + left
        left -= span[1] - begin
    return since + timedelta(days=_DAYS)


def _minutes(targets: Targets, tier: str, priority: Priority) -> int:
    return targets.get(tier, targets["other"])[priority]
