"""Where a text speaks of time: days, weeks, parts of the day, hours; what for is read by `time_wishes`.

English; the days themselves are read by `text.dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cx_core.records.time_wishes import WishKind
from cx_core.text.dates import FoundDate, dates

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_LONG = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
DAY = rf"{_LONG}s?|mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun"
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "couple of": 2, "few": 3}
_PART = re.compile(
    r"\b(?:early\s)?(?:(?P<morning>mornings?|forenoons?)|(?P<afternoon>afternoons?)"
    r"|(?P<evening>evenings?|nights?|tonight|after (?:work|school|hours|dark|tea|dinner))"
    r"|(?P<noon>lunch(?:time|-time)?s?|midday))\b(?!\s(?:all|team|there|sir|madam|rung)\b)",
    re.I,
)
_GREETED = re.compile(r"\bgood\s$", re.I)
_HOURS = {
    "morning": ("", "12:00"),
    "afternoon": ("12:00", "17:00"),
    "evening": ("16:00", ""),
    "noon": ("12:00", "16:00"),
}
_HOUR_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
}
_CLOCK = re.compile(
    r"\b(?P<how>after|from|not before|no earlier than|earlier than|before|by|until|till?|no later than"
    r"|later than|(?<!half )(?<!quarter )past)\s"
    r"(?:about\s|around\s)?(?:(?P<thirty>half\s(?:past\s)?)|quarter\spast\s)?"
    rf"(?:(?P<hour>[01]?\d|2[0-3]|{'|'.join(_HOUR_WORDS)})(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>am|pm|a\.m\."
    rf"|p\.m\.|o['’]?clock)?"
    r"(?![\w/-]|\s(?:days?|weeks?|months?|hours?|minutes?|of\b|%|people|weekends?|the\b|jan|feb|mar|apr|may|jun"
    r"|jul|aug|sep|oct|nov|dec))"
    r"|(?P<noon>noon|midday|lunch(?:time)?)\b)(?:\s(?:in the|at)\s(?:morning|afternoon|evening|night))?",
    re.I,
)
_HOURS_FROM_TO = re.compile(
    r"(?<![\w/.-])(?P<first>[01]?\d|2[0-4])(?P<m1>[:.][0-5]\d)?\s?(?P<h1>am|pm)?\s?(?:-|–|to|till?|until|and)\s?"
    r"(?P<last>[01]?\d|2[0-4])(?P<m2>[:.][0-5]\d)?\s?(?P<h2>am|pm|o['’]?clock)?(?![\w/-]|[.:]\d)",
    re.I,
)
_SPOKEN_OF = re.compile(r"\b(?:between|from)\s(?:the\shours\sof\s)?$", re.I)
_A_DAY_BEFORE = re.compile(rf"\b(?:{DAY}|(?:{_MONTHS})\w*)\b[^.!?\n]*$", re.I)
_FROM_HOUR = ("after", "from", "not before", "no earlier than", "past")
_CLOCK_ON = re.compile(
    rf"(?<![\w/.:-])(?P<hour>[01]?\d|2[0-3]|{'|'.join(_HOUR_WORDS)})(?P<thirty>(?!))?(?:[:.](?P<minute>[0-5]\d))?\s?(?:ish)?\s?"
    r"(?P<half>am|pm|o['’]?clock)?\s?(?:ish\s)?(?:onwards?|or later|or after|and later)\b",
    re.I,
)
"""Of a length of time it is not: "4ish onwards"."""
_NOBODY = re.compile(r"(?:\b(?:no|not|nobody|no one|no-one|never|nothing|cannot|useless)|n[’']t)\b[^.;!?]*$", re.I)
ENGAGED = re.compile(
    r"(?:\b(?:away|abroad|holiday|busy|out|at (?:work|school|the|my|our|his|her)"
    r"|(?<!a )(?<!the )(?<!new )(?<!one )(?<!some )working|work|hospital|shift|tied up|"
    r"not (?:here|in|home|back|free|available))|n[’']t (?:be )?(?:here|in|home|back|free|available))\b[^,.;!?]*$",
    re.I,
)
SOMEWHERE = re.compile(
    r"\b(?:i|we|he|she|they|my \w+)(?:[’']?(?:m|re|s|ll be)|\s(?:am|are|is|will be|stay))\b"
    r"(?![^.;!?]*\b(?:free|available|home|in|here|flexible|fine|ok|able|happy)\b)[^.;!?]*$",
    re.I,
)
"""Somebody is, up to a day, where or as they cannot see us: "I'm offshore till"."""
_WEEK = re.compile(
    r"\b(?:(?P<how>this|next|that|same|following|coming)\sweek\b(?!\s?end)"
    r"|(?:the\s)?week\s(?P<after>after(?:wards|\s(?:next|that|it))?|following(?:\sthat)?)\b(?!\s(?:i|we|my|the)\b)"
    r"|(?:the\s)?week\s(?P<before>before)\b(?!\s(?:i|we|my|the|\w*day|christmas|new)\b)"
    r"|(?:the\s)?(?:week\s(?:commencing|beginning|of|starting)|w/c)\s(?:the\s)?(?P<of>[^.,;!?\n]{2,40}))",
    re.I,
)
_AFTER_IT = re.compile(r"\bafter\s(?:the\s|this\s)?(?:coming\s)?$", re.I)
_WEEKEND = re.compile(r"\b(?:(?P<how>this|next|the|any|that|a)\s)?week-?ends?\b", re.I)
_WEEKDAYS = re.compile(
    r"\b(?:week-?days?|working days?|(?:in|during) the week|mon(?:day)?s?\s?(?:-|–|to|till|through)\s?fri(?:day)?s?)\b",
    re.I,
)
_EACH = re.compile(
    rf"\b(?P<every>any|every|each|all|a)\s(?P<day>{DAY})\b|\b(?P<days>{_LONG}s|(?:mon|tue|wed|thur|fri)s)\b", re.I
)
_SAME = re.compile(
    rf"\b(?:(?:that|the) (?:very )?same|that very) (?:{DAY})\b|"
    r"\b(?:(?:that|the) (?:very )?same day|same day|that (?:very )?day|the (?:very )?day itself)\b(?! delivery)"
    r"|\b(?P<after>(?:the )?following day|(?:the )?day after(?! tomorrow)(?=[\s,.;!?]*(?:$|[.,;!?]|['’]s\b|would|is|be"
    r"|if|or|instead|please))"
    r"|(?P<ahead>(?:the )?day before(?! yesterday)(?=[\s,.;!?]*(?:$|[.,;!?]|would|is|be|if|or|instead|please)))"
    r"|(?P<count>a|one|two|three|\d) days? later)\b"
    r"|\b(?P<week>(?:a|one|two) weeks? later|(?:the )?same (?:day|time) (?:the )?(?:next|following) week)\b",
    re.I,
)
_SHIFT = re.compile(
    r"(?<!the )(?<!'d )(?<!’d )\b(?P<before>earlier|sooner(?! the better)|come forward|bring(?:ing)? (?:it|this|that"
    r"|the \w+) forward|brought forward)\b(?!\s(?:than"
    r"|today|this))"
    r"|\b(?P<after>(?:push(?:ed|ing)?|put|mov(?:e|ed|ing))(?: (?:it|this|that|the \w+(?: \w+)?))? back(?!\s+to)"
    r"|later (?:date|day)|later(?=\s(?:on\s)?(?:in\sthat|that|in\sthe\ssame|the\ssame)\b)|postpone\w*)\b"
    r"(?:\s(?:by\s)?(?P<count>a|one|two|three|\d)\s(?P<unit>days?|weeks?"
    r"|fortnight|months?))?",
    re.I,
)
_NOT_A_DAY = re.compile(r"\b(?:not?|never)\s(?:a\s)?(?:single\s)?(?:(?:day|minute|moment|hour)\s)?$", re.I)
"""Before "sooner" that is no wish of its own: "not a day sooner"."""
_UNITS = {"d": 1, "w": 7, "f": 14, "m": 28}
_FEAST = re.compile(
    r"\b(?:(?P<christmas>christmas|xmas|x-mas)|(?P<boxing>boxing day)|(?P<old>old year(?:['’]?s)?\snight|hogmanay)"
    r"|(?P<year>new year(?:['’]?s)?))(?:\s(?P<which>day|eve))?\b",
    re.I,
)
_FEASTS = {
    "christmas": (12, 24, 26),
    "christmas eve": (12, 24, 24),
    "christmas day": (12, 25, 25),
    "boxing": (12, 26, 26),
    "old": (12, 31, 31),
    "year": (1, 1, 1),
    "year eve": (12, 31, 31),
    "year day": (1, 1, 1),
}
"""Month, first and last day."""
_PART_OF_MONTH = re.compile(
    r"\b(?P<which>early|beginning of|start of|first week (?:of|in)|second week (?:of|in)|third week (?:of|in)|"
    r"last week (?:of|in)|mid(?:dle of)?|late|end of|first half of"
    r"|second half of)[\s-](?:in\s)?(?P<month>january|february|march|"
    r"april|may|june|july|august|september|october|november|december|next month|the month|this month)\b",
    re.I,
)
_PARTS_OF_MONTH = {
    "early": (1, 10),
    "beginning": (1, 10),
    "start": (1, 10),
    "first week": (1, 7),
    "second week": (8, 14),
    "third week": (15, 21),
    "last week": (24, 31),
    "mid": (11, 20),
    "middle": (11, 20),
    "late": (21, 31),
    "end": (21, 31),
    "first half": (1, 15),
    "second half": (16, 31),
}
_NEXT_BILL = re.compile(
    r"\b(?:the\s)?(?:(?:next|coming|following|new)\s"
    r"(?:bill(?:ing (?:period|month|cycle|date))?|invoice|month['’]s bill)"
    r"|(?:when|once|as soon as|until|with) the (?:new|next|coming) month(?: (?:starts|begins|comes))?"
    r"|(?:the )?(?:start|beginning) of (?:the )?(?:next|coming|new) month"
    r"|(?:bill|invoice) (?:of|on) the (?:first|1st)|(?:first|1st) of (?:the )?(?:next|coming|following) month)\b",
    re.I,
)
"""Bills are of a calendar month."""
_FIGURES = re.compile(
    r"\b(?:the\s)?(?P<first>\d{1,2})(?:st|nd|rd|th)?\s?(?:-|–|to|and|or|until"
    r"|till)\s?(?:the\s)?(?P<last>\d{1,2})(?:st|nd|rd|th)?"
    rf"\s(?:of\s)?(?P<month>(?:{_MONTHS})\w*|(?:that|the same|the|this) month)\b",
    re.I,
)


class Mention(NamedTuple):
    """Words about time and what they are of, before it is known whether that is wanted; `ranged`: several days."""

    start: int
    end: int
    kind: WishKind
    said: dict[str, object]
    ranged: bool = False


def mentions(text: str, today: date) -> Iterator[Mention]:
    """Every mention of time that is not past, in no order; the same words may be found more than once, see `apart`."""
    yield from _days(text, today)
    for match in _PART.finditer(text):
        name = next(one for one in ("morning", "afternoon", "evening", "noon") if match[one])
        if not _GREETED.search(text[: match.start()]):
            begins, ends = _HOURS[name]
            yield Mention(*match.span(), "part", {"begins": begins, "ends": ends})
    yield from _clock(text)
    yield from _hours_from_to(text)
    yield from _weeks(text, today)
    for match in _WEEKDAYS.finditer(text):
        yield Mention(*match.span(), "days", {"weekdays": (0, 1, 2, 3, 4)})
    for match in _SAME.finditer(text):
        later = 7 * (2 if "two" in (match["week"] or "").lower() else 1) if match["week"] else 0
        if match["after"]:
            count = (match["count"] or "one").lower()
            later = _NUMBERS.get(count) or int(count)
        if match["ahead"]:
            later = -1
        yield Mention(*match.span(), "days", {"beside": "same", "days_after": later})
    for match in _SHIFT.finditer(text):
        if _NOT_A_DAY.search(text[: match.start()]):
            continue
        count = (match["count"] or "").lower()
        later = (_NUMBERS.get(count) or int(count)) * _UNITS[match["unit"][0].lower()] if count else 0
        beside = "before" if match["before"] else "after"
        yield Mention(*match.span(), "bound", {"beside": beside, "days_after": later})
    yield from _feasts(text, today)
    for match in _NEXT_BILL.finditer(text):
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield Mention(*match.span(), "days", {"first": first, "last": first})


def _days(text: str, today: date) -> Iterator[Mention]:
    for match in _EACH.finditer(text):
        word = (match["day"] or match["days"]).lower()
        whole = next(number for number, day in enumerate(_DAYS) if day.startswith(word[:3]))
        yield Mention(*match.span(), "days", {"weekdays": (whole,)})
    for match in _FIGURES.finditer(text):
        named = _month(match["month"].lower(), today) or _month_of(text, match.start(), today)
        if (month := named) is not None:
            one, other = int(match["first"]), int(match["last"])
            if 1 <= one <= other <= _length(month):
                days: dict[str, object] = {"first": month.replace(day=one), "last": month.replace(day=other)}
                yield Mention(*match.span(), "span", days, ranged=True)
    yield from _dates(text, today)
    for match in _PART_OF_MONTH.finditer(text):
        if (month := _month(match["month"].lower(), today)) is not None:
            which = match["which"].lower()
            begin, end = next(days for words, days in _PARTS_OF_MONTH.items() if which.startswith(words))
            said: dict[str, object] = {
                "first": month.replace(day=begin),
                "last": month.replace(day=min(end, _length(month))),
            }
            yield Mention(*match.span(), "span", said, ranged=True)


def _dates(text: str, today: date) -> Iterator[Mention]:
    for found in dates(text, today):
        if len(found.value) == 7:
            year, number = map(int, found.value.split("-"))
            first = date(year, number, 1)
            last = first.replace(day=_length(first))
        else:
            first = last = date.fromisoformat(found.value)
        if last < today or text[found.start : found.end].lower().endswith(("today", "yesterday", "weekend")):
            continue
        whole = len(found.value) == 7
        yield Mention(found.start, found.end, "span" if whole else "days", {"first": first, "last": last})


def _length(month: date) -> int:
    """How many days it has."""
    return ((month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day


def _month(name: str, today: date) -> date | None:
    first = today.replace(day=1)
    if name in ("the month", "this month"):
        return first
    if name == "next month":
        return (first + timedelta(days=32)).replace(day=1)
    found: list[FoundDate] = [one for one in dates(f"in {name.capitalize()}", today) if len(one.value) == 7]
    return date.fromisoformat(f"{found[0].value}-01") if found else None


def _month_of(text: str, at: int, today: date) -> date | None:
    """The month of the last date that stands before "that month", else of the next; None: there is none."""
    found = sorted((one for one in dates(text, today) if one.value >= today.isoformat()[:7]), key=lambda one: one.start)
    dated = [one for one in found if one.start < at and not re.match(r"the\s\d", text[one.start : one.end])] or found[
        -1:
    ]
    return date.fromisoformat(f"{dated[-1].value[:7]}-01") if dated else None


def _clock(text: str) -> Iterator[Mention]:
    for match in _CLOCK_ON.finditer(text):
        if (hour := _hour(match)) is not None:
            yield Mention(*match.span(), "bound", {"begins": f"{hour:02d}:00"})
    for match in _CLOCK.finditer(text):
        hour = 12 if match["noon"] else _hour(match)
        if hour is None:
            continue
        minute = 30 if match["thirty"] and not match["noon"] else 0
        how = match["how"].lower()
        before = re.split(r"[.!?;\n]|\s[–-]\s", text[max(0, match.start() - 60) : match.start()])[-1]
        engaged = how in ("until", "till", "til") and (ENGAGED.search(before) or SOMEWHERE.search(before))
        earlier = how in ("before", "earlier than", "until", "till") and _NOBODY.search(before)
        if how in _FROM_HOUR or engaged or earlier:  # an evening slot begins an hour before most people are home
            said: dict[str, object] = {"begins": f"{hour - 1 if hour > 16 else hour:02d}:{minute:02d}"}
        else:
            said = {"ends": f"{hour:02d}:{minute:02d}"}
        yield Mention(*match.span(), "bound", said)


def _hours_from_to(text: str) -> Iterator[Mention]:
    """Hours as "16:00-20:00", "8-12" or "between 9 and 11"; bare figures only behind a day or such a word."""
    for match in _HOURS_FROM_TO.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        named = match["m1"] or match["h1"] or match["h2"] or _SPOKEN_OF.search(before)
        if not named and not (_A_DAY_BEFORE.search(before) and match["last"] != match["first"]):
            continue
        first, last = int(match["first"]), int(match["last"])
        if (match["h2"] or "").lower() == "pm" and last < 12:
            last += 12
            first += 12 if first + 12 < last and (match["h1"] or "").lower() != "am" else 0
        elif not (match["m1"] or match["h1"] or match["h2"]) and last <= 7 and first < last:
            first, last = first + 12, last + 12
        elif last < first <= 12:
            last += 12
        if first < last <= 24:
            yield Mention(*match.span(), "part", {"begins": f"{first:02d}:00", "ends": f"{last:02d}:00"})


def _hour(match: re.Match[str]) -> int | None:
    """Of the day; without "am" or "pm" 7 to 12 are in the morning, 1 to 6 in the afternoon."""
    said, half = match["hour"].lower(), (match["half"] or "").lower()
    hour = _HOUR_WORDS.get(said) or int(said)
    if hour > 12 and not (half or match["minute"]):
        return None
    if half.startswith("p") or (not half.startswith("a") and hour < 7):
        hour += 12 if hour < 12 else 0
    return hour % 24


def _weeks(text: str, today: date) -> Iterator[Mention]:
    monday = today - timedelta(days=today.weekday())
    for match in _WEEK.finditer(text):
        if match["of"]:
            named = [one for one in dates(re.sub(r"^(?=\d)", "the ", match["of"]), today) if len(one.value) == 10]
            if not named:
                continue
            day = date.fromisoformat(max(named, key=lambda one: one.end - one.start).value)
            first = day - timedelta(days=day.weekday())
        elif (match["how"] or "").lower() in ("that", "same"):
            yield Mention(*match.span(), "span", {"beside": "week"})
            continue
        elif match["before"] or (match["after"] and not match["after"].lower().endswith("next")):
            yield Mention(*match.span(), "span", {"beside": "week", "days_after": -7 if match["before"] else 7})
            continue
        elif match["after"]:
            first = monday + timedelta(weeks=2)
        else:
            first = monday + timedelta(weeks=0 if match["how"].lower() == "this" else 1)
        days = {"first": max(first, today), "last": first + timedelta(days=6)}
        yield Mention(*match.span(), "span", dict(days), ranged=True)
    for match in _WEEKEND.finditer(text):
        if _AFTER_IT.search(text[: match.start()]):
            first = monday + timedelta(weeks=2 if (match["how"] or "").lower() == "next" else 1)
            yield Mention(*match.span(), "bound", {"first": first})
            continue
        how, plural = (match["how"] or "").lower(), match.group().lower().endswith("s")
        if how in ("any", "a", "the", "that") or plural or not how:
            yield Mention(*match.span(), "days", {"weekdays": (5, 6)})
            continue
        first = monday + timedelta(days=5 + (7 if how == "next" else 0))
        yield Mention(*match.span(), "span", {"first": first, "last": first + timedelta(days=1)}, ranged=True)


def _feasts(text: str, today: date) -> Iterator[Mention]:
    for match in _FEAST.finditer(text):
        name = next(one for one in ("christmas", "boxing", "old", "year") if match[one])
        which = f"{name} {(match['which'] or '').lower()}".strip()
        month, first, last = _FEASTS[which]
        year = today.year + (1 if (month, last) < (today.month, today.day) else 0)
        said: dict[str, object] = {"first": date(year, month, first), "last": date(year, month, last)}
        if which == "year" and re.search(r"\b(?:in|into) the $", text[: match.start()], re.I):
            said = {"first": date(year, 1, 2), "last": date(year, 1, 31)}
        yield Mention(*match.span(), "days", said)


def apart(found: Sequence[Mention]) -> list[Mention]:
    """In order of place; of two that share words the longer, and of equal ones the first."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda each: (each.start - each.end, each.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)
