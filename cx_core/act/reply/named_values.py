"""Dates, times, contacts and long numbers that a text names, however written, to hold against those of a step."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

_MONTHS = {name[:3].casefold(): number for number, name in enumerate(calendar.month_name) if name}
_NAME = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_NAME}",
        rf"\b{_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b",
        r"\b\d{4}-(?P<month>\d{2})-(?P<day>\d{2})\b",
        r"(?<![\d/])(?!24/7)(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/\d{2,4})?(?![\d/])",
    )
)
_BEFORE = re.compile(
    r"\b(?:of|from|dated|since|wrote on|asked on|planned for|booked for|instead of) (?:the )?(?:\w+day,? )?(?:the )?$",
    re.I,
)
"""What stands before a date that is not the act's own: "your order of 3 November"."""
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_TIME = re.compile(r"\b(\d{1,2})[:.](\d{2})\b(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d[\d ()-]{5,}\d")
_LAST = 9
"""Digits of a telephone number that are the same with and without the country's."""
Named = Mapping[str, frozenset[str]]


def named(text: str, today: date | None = None) -> Named:
    """By kind: dates as "month-day", weekdays, times, mail addresses, and long numbers by their last digits.

    With `today`, as in a reply: neither that day counts, nor a weekday beside a date, nor what something is "of".
    """
    found = {"date": frozenset(_dates(text, today)), "mail": frozenset(one.casefold() for one in _MAIL.findall(text))}
    if not found["date"] or today is None:
        found["weekday"] = frozenset(_weekdays(text, relative=today is not None))
    if not found["mail"]:
        found["time"] = frozenset(f"{int(hour)}:{minute}" for hour, minute in _TIME.findall(_without_money(text)))
    digits = (re.sub(r"\D", "", one) for one in _NUMBER.findall(_without_dates(text)))
    found["number"] = frozenset(one[-_LAST:] for one in digits if len(one) > 6)
    return {kind: values for kind, values in found.items() if values}


def other_than(text: str, values: Iterable[str], today: date | None = None, beside: Iterable[str] = ()) -> bool:
    """Whether a text names something of a kind that these values have, and none of theirs; of times, any other.

    What is named `beside` them is no other either.
    """
    theirs, also = named("\n".join(values)), named("\n".join(beside))
    for kind, said in named(text, today).items():
        fitting = theirs.get(kind, frozenset()) | also.get(kind, frozenset())
        if kind in theirs and (not said <= fitting if kind == "time" else fitting.isdisjoint(said)):
            return True
    return False


def shares(text: str, values: Iterable[str]) -> bool:
    """Whether a text names a date, an address or a number that is among these values."""
    theirs = named("\n".join(values))
    return any(not theirs.get(kind, frozenset()).isdisjoint(said) for kind, said in named(text).items())


def _dates(text: str, today: date | None) -> Iterator[str]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            month = match["month"]
            number, day = int(month) if month.isdigit() else _MONTHS[month[:3].casefold()], int(match["day"])
            if not (1 <= number <= 12 and 1 <= day <= 31):
                continue
            if today is not None and (
                (number, day) == (today.month, today.day) or _BEFORE.search(text[: match.start()])
            ):
                continue
            yield f"{number}-{day}"


def _weekdays(text: str, *, relative: bool) -> Iterator[str]:
    for match in _WEEKDAY.finditer(text):
        if not (relative and _BEFORE.search(text[: match.start()])):
            yield match[0][:3].casefold()


def _without_dates(text: str) -> str:
    for pattern in _DATES:
        text = pattern.sub(" , ", text)
    return text


def _without_money(text: str) -> str:
    return re.sub(r"[£$€]\s?\d[\d,.]*", " ", text)
