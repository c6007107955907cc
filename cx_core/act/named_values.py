"""Dates, contacts and long numbers that a text names, however they are written, to hold against those of a step."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator

_MONTHS = {name[:3].casefold(): number for number, name in enumerate(calendar.month_name) if name}
_NAME = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_NAME}\b",
        rf"\b{_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b",
        r"\b\d{4}-(?P<month>\d{2})-(?P<day>\d{2})\b",
        r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/\d{2,4})?\b",
    )
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d[\d ()-]{5,}\d")
_LAST = 9
"""Digits of a telephone number that are the same with and without the country's."""


def named(text: str) -> dict[str, frozenset[str]]:
    """By kind: dates as "month-day", mail addresses, and numbers of seven digits and more by their end."""
    found = {"date": frozenset(_dates(text)), "mail": frozenset(one.casefold() for one in _MAIL.findall(text))}
    digits = (re.sub(r"\D", "", one) for one in _NUMBER.findall(_without_dates(text)))
    found["number"] = frozenset(one[-_LAST:] for one in digits if len(one) > 6)
    return {kind: values for kind, values in found.items() if values}


def other_than(text: str, values: Iterable[str]) -> bool:
    """Whether a text names dates, addresses or numbers of a kind that these values have, and none of theirs."""
    theirs = named("\n".join(values))
    return any(kind in theirs and theirs[kind].isdisjoint(said) for kind, said in named(text).items())


def shares(text: str, values: Iterable[str]) -> bool:
    """Whether a text names a date, an address or a number that is among these values."""
    theirs = named("\n".join(values))
    return any(not theirs.get(kind, frozenset()).isdisjoint(said) for kind, said in named(text).items())


def _dates(text: str) -> Iterator[str]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            month = match["month"]
            number = int(month) if month.isdigit() else _MONTHS[month[:3].casefold()]
            yield f"{number}-{int(match['day'])}"


def _without_dates(text: str) -> str:
    for pattern in _DATES:
        text = pattern.sub(" , ", text)
    return text
