"""Times of day, weekdays and days."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.knowledge_base.health.quantities.hours import hours
from cx_core.knowledge_base.health.quantities.quantity import FACE, Quantity

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_NAME = r"(?:mon|tues?|wed|wednes|thurs?|fri|satur|sat|sun)(?:days?)?"
_WEEKDAY = re.compile(
    rf"\b(?P<low>{_DAY_NAME})\b(?:(?:\s?(?:[-–—]|\bto\b|\bthrough\b|\buntil\b)\s?)(?P<high>{_DAY_NAME})\b)?"
    r"|\b(?P<group>weekdays?|weekends?)\b",
    re.I,
)

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = rf"(?P<month>{'|'.join(name[:3] + '(?:' + name[3:] + ')?' for name in _MONTHS)})"
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b\.?(?:,?\s(?P<year>(?:19|20)\d\d))?"
    rf"|\b{_MONTH.replace('<month>', '<month2>')}\.?\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b"
    r"(?:,?\s(?P<year2>(?:19|20)\d\d))?"
    r"|\b(?P<year3>(?:19|20)\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)\b"
    r"|\b(?P<nth>[123]?\d)(?:st|nd|rd|th)\b(?:\sday)?(?:\sof\s(?:the|each|every|a)\s(?:\w+\s)?month)?",
    re.I,
)


def clock_times(text: str) -> Iterator[Quantity]:
    for found in hours(text):
        unit = "range" if found.ranged else ""
        yield Quantity("clock", found.low, found.high, f"{unit}{FACE}" if found.face else unit, found.start, found.end)


def days(text: str) -> Iterator[Quantity]:
    for found in _DATE.finditer(text):
        said = {name: value for name, value in found.groupdict().items() if value}
        if "nth" in said and not _nth_day(text, found):
            continue
        day = int(said.get("day") or said.get("day2") or said.get("day3") or said.get("nth") or 0)
        month = said.get("month") or said.get("month2") or ""
        number = int(said["month3"]) if "month3" in said else _month(month)
        year = int(said.get("year") or said.get("year2") or said.get("year3") or 0)
        if not 1 <= day <= 31:
            continue
        value = float(year * 10_000 + number * 100 + day)
        yield Quantity("day", value, value, "year" if year else "month" if number else "nth", *found.span())


def _nth_day(text: str, found: re.Match[str]) -> bool:
    """Whether "the 10th" is a day of the month and not a place in a row."""
    return (
        "month" in found[0]
        or not re.match(r"\s[a-z]", text[found.end() :])
        or bool(re.match(r"\s(?:and|or|of|to|at|by|on|for|is|will|in)\b", text[found.end() :]))
    )


def _month(name: str) -> int:
    return next((n for n, month in enumerate(_MONTHS, 1) if name and month.startswith(name.lower()[:3])), 0)


def weekdays(text: str) -> Iterator[Quantity]:
    for found in _WEEKDAY.finditer(text):
        if found["group"]:
            bits = 0b0011111 if found["group"].lower().startswith("weekd") else 0b1100000
        else:
            if len(found["low"]) <= 3 and not found["low"][0].isupper():
                continue
            first = _weekday_number(found["low"])
            last = _weekday_number(found["high"]) if found["high"] else first
            bits = sum(1 << (n % 7) for n in range(first, (last if last >= first else last + 7) + 1))
        yield Quantity("weekday", float(bits), float(bits), "", *found.span())


def _weekday_number(name: str) -> int:
    return next(n for n, day in enumerate(_DAYS) if day.startswith(name.lower()[:3]))
