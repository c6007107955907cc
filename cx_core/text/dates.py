"""Dates as customers write them, relative to the day they wrote. British: day before month, weeks begin on Monday.

Own rules instead of dateparser: its search is slower than all of triage, has no places for what it found in a
text with typos, and reads "may", "sun" and "24/7" as dates.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from cx_core.text.time_spelling import respelled

_MONTHS = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if name}
_DAYS = {name[:3].lower(): number for number, name in enumerate(calendar.day_name)}

_MONTH = (
    r"jan(?:uary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_LONG_DAY = r"mondays?|tuesdays?|wed(?:n?e?s|n)days?|th(?:u|ur|i)r?s?days?|fridays?|saturdays?|sundays?"
_SHORT_DAY = r"mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun"
_BEFORE_SHORT = r"on|by|this|next|last|until|till|before|after|since|from|or|for|coming"
_NUMBER = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_COUNT = r"\d{1,2}|an?|one|two|three|four|five|six|seven|ten"
_UNIT = r"days?|weeks?|months?|fortnights?"
_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = tuple(
    f"{stem}th"
    for stem in ("ten", "eleven", "twelf", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen")
)
_LAST = ("nineteenth", "twentieth", *(f"twenty-{one}" for one in _ONES), "thirtieth", "thirty-first")
_ORDINALS = {word: number for number, word in enumerate((*_ONES, *_TEENS, *_LAST), start=1)}
_SPELLED = "|".join(sorted((word.replace("-", "[- ]") for word in _ORDINALS), key=len, reverse=True))
_LATER_SPELLED = "|".join(word for word in _SPELLED.split("|") if _ORDINALS[word.replace("[- ]", "-")] > 3)
"""Without "first", "second" and "third", which count anything."""
_YEAR = r"(?:,?\s{1,2}(?P<year>20\d\d)\b)?"

_PAST = re.compile(
    r"\b(?:since|last|ago|was|were|came|arrived|ordered|delivered|charged|paid|billed|bought|took|taken|received"
    r"|(?<!u )(?<!ve )(?<!have )got|happened|turned up|had|sent|went|(?<!s )(?<!is )(?<!be )(?<!are )left|debited"
    r"|issued|dated|should have|supposed|stopped|broke"
    r"|wrote|rang|called)\b",
    re.I,
)
_TO_COME = re.compile(
    r"\b(?:will|won't|can|can't|cannot|could|want|need|needs|move|until|till|by|before|for|next|would|going to|please"
    r"|instead|available|free|am|i'm|is|booked|due|coming|tomorrow)\b",
    re.I,
)


_HAS_BEEN = re.compile(
    r"\b(?<!if it )(?<!if that )(?:was|were|wasn't|weren't|has been|have been|came|arrived|took"
    r"|(?<!u )(?<!ve )(?<!have )got|happened|bought"
    r"|broke|wrote|rang|went|you (?:sent|charged|billed|debited|delivered|promised)"
    r"|(?:i|we) (?:paid|ordered|received))\b",
    re.I,
)
"""Verbs that tell of what has been whatever stands before them."""


_ORDINAL_ALONE = re.compile(rf"the (?:\d{{1,2}}(?:st|nd|rd|th)|{_LATER_SPELLED})", re.I)


class FoundDate(NamedTuple):
    """A date in a text: text[start:end] means `value`, an ISO date, or YYYY-MM for a month."""

    start: int
    end: int
    value: str


_Reading = Callable[[re.Match[str], date, bool], str | None]
"""Match, day of writing, whether the clause before speaks of the past -> value."""


def dates(text: str, today: date) -> Iterator[FoundDate]:
    """In no order; the same words may be found more than once, the longer reading is the better."""
    spelt = respelled(text)
    for found in _read(spelt.text, today):
        yield FoundDate(*spelt.place(found.start, found.end), found.value)


def whole_dates(text: str, today: date) -> list[FoundDate]:
    """Those that lie in no longer one: of "September 1st" the day, and not the month."""
    found = list(dates(text, today))
    return [
        one
        for one in found
        if not any(
            other.start <= one.start and one.end <= other.end and one.end - one.start < other.end - other.start
            for other in found
        )
    ]


def _read(text: str, today: date, *, past: bool | None = None) -> Iterator[FoundDate]:
    for pattern, read in _RULES:
        for match in pattern.finditer(text):
            try:
                value = read(match, today, _past(text, match.start()) if past is None else past)
            except (ValueError, OverflowError):
                continue
            if value:
                yield FoundDate(match.start("date"), match.end("date"), value)


def last_such(text: str, today: date) -> list[str]:
    """The days that a date may name if they lie behind us, the last one first: "Tuesday", "12 March", "the 8th" (of any
    of the last twelve months)."""
    text = respelled(text).text
    found = sorted(_read(text, today, past=True), key=lambda one: one.start - one.end)
    days = [one.value for one in found if one.value <= today.isoformat()]
    if days and _ORDINAL_ALONE.fullmatch(text):
        last = date.fromisoformat(days[0])
        total = last.year * 12 + last.month - 1
        months = [((total - back) // 12, (total - back) % 12 + 1) for back in range(1, 12)]
        days += [date(year, month, last.day).isoformat() for year, month in months if _exists(year, month, last.day)]
    return days


def _past(text: str, start: int) -> bool:
    """Whether the words before a date speak of what has been: by the last of them that tells, where it is a verb that
    nothing to come can hang on ("can you see what was taken on"); else where nothing speaks of what is to come."""
    clause = re.split(r"[.!?;\n]|,", text[max(0, start - 60) : start])[-1]
    ahead = [match.start() for match in _TO_COME.finditer(clause)]
    told = [match.start() for match in _HAS_BEEN.finditer(clause)]
    if told and told[-1] > max(ahead, default=-1):
        return True
    return bool(_PAST.search(clause)) and not ahead


def _day_number(word: str) -> int:
    """Of a month, in figures or spelled."""
    return _ORDINALS.get(word.lower().replace(" ", "-")) or int(word.rstrip("stndrhSTNDRH"))


def _iso(match: re.Match[str], today: date, past: bool) -> str:
    return date(int(match["year"]), int(match["month"]), _day_number(match["day"])).isoformat()


def _numbers(match: re.Match[str], today: date, past: bool) -> str | None:
    if match["date"] == "24/7":
        return None
    return _near(_day_number(match["day"]), int(match["month"]), match["year"], today, past)


_MAY_BE = re.compile(r"may(?=\s(?:be|not|have|well|i|we|you|suit|work)\b)")


def _named(match: re.Match[str], today: date, past: bool) -> str | None:
    if _MAY_BE.match(match.string, match.start("month")):
        return None  # "number 2 may be the one"
    return _near(_day_number(match["day"]), _MONTHS[match["month"][:3].lower()], match["year"], today, past)


def _near(day: int, month: int, year: str | None, today: date, past: bool) -> str:
    """Without a year: the nearest such day, or the nearest behind us if the clause is about the past."""
    if year:
        return date(int(year) + (2000 if int(year) < 100 else 0), month, day).isoformat()
    near = [date(today.year + shift, month, day) for shift in (-1, 0, 1) if _exists(today.year + shift, month, day)]
    behind = [one for one in near if one <= today] if past else near
    return min(behind or near, key=lambda one: abs((one - today).days)).isoformat()


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _month(match: re.Match[str], today: date, past: bool) -> str | None:
    """A month alone: the nearest, "last" or "next" as told. "May" and "March" only where they are no verbs."""
    word, how = match["month"], (match["how"] or "").lower()
    if word.lower() in {"may", "march", "mar"} and not (word[0].isupper() and (how or match["year"])):
        return None
    if len(word) == 3 and not how and not word[0].isupper():
        return None
    number = _MONTHS[word[:3].lower()]
    if match["year"]:
        return f"{match['year']}-{number:02d}"
    shift = (number - today.month) % 12
    ahead = today.year * 12 + today.month - 1 + shift
    behind = ahead - (12 if shift else 0)
    chosen = behind if how == "last" or (how != "next" and (past or shift >= 6)) else ahead
    return f"{chosen // 12}-{chosen % 12 + 1:02d}"


def _this_month(match: re.Match[str], today: date, past: bool) -> str:
    shift = {"last": -1, "previous": -1, "this": 0, "next": 1}[match["how"].lower()]
    total = today.year * 12 + today.month - 1 + shift
    return f"{total // 12}-{total % 12 + 1:02d}"


def _weekday(match: re.Match[str], today: date, past: bool) -> str:
    """The next such day after today; "next" is in the week after this; "last", or a past clause, behind us."""
    how = (match["how"] or "").lower()
    wanted = _DAYS[{"thi": "thu"}.get(match["day"][:3].lower(), match["day"][:3].lower())]
    ahead = (wanted - today.weekday() - 1) % 7 + 1
    if how == "last" or (past and how not in {"next", "this", "coming"}):
        return (today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)).isoformat()
    if how == "next":
        return (today + timedelta(days=7 - today.weekday() + wanted)).isoformat()
    if how == "this" and wanted == today.weekday():
        return today.isoformat()
    return (today + timedelta(days=ahead)).isoformat()


def _weekend(match: re.Match[str], today: date, past: bool) -> str:
    """Its Saturday. "Next weekend" is the one after this week's."""
    how = (match["how"] or "").lower()
    saturday = today + timedelta(days=5 - today.weekday())
    if how == "last" or (past and how not in {"this", "next"}):
        return (saturday - timedelta(days=7)).isoformat()
    return (saturday + timedelta(days=7 if how == "next" else 0)).isoformat()


def _relative(match: re.Match[str], today: date, past: bool) -> str:
    word = match["word"].lower()
    base = -1 if word.startswith("yes") else 0 if word[:4] in {"toda", "toni"} else 1
    beyond = (match["beyond"] or "").lower()
    base += 1 if "after" in beyond else -1 if "before" in beyond else 0
    return (today + timedelta(days=base)).isoformat()


def _counted(match: re.Match[str], today: date, past: bool) -> str:
    count = _NUMBER.get(match["count"].lower()) or int(match["count"])
    unit = match["unit"].lower()
    days = count * {"d": 1, "w": 7, "f": 14, "m": 30}[unit[0]]
    return (today + timedelta(days=-days if match["ago"] else days)).isoformat()


def _ordinal(match: re.Match[str], today: date, past: bool) -> str:
    """ "the 5th": the next one, or the last one in a past clause."""
    day = _day_number(match["day"])
    total = today.year * 12 + today.month - 1
    months = [((total + shift) // 12, (total + shift) % 12 + 1) for shift in range(-2, 3)]
    found = [date(year, month, day) for year, month in months if _exists(year, month, day)]
    if past:
        return max(one for one in found if one <= today).isoformat()
    return min(one for one in found if one >= today).isoformat()


def _weekday_ordinal(match: re.Match[str], today: date, past: bool) -> str:
    """ "Saturday the 2nd": the next 2nd, or the last one in a past clause, that is a Saturday, within a year."""
    day, word = _day_number(match["day"]), match["weekday"][:3].lower()
    wanted = _DAYS[{"thi": "thu"}.get(word, word)]
    total = today.year * 12 + today.month - 1
    months = [((total + shift) // 12, (total + shift) % 12 + 1) for shift in range(-12, 13)]
    found = [date(year, month, day) for year, month in months if _exists(year, month, day)]
    such = [one for one in found if one.weekday() == wanted and (one <= today if past else one >= today)]
    return (such[-1] if past else such[0]).isoformat() if such else _ordinal(match, today, past)


def _weekday_number(match: re.Match[str], today: date, past: bool) -> str | None:
    """ "Saturday 19": where the nearest 19th is such a day; else the number is none of a day."""
    found = date.fromisoformat(_ordinal(match, today, past))
    word = match["weekday"][:3].lower()
    return found.isoformat() if found.weekday() == _DAYS[{"thi": "thu"}.get(word, word)] else None


def _month_end(match: re.Match[str], today: date, past: bool) -> str:
    total = today.year * 12 + today.month - 1 + (1 if (match["how"] or "").lower() == "next" else 0)
    year, month = total // 12, total % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()


def _rule(pattern: str, read: _Reading) -> tuple[re.Pattern[str], _Reading]:
    return re.compile(pattern, re.I), read


_START, _END = r"(?<![\w.,/£$€-])", r"(?![\w/-])"
_TH = r"(?:st|nd|rd|th)"
_NO_DATE_BEHIND = (
    r"(?!\s(?:time|floor|attempt|day|month|order|of(?!\s(?:that|this|the same|the) month)|line|generation|message|email"
    r"|visit|year|one|person|payment))"
)
_ALONE = (
    r"(?=\s*(?:[,.;:!?)]|$)|\s(?:is|are|was|would|will|at|in|or|and|to|till|until|please|instead"
    r"|onwards?|of (?:that|this|the)\b))"
)
_RULES = (
    _rule(r"(?<![\w-])(?P<date>(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2}))(?![\w-])", _iso),
    _rule(_START + r"(?P<date>(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?)" + _END, _numbers),
    _rule(_START + r"(?P<date>(?P<day>\d{1,2})([.-])(?P<month>\d{1,2})\3(?P<year>20\d\d|\d\d))" + _END, _numbers),
    _rule(
        rf"{_START}(?P<date>(?:the\s)?(?P<day>\d{{1,2}}){_TH}?\s{{0,2}}(?:of\s)?(?P<month>{_MONTH})\b(?:\.(?=\s\d))?{_YEAR})",
        _named,
    ),
    _rule(
        rf"\b(?:on|by|from|the|at|of|since|until|till|before|after)\s(?P<date>(?P<day>\d{{1,2}})\.\s?(?P<month>{_MONTH})\b{_YEAR})",
        _named,
    ),
    _rule(rf"\b(?P<date>(?:the\s)?(?P<day>{_SPELLED})\s(?:of\s)?(?P<month>{_MONTH})\b{_YEAR})", _named),
    _rule(
        rf"(?<!\d\s)(?<!\d(?:st|nd|rd|th)\s)\b(?P<date>(?P<month>{_MONTH})\.?\s{{1,2}}(?:the\s)?(?P<day>\d{{1,2}}){_TH}?\b(?![.:]\d|\s?%){_YEAR})",
        _named,
    ),
    _rule(
        r"(?:\b(?P<how>in|of|for|since|until|by|from|last|next|my|the|your|since|this)\s)?"
        rf"\b(?P<date>(?P<month>{_MONTH})\b{_YEAR})",
        _month,
    ),
    _rule(r"\b(?P<date>(?P<how>last|this|next|previous)\smonth)\b", _this_month),
    _rule(rf"\b(?P<date>(?:(?P<how>last|this|next|coming)\s)?(?P<day>{_LONG_DAY}))\b", _weekday),
    _rule(
        rf"\b(?:{_BEFORE_SHORT})\s(?P<date>(?P<how>(?!))?(?P<day>{_SHORT_DAY}))\b(?!\s(?:on|down|in|up)\b)",
        _weekday,
    ),
    _rule(r"\b(?P<date>(?:(?P<how>last|this|next)\s|the\s)?weekend)\b", _weekend),
    _rule(
        r"\b(?P<date>(?:the\s)?(?P<beyond>day\s(?:after|before)\s)?"
        r"(?P<word>yesterday|today|tonight|tom+or+ow|tom+or+w|tmrw|2mor+ow))\b",
        _relative,
    ),
    _rule(rf"\b(?P<date>(?P<count>{_COUNT})\s(?P<unit>{_UNIT})\s(?P<ago>ago))\b", _counted),
    _rule(rf"\b(?P<date>in\s(?P<count>{_COUNT})\s(?P<unit>{_UNIT})(?P<ago>(?!))?)\b(?!')", _counted),
    _rule(rf"\b(?P<date>the\s(?P<day>\d{{1,2}}){_TH})\b{_NO_DATE_BEHIND}", _ordinal),
    _rule(rf"\b(?P<date>the\s(?P<day>{_LATER_SPELLED}))\b{_ALONE}", _ordinal),
    _rule(
        rf"\b(?P<date>(?P<weekday>{_LONG_DAY}|{_SHORT_DAY}),?\s"
        rf"(?:the\s)?(?P<day>\d{{1,2}}{_TH}|(?<=the\s)(?:{_SPELLED})|{_LATER_SPELLED}))\b"
        rf"(?!\s(?:of\s)?(?:{_MONTH})\b)" + _NO_DATE_BEHIND,
        _weekday_ordinal,
    ),
    _rule(
        rf"\b(?P<date>(?P<weekday>{_LONG_DAY}|{_SHORT_DAY}),?\s(?P<day>\d{{1,2}}))(?![\w:/%£-]|[.,]\d|\s?(?:-|–|am\b|pm\b"
        rf"|(?:to|till?|until)\b(?!\s(?:the\s)?(?:{_LONG_DAY}|{_SHORT_DAY})\b)|and\s\d|o['’]clock|(?:of\s)?(?:{_MONTH})\b|(?:{_UNIT}|hours?|minutes?|times?)\b))",
        _weekday_number,
    ),
    _rule(r"\b(?P<date>(?:the\s)?end\sof\s(?:(?:this|the|(?P<how>next))\s)?month)\b", _month_end),
)
"""Later words stand for nothing: of two readings of the same characters the longer is kept by `entities`."""
