"""What a customer said about time, in a few words: "from Thu 3 December", "mornings", "not Tuesday or Friday"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cx_core.records import TimeWish

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SETS = {(0, 1, 2, 3, 4): "weekdays", (5, 6): "weekends", tuple(range(7)): "any day"}
_PARTS = {
    ("", "12:00"): ("mornings", "in the morning"),
    ("12:00", "17:00"): ("afternoons", "in the afternoon"),
    ("16:00", ""): ("evenings", "in the evening"),
    ("12:00", "16:00"): ("around midday", "around midday"),
}
"""Each part of the day alone, and behind a day."""
_BESIDE = {
    "same": "the same day",
    "week": "the same week",
    "before": "earlier than booked",
    "after": "later than booked",
}
_TURNED = (
    (True, re.compile(r"(?:until|till?)\b"), "after"),
    (True, re.compile(r"(?:before|earlier than)\b"), "from"),
    (False, re.compile(r"later than\b"), "by"),
)
"""How words begin that mean the opposite of what stands there, by whether they are of a beginning: "at work till 4"."""

_FIGURE = re.compile(r"\d")


class TimePhrase(NamedTuple):
    """Some words for what was said, and what it was."""

    text: str
    wishes: tuple[TimeWish, ...]


def time_phrases(wishes: Sequence[TimeWish], today: date) -> list[TimePhrase]:
    """All of it in an order that reads well; of days, spans and parts of the day that are wanted one is enough."""
    first = [one for one in wishes if one.wanted and not one.engaged and not one.fallback]
    made = [_any_of([one for one in first if one.kind == kind], today) for kind in ("days", "span")]
    made += [_any_of([one], today) for one in first if one.kind == "bound"]
    made.append(_any_of([one for one in first if one.kind == "part"], today))
    made.append(_any_of([one for one in wishes if one.wanted and one.fallback], today, "if not, "))
    down = [one for one in wishes if not one.wanted or one.engaged]
    made.append(_any_of([one for one in down if one.kind != "part"], today, "not "))
    made.append(_any_of([one for one in down if one.kind == "part"], today, "not "))
    return [phrase for phrase in _once(made) if phrase.wishes]


def time_words(wish: TimeWish, today: date) -> str:
    """What it is of, whether or not it is wanted; as written where it says nothing that is known here."""
    days = _days(wish, today)
    return f"{days} {_hours(wish, alone=not days)}".strip() or wish.text


def _any_of(wishes: Sequence[TimeWish], today: date, before: str = "") -> TimePhrase:
    words = list(dict.fromkeys(time_words(one, today) for one in wishes))
    return TimePhrase(f"{before}{_or(words)}", tuple(wishes))


def _once(phrases: Sequence[TimePhrase]) -> Iterator[TimePhrase]:
    """Each text once, with all that was said so."""
    for text in dict.fromkeys(phrase.text for phrase in phrases):
        yield TimePhrase(text, tuple(wish for phrase in phrases if phrase.text == text for wish in phrase.wishes))


def _days(wish: TimeWish, today: date) -> str:
    if wish.beside in ("same", "after") and wish.days_after:
        weeks, rest = divmod(wish.days_after, 7)
        count, unit = (wish.days_after, "day") if rest else (weeks, "week")
        later = f"{count} {unit}{'s' * (count > 1)} later"
        return f"{later} or more" if wish.beside == "after" else later
    if wish.beside:
        return _BESIDE[wish.beside]
    dates, weekdays = _dates(wish, today), _weekdays(wish.weekdays)
    if wish.first is not None and wish.first == wish.last:
        return dates
    return ", ".join(part for part in (weekdays, dates) if part)


def _dates(wish: TimeWish, today: date) -> str:
    first, last = wish.first, wish.last
    if first is not None and last is not None:
        return _day(first, today) if first == last else _span(first, last, today)
    if first is not None:
        return f"from {_day(first, today)}"
    return f"by {_day(last, today)}" if last is not None else ""


def _day(day: date, today: date) -> str:
    return f"{day:%a} {day.day} {day:%B}" + _year(day, today)


def _span(first: date, last: date, today: date) -> str:
    if first.day == 1 and (last + timedelta(days=1)).day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"in {first:%B}" + _year(first, today)
    if first.weekday() == 0 and last - first == timedelta(days=6):
        return f"the week of {first.day} {first:%B}" + _year(first, today)
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    return f"{first.day}{month} to {last.day} {last:%B}" + _year(last, today)


def _year(day: date, today: date) -> str:
    return f" {day.year}" if day.year != today.year else ""


def _weekdays(numbers: tuple[int, ...]) -> str:
    if numbers in _SETS:
        return _SETS[numbers]
    if len(numbers) > 2 and numbers == tuple(range(numbers[0], numbers[-1] + 1)):
        return f"{_DAYS[numbers[0]]} to {_DAYS[numbers[-1]]}"
    return _or([_DAYS[number] for number in numbers])


def _hours(wish: TimeWish, *, alone: bool) -> str:
    """The part of the day; of an hour the customer's own words, since slots are looked for from a little before it."""
    hours = wish.begins, wish.ends
    if not any(hours):
        return ""
    if wish.kind == "bound":
        return _own(wish)
    if hours in _PARTS and (wish.kind == "days" or not _FIGURE.search(wish.text)):
        return _PARTS[hours][0 if alone else 1]
    if all(hours):
        return f"{wish.begins} to {wish.ends}"
    return f"from {wish.begins}" if wish.begins else f"by {wish.ends}"


def _own(wish: TimeWish) -> str:
    words = " ".join(wish.text.split()).lower()
    for begins, pattern, instead in _TURNED:
        if begins == bool(wish.begins) and pattern.match(words):
            return pattern.sub(instead, words, count=1)
    return words


def _or(words: Sequence[str]) -> str:
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
