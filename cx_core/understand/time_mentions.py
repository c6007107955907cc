"""Where a text speaks of time: days, weeks, parts of the day, hours; what for is read by `time_wishes`.

English; the days themselves are read by `text.dates`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cx_core.text.dates import FoundDate, dates
from cx_core.text.time_spelling import respelled
from cx_core.understand.times.hours import DAY, LONG_DAY, MONTHS, NOBODY, Mention, clock, hours_from_to

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "couple of": 2, "few": 3}
PART = re.compile(
    r"\b(?:early\s)?(?:(?P<morning>mornings?|forenoons?)|(?P<afternoon>afternoons?)"
    r"|(?P<evening>evenings?|nights?|tonight|tea-?times?|after (?:work|school|hours|dark|tea|dinner))"
    r"|(?P<noon>lunch(?:time|-time)?s?|midday))\b(?!\s(?:all|team|there|sir|madam|rung)\b)",
    re.I,
)
GREETED = re.compile(r"\bgood\s$", re.I)
PART_HOURS = {
    "morning": ("", "12:00"),
    "afternoon": ("12:00", "17:00"),
    "evening": ("16:00", ""),
    "noon": ("12:00", "16:00"),
}
_WEEK = re.compile(
    r"\b(?:(?P<how>this|next|that|same|coming)\sweek\b(?!\s?end)"
    r"|(?:the\s)?week\s(?P<after>after(?:wards|\s(?:next|that|it))?|following(?:\sthat)?)\b(?!\s(?:i|we|my|the|\w*day|\d\w*)\b)"
    r"|(?:the\s)?(?P<following>following)\sweek\b(?!\s?end)"
    r"|(?:the\s)?week\s(?P<before>before)\b(?!\s(?:i|we|my|the|\w*day|christmas|new|\d\w*)\b)"
    r"|(?:the\s)?(?:(?:week|(?P<one>one))\s(?:commencing|beginning|starting)(?:\son)?|week\sof|w/c)\s(?:the\s)?(?P<of>[^.,;!?\n]{2,40}))",
    re.I,
)
_A_WEEK = re.compile(r"\bweek\b[^.!?\n]*\b(?:is|be|was)\s(?:the\s)?$", re.I)
"""In front of "the one starting Monday", which is a week."""
_NEAR = 80
"""Characters in front of "the one" within which a week may be spoken of."""
_AFTER_IT = re.compile(r"\bafter\s(?:the\s|this\s)?(?:coming\s)?$", re.I)
_BEFORE_IT = re.compile(r"\b(?:before|by|ahead of|in time for)\s(?:the\s|this\s)?(?:coming\s)?$", re.I)
_WEEKEND = re.compile(r"\b(?:(?P<how>this|next|the|any|that|a)\s)?week-?ends?\b", re.I)
_WEEKDAYS = re.compile(
    r"\b(?:week-?days?|working days?|(?:in|during) the week|mon(?:day)?s?\s?(?:-|–|to|till|through)\s?fri(?:day)?s?)\b",
    re.I,
)
_EACH = re.compile(
    rf"\b(?P<every>any|every|each|all|a)\s(?:other\s)?(?P<day>{DAY})\b|\b(?P<days>{LONG_DAY}s|(?:mon|tue|wed|thur|fri)s)\b",
    re.I,
)
_SAME = re.compile(
    rf"\b(?:(?:that|the) (?:very )?same|that very|(?:must|has to|needs to) (?:be|stay)(?: on)? that) (?:{DAY})\b|"
    r"\b(?:(?:that|the) (?:very )?same day|same day|that (?:very )?day|the (?:very )?day itself)\b(?! delivery)"
    r"|\b(?P<after>(?:the )?following day|(?:the )?day after(?! tomorrow)(?=['’]s|[\s,.;!?]*(?:$"
    r"|[.,;!?]|would|is|be|if|or|instead|please)|\b(?<=the day after)\s(?:that|this|it)\b)"
    r"|(?P<ahead>(?:the )?day before(?! yesterday)(?=['’]s|[\s,.;!?]*(?:$|[.,;!?]|would|is|be|if"
    r"|or|instead|please)|\b(?<=the day before)\s(?:that|this|it)\b))"
    r"|(?P<count>a|one|two|three|\d) days? later)\b"
    r"|\b(?P<week>(?:a|one|two) weeks? later|(?:the )?same (?:day|time) (?:the )?(?:next|following) week)\b",
    re.I,
)
_THAT_DAY = re.compile(r"that (?:very )?day", re.I)
"""The day that was named last, where one was."""
_SHIFT = re.compile(
    r"(?:(?<!the )(?<!'d )(?<!’d )\b(?P<before>earlier|sooner(?! the better)|come forward|bring(?:ing)? (?:it|this|that"
    r"|the \w+) forward|brought forward)\b(?!\s(?:than"
    r"|today|this\b|of\b|the better))"
    r"|\b(?P<after>(?:push(?:ed|ing)?|put|mov(?:e|ed|ing))(?: (?:it|this|that|the \w+(?: \w+)?))? back(?!\s+to)"
    r"|later (?:date|day)|later(?=\s(?:on\s)?(?:in\sthat|that|in\sthe\ssame|the\ssame)\b)|postpone\w*)\b)"
    r"(?:\s(?P<exact>by\s(?:exactly\s|precisely\s|just\s)?)?(?P<count>a|one|two|three|\d)\s(?P<unit>days?|weeks?"
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
_ANY_TIME = re.compile(
    r"\b(?:a\.?s\.?a\.?p\b\.?|as (?:soon|early|quick(?:ly)?) as (?:possible|you can)"
    r"|(?:the )?(?:first|next|earliest|soonest) (?:free|available|possible|one you have|thing you have)(?: \w+)?"
    r"|any (?:other )?(?:time|day|date) (?:is|would be|will do|works|suits|you (?:like|have)|at all)"
    r"|whenever (?:you|it|is|suits)|whichever (?:is|comes) (?:first|soonest|next))\b",
    re.I,
)
"""That any time is right."""
_OF_AN_ANSWER = re.compile(
    r"\b(?:confirm|answer|reply|respond|call|ring|phone|write|email|tell|contact|let (?:me|us) know"
    r"|get back)\b[^.!?\n]*$",
    re.I,
)
"""Before it, where it is an answer that is wanted so soon."""
_WITH_MONTH = re.compile(rf"\b(?:{MONTHS})|\d[-/.]\d", re.I)
_WEEKDAY_FIRST = re.compile(rf"(?:{DAY})\b", re.I)
_NUMBER_ONLY = re.compile(rf"(?:(?:{DAY}),?\s)?(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)|[a-z-]+(?:th|st|nd|rd))", re.I)
"""A day of a month that is not named."""
_FIGURES = re.compile(
    r"\b(?:the\s)?(?P<first>\d{1,2})(?:st|nd|rd|th)?\s?(?:-|–|to|and|or|until"
    r"|till)\s?(?:the\s)?(?P<last>\d{1,2})(?:st|nd|rd|th)?"
    rf"\s(?:of\s)?(?P<month>(?:{MONTHS})\w*|(?:that|the same|the|this) month)\b",
    re.I,
)


def mentions(text: str, today: date) -> Iterator[Mention]:
    """Every mention of time that is not past, in no order; the same words may be found more than once, see `apart`."""
    spelt = respelled(text)
    for one in _all(spelt.text, today):
        start, end = spelt.place(one.start, one.end)
        yield one._replace(start=start, end=end)


def _all(text: str, today: date) -> Iterator[Mention]:
    yield from _days(text, today)
    for match in PART.finditer(text):
        name = next(one for one in ("morning", "afternoon", "evening", "noon") if match[one])
        if not GREETED.search(text[: match.start()]):
            begins, ends = PART_HOURS[name]
            yield Mention(*match.span(), "part", {"begins": begins, "ends": ends})
    yield from clock(text)
    yield from hours_from_to(text)
    yield from _weeks(text, today)
    yield from _weekends(text, today)
    for match in _WEEKDAYS.finditer(text):
        yield Mention(*match.span(), "days", {"weekdays": (0, 1, 2, 3, 4)})
    yield from _beside(text)
    yield from _feasts(text, today)
    for match in _ANY_TIME.finditer(text):
        if _OF_AN_ANSWER.search(text[max(0, match.start() - 40) : match.start()]):
            continue
        yield Mention(*match.span(), "bound", {})
    for match in _NEXT_BILL.finditer(text):
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield Mention(*match.span(), "days", {"first": first, "last": first})


def _beside(text: str) -> Iterator[Mention]:
    """What is counted from the day that is booked, or that was named before."""
    for match in _SAME.finditer(text):
        later = 7 * (2 if "two" in (match["week"] or "").lower() else 1) if match["week"] else 0
        if match["after"]:
            count = (match["count"] or "one").lower()
            later = _NUMBERS.get(count) or int(count)
        if match["ahead"]:
            later = -1
        said: dict[str, object] = {"beside": "same", "days_after": later}
        yield Mention(*match.span(), "days", {**said, "named": True} if _THAT_DAY.fullmatch(match[0]) else said)
    for match in _SHIFT.finditer(text):
        if _NOT_A_DAY.search(text[: match.start()]):
            continue
        count = (match["count"] or "").lower()
        later = (_NUMBERS.get(count) or int(count)) * _UNITS[match["unit"][0].lower()] if count else 0
        beside = "before" if match["before"] else "after"
        if match["exact"] and later:
            exactly = -later if match["before"] else later
            yield Mention(*match.span(), "days", {"beside": "same", "days_after": exactly})
            continue
        yield Mention(*match.span(), "bound", {"beside": beside, "days_after": later})


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
    every = list(_in_their_month(list(dates(text, today)), text, today))
    past = sorted((one.start, one.end) for one in every if len(one.value) == 10 and one.value < today.isoformat())
    for found in every:
        at = bisect_right(past, (found.start, len(text))) - 1
        if len(found.value) == 7 and at >= 0 and found.end <= past[at][1]:
            continue  # the month of "the 9th of November" is no month to come
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


def _in_their_month(found: Sequence[FoundDate], text: str, today: date) -> Iterator[FoundDate]:
    """Numbers of days without a month as those of the month that was named before them: "the visit on 19 March ... the
    8th would suit"; of the next month where that day is over."""
    dated = [one for one in found if len(one.value) == 10 and _WITH_MONTH.search(text[one.start : one.end])]
    for one in found:
        before = [other for other in dated if other.end <= one.start and other.value >= today.isoformat()]
        if not before or not _NUMBER_ONLY.fullmatch(text[one.start : one.end]) or one.value < today.isoformat():
            yield one
            continue
        day, month = date.fromisoformat(one.value), date.fromisoformat(before[-1].value).replace(day=1)
        months = [month, (month + timedelta(days=32)).replace(day=1)]
        days = [each.replace(day=day.day) for each in months if day.day <= _length(each)]
        weekday = _WEEKDAY_FIRST.match(text[one.start : one.end])
        fits = [
            each
            for each in days
            if each >= today and (not weekday or _DAYS[each.weekday()].startswith(weekday[0][:3].lower()))
        ]
        yield one._replace(value=fits[0].isoformat()) if fits else one


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


def _weeks(text: str, today: date) -> Iterator[Mention]:
    monday = today - timedelta(days=today.weekday())
    for match in _WEEK.finditer(text):
        if match["one"] and not _A_WEEK.search(text[max(0, match.start() - _NEAR) : match.start()]):
            continue
        if match["of"]:
            inside = [one for one in _in_their_month(list(dates(text, today)), text, today) if _inside(one, match)]
            inside = inside or list(dates(re.sub(r"^(?=\d)", "the ", match["of"]), today))
            named = [one for one in inside if len(one.value) == 10]
            if not named:
                continue
            day = date.fromisoformat(max(named, key=lambda one: one.end - one.start).value)
            first = day - timedelta(days=day.weekday())
        elif (match["how"] or "").lower() in ("that", "same"):
            yield Mention(*match.span(), "span", {"beside": "week"})
            continue
        elif match["following"] or match["before"] or (match["after"] and not match["after"].lower().endswith("next")):
            yield Mention(*match.span(), "span", {"beside": "week", "days_after": -7 if match["before"] else 7})
            continue
        elif match["after"]:
            first = monday + timedelta(weeks=2)
        else:
            first = monday + timedelta(weeks=0 if match["how"].lower() == "this" else 1)
        days = {"first": max(first, today), "last": first + timedelta(days=6)}
        yield Mention(*match.span(), "span", dict(days), ranged=True)


def _before_it(text: str, weekend: re.Match[str]) -> bool:
    """Whether it is wanted before a weekend that is near; "nothing before the weekend" is no such bound."""
    front = text[: weekend.start()]
    found = _BEFORE_IT.search(front)
    if found is None or re.match(r"\s(?:of|after)\b", text[weekend.end() :], re.I):
        return False
    return not (NOBODY.search(front[-80:]) or re.search(r"\b(?:day|week)s?\s$", front[: found.start()], re.I))


def _weekends(text: str, today: date) -> Iterator[Mention]:
    monday = today - timedelta(days=today.weekday())
    for match in _WEEKEND.finditer(text):
        if _AFTER_IT.search(text[: match.start()]):
            first = monday + timedelta(weeks=2 if (match["how"] or "").lower() == "next" else 1)
            yield Mention(*match.span(), "bound", {"first": first})
            continue
        how, plural = (match["how"] or "").lower(), match.group().lower().endswith("s")
        if _before_it(text, match) and not plural and how not in ("any", "a"):
            friday = monday + timedelta(days=4 + (7 if how == "next" or today.weekday() > 4 else 0))
            yield Mention(*match.span(), "bound", {"last": friday})
            continue
        if how in ("any", "a", "the", "that") or plural or not how:
            yield Mention(*match.span(), "days", {"weekdays": (5, 6)})
            continue
        first = monday + timedelta(days=5 + (7 if how == "next" else 0))
        yield Mention(*match.span(), "span", {"first": first, "last": first + timedelta(days=1)}, ranged=True)


def _inside(one: FoundDate, match: re.Match[str]) -> bool:
    return match.start() <= one.start and one.end <= match.end("of")


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
