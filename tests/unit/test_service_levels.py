"""Opening hours, closed days and clock changes in when an answer is due."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from cx_core.catalogue import Company, ServiceLevels
from cx_core.service_rules.service_levels import after, respond_by, solve_by

LONDON = ZoneInfo("Europe/London")
MINUTES = {"low": 600, "normal": 300, "high": 60, "urgent": 10}
HOURS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")


def company(**levels: object) -> Company:
    given = {"hours": HOURS, "respond_minutes": {"other": MINUTES, "vip": {**MINUTES, "urgent": 5}}, **levels}
    return Company.model_validate(
        {
            "name": "Acorn",
            "signature": "",
            "greeting": "",
            "closing": "",
            "disclosure": "",
            "currency": "GBP",
            "country": "GB",
            "timezone": "Europe/London",
            "languages": ("en",),
            "service_levels": given,
        }
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        ("2026-11-23T10:00", 60, "2026-11-23T11:00"),  # a Monday, within the day
        ("2026-11-23T16:30", 60, "2026-11-24T09:30"),  # half of it is for tomorrow
        ("2026-11-23T03:00", 60, "2026-11-23T10:00"),  # before opening
        ("2026-11-20T16:59", 2, "2026-11-23T09:01"),  # over a weekend
        ("2026-11-21T12:00", 0, "2026-11-23T09:00"),  # written on a Saturday
        ("2026-11-23T16:00", 60, "2026-11-23T17:00"),  # to the very end
        ("2026-11-23T09:00", 960, "2026-11-24T17:00"),  # two days
    ],
)
def test_that_only_opening_hours_count(since: str, minutes: int, due: str) -> None:
    assert after(company(), local(since), minutes) == local(due)


def test_that_closed_days_are_left_out_each_year_or_once() -> None:
    closed = company(holidays=("12-25", "2026-12-28"))
    assert after(closed, local("2026-12-24T16:30"), 60) == local("2026-12-29T09:30")


def test_that_a_clock_change_moves_nothing_in_local_time() -> None:
    on_sundays = company(hours={"sunday": "00:30-04:30"})
    spring = after(on_sundays, datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 120)
    assert spring == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)  # 01:00 to 02:00 did not happen on the wall
    assert after(on_sundays, datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 181) == local("2026-04-05T00:31")


def test_that_without_hours_it_is_always_open() -> None:
    since = local("2026-12-25T23:50")
    assert after(company(hours={}), since, 20) == local("2026-12-26T00:10")


def test_that_targets_follow_tier_and_priority() -> None:
    since = local("2026-11-23T10:00")
    assert respond_by(company(), since, "vip", "urgent") == local("2026-11-23T10:05")
    assert respond_by(company(), since, "gold", "urgent") == local("2026-11-23T10:10")
    assert solve_by(company(), since, "vip", "urgent") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": {"monday": "9-17"}},
        {"hours": {"monday": "17:00-09:00"}},
        {"holidays": ("31-12",)},
        {"respond_minutes": {"vip": MINUTES}},
        {"respond_minutes": {"other": {"low": 1}}},
    ],
)
def test_that_a_wrong_file_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ServiceLevels.model_validate({"respond_minutes": {"other": MINUTES}, **wrong})
