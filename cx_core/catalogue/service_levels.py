"""How soon customers hear from us."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from cx_core.records import PRIORITIES, Priority, Record

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Targets = dict[str, dict[Priority, int]]


class ServiceLevels(Record):
    """How soon customers hear from us, in minutes of opening hours, by tier ("other": any not named) and priority."""

    hours: dict[Weekday, str] = Field(default_factory=dict, description='"08:00-20:00"; none named: round the clock')
    holidays: tuple[str, ...] = Field(default=(), description="closed days: 2026-12-24, or 12-25 of every year")
    respond_minutes: Targets = Field(description="to the first answer to what the customer wrote")
    solve_minutes: Targets = Field(default_factory=dict, description="from the first message until it is solved")
    warn_minutes: int = Field(default=30, ge=0, description="so long before its time a ticket is escalated")
    soon_minutes: int = Field(default=60, ge=1, description="so long before its time a ticket is shown as due soon")
    backlog: int = Field(default=0, ge=0, description="more new and open tickets are too many; 0: never")

    @field_validator("hours")
    @classmethod
    def _spans(cls, hours: dict[Weekday, str]) -> dict[Weekday, str]:
        for day, span in hours.items():
            if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", span) or span[:5] >= span[6:]:
                raise ValueError(f"{day}: write opening hours as 08:00-20:00, the earlier hour first, not {span}")
        return hours

    @field_validator("holidays")
    @classmethod
    def _days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        for day in days:
            date.fromisoformat(day if len(day) == 10 else f"2024-{day}")
        return days

    @field_validator("respond_minutes", "solve_minutes")
    @classmethod
    def _complete(cls, targets: Targets) -> Targets:
        if targets and "other" not in targets:
            raise ValueError("name targets for other: any tier that is not listed")
        short = [tier for tier, minutes in targets.items() if set(minutes) != set(PRIORITIES)]
        if short:
            raise ValueError(f"{short[0]} needs minutes for {', '.join(PRIORITIES)}")
        return targets
