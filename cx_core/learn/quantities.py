"""What a text states in numbers: periods, sums of money, shares, sizes, counts, times of day, days, telephone numbers.

Each is given in a base unit of its kind, so that a fortnight is 14 days and "£5" is "5.00 GBP". Numbers that belong to
a name (Hub 5, Fibre 150) are no quantities. English words; figures and signs of any text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

Kind = Literal["period", "money", "share", "size", "count", "clock", "weekday", "day", "phone"]


class Quantity(NamedTuple):
    """A value from `low` to `high`, which are equal where one is stated.

    Base units: period: days (`unit` "day", "month" or "year" where the calendar decides, "workday"); money: units of
    the currency in `unit`; share: per cent; size: of what `unit` names; count: pieces of `unit`; clock: minutes since
    midnight; weekday: bits, Monday 1; day: see `_day`; phone: the digits as a number.
    """

    kind: Kind
    low: float
    high: float
    unit: str
    start: int
    end: int
    rate: str = ""
    """What it is for: "month" of "£5 a month"."""

    def moved(self, by: int) -> Quantity:
        return self._replace(start=self.start + by, end=self.end + by)


_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: Mapping[str, float] = {word: float(n) for n, word in enumerate(_ONES)} | {
    word: float(20 + 10 * n) for n, word in enumerate(_TENS)
}
_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(sorted(_ONES[1:], key=len)[::-1])})"
_SCALED = (
    rf"(?:{_WORD}|\d{{1,2}})[ \n]and[ \n]a[ \n]half|(?:{_WORD}|an?)[ \n](?:hundred|thousand|dozen)"
    r"|a[ \n]couple[ \n]of|hundred|dozen"
)
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = rf"(?<![\w.,])(?:{_SCALED}|{_FIGURE}|{_WORD})(?![\w]*\d)"
_TO = r"\s?(?:[-–—]|\bto\b|\bor\b|\band\b)\s?"
_ADVERB = r"(?:(?:further|more|other|additional|whole)\s)?"

_UNITS: Mapping[str, tuple[float, str]] = {
    "second": (1 / 86400, "day"), "sec": (1 / 86400, "day"), "minute": (1 / 1440, "day"), "min": (1 / 1440, "day"),
    "hour": (1 / 24, "day"), "hr": (1 / 24, "day"), "day": (1, "day"), "night": (1, "day"), "week": (7, "day"),
    "fortnight": (14, "day"), "month": (1, "month"), "quarter": (3, "month"), "year": (1, "year"),
    "decade": (10, "year"),
}  # fmt: skip
_PERIOD_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|months?|quarters|years?|decades?)"
)
_FIRST = re.compile(rf"(?P<one>{_NUMBER})(?P<and>\sand\s(?=\w))?", re.I)
_BETWEEN = re.compile(r"\bbetween\s$", re.I)
_LISTED = re.compile(_NUMBER, re.I)
_LIST = re.compile(rf"(?:{_NUMBER}(?:,\s(?:and\s|or\s)?|\sand\s|\sor\s)(?:at\s|after\s|for\s|in\s)?)+$", re.I)
_PERIOD = re.compile(
    rf"(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?[-\s]{_ADVERB}"
    rf"(?P<work>(?:full\s|consecutive\s|calendar\s|clear\s)?(?:working|business|week)[-\s]?|(?:full|consecutive|calendar|clear)\s)?"
    rf"(?P<unit>{_PERIOD_UNIT})\b(?:['’])?",
    re.I,
)
_ONE_PERIOD = re.compile(
    r"\b(?:within|after|for|in|than|takes?|least|most|under|over|lasts?|about|nearly|almost|every|of|half)\s"
    r"(?P<one>an?\s(?P<work>working\s|business\s|full\s)?(?P<unit>minute|hour|day|week|fortnight|month|year))\b",
    re.I,
)
_FORTNIGHT = re.compile(
    r"\b(?:a|one)\sfortnight\b"
    r"|\b(?P<part>half|(?:an?\s)?quarter\sof|three\squarters\sof)\san?\s(?P<unit>hour|day|year)\b",
    re.I,
)
_PARTS = {"half": 0.5, "quarter": 0.25, "three": 0.75}

_CURRENCIES = {"£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY", "₹": "INR"}
_NAMES = {"gbp": "GBP", "usd": "USD", "eur": "EUR", "pound": "GBP", "dollar": "USD", "euro": "EUR", "quid": "GBP",
          "pence": "GBP", "p": "GBP", "cent": "USD", "chf": "CHF", "cad": "CAD", "aud": "AUD"}  # fmt: skip
_HUNDREDTH = {"pence", "p", "cent"}
_MONEY = re.compile(
    rf"(?P<sign>[£$€¥₹])\s?(?P<low>{_FIGURE})(?P<scale>k|m|bn|\smillion|\sthousand)?\b"
    rf"(?:{_TO}[£$€¥₹]\s?(?P<high>{_FIGURE})\b|\s?(?:[-–—]|\bto\b)\s?(?P<high2>{_FIGURE})\b(?!\s?(?:[A-Z%]|[a-z]{{2}})))?"
    rf"|\b(?P<before>GBP|USD|EUR|CHF|CAD|AUD)\s?(?P<low2>{_FIGURE})\b"
    rf"|(?P<low3>{_NUMBER})(?:{_TO}(?P<high3>{_NUMBER}))?\s?(?P<after>GBP|USD|EUR|CHF|CAD|AUD|pounds?|dollars?|euros?|quid|pence|cents?|(?<=\d)p)\b",
    re.I,
)
_FREE = re.compile(
    r"\bfree\sof\s(?:any\s)?charge\b|\bfor\sfree\b|\b(?:at|with)\sno\s(?:extra\s|additional\s)?(?:cost|charge|fee)s?\b"
    r"|\bwithout\s(?:a\s|any\s)?(?:extra\s|additional\s|further\s)?(?:fee|charge|cost)s?\b|\bno\sfee\b|\bno\scharge\b"
    r"|\bnothing\sto\spay\b|\bcosts?\s(?:you\s|them\s)?nothing\b"
    r"|\b(?:is|are|be|was|were|stays?|comes?)\s(?:always\s|also\s|completely\s|all\s|both\s)?free\b(?!\s(?:to|from|slots?|of))",
    re.I,
)
_SHARE = re.compile(rf"(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?\s?(?:%|per\s?cent\b|percent\b|pct\b)", re.I)
_HALF = re.compile(r"\bhalf\s(?=of\b|the\b|as\b|price\b)", re.I)

_SIZES: Mapping[str, tuple[float, str]] = {
    "kb": (1e-6, "GB"), "mb": (1e-3, "GB"), "gb": (1, "GB"), "tb": (1e3, "GB"),
    "kilobyte": (1e-6, "GB"), "megabyte": (1e-3, "GB"), "gigabyte": (1, "GB"), "terabyte": (1e3, "GB"),
    "mbps": (1, "Mbit/s"), "mbit/s": (1, "Mbit/s"), "gbps": (1e3, "Mbit/s"), "gbit/s": (1e3, "Mbit/s"),
    "megabit": (1, "Mbit/s"), "gigabit": (1e3, "Mbit/s"), "mbit": (1, "Mbit/s"), 
    "mhz": (1e-3, "GHz"), "ghz": (1, "GHz"),
    "mm": (1e-3, "m"), "cm": (1e-2, "m"), "m": (1, "m"), "km": (1e3, "m"), 
    "inch": (0.0254, "m"), "inches": (0.0254, "m"),
    "millimetre": (1e-3, "m"), "centimetre": (1e-2, "m"), "metre": (1, "m"), "kilometre": (1e3, "m"),
    "millimeter": (1e-3, "m"), "centimeter": (1e-2, "m"), "meter": (1, "m"), "kilometer": (1e3, "m"),
    "mile": (1609, "m"),
    "foot": (0.3048, "m"), "feet": (0.3048, "m"), "g": (1e-3, "kg"), "kg": (1, "kg"), "gram": (1e-3, "kg"),
    "kilogram": (1, "kg"), "kilo": (1, "kg"), "litre": (1, "l"), "liter": (1, "l"), "px": (1, "px"), "pixel": (1, "px"),
    "watt": (1, "W"), "kwh": (1, "kWh"), "°c": (1, "°C"), "volt": (1, "V"),
}  # fmt: skip
_SIZE = re.compile(
    rf"(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?[\s-]?"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, _SIZES), key=len)[::-1])})s?(?![\w/])",
    re.I,
)
_RATE = re.compile(
    r"(?:\s(?:in\s)?(?:an?|per|each|every|for\s(?:each|every|one))\s|\s?/\s?)(?!couple|few|lot)(?P<word>[a-z]+)|\s(?P<adverb>monthly|yearly|annually|daily|weekly)\b",
    re.I,
)
_ADVERBS = {"monthly": "month", "yearly": "year", "annually": "year", "daily": "day", "weekly": "week", "annum": "year",
            "mo": "month", "pm": "month", "yr": "year"}  # fmt: skip

_HOUR = (
    r"(?:[01]?\d|2[0-4]):[0-5]\d(?:\s?[ap]\.?m\b\.?)?|(?:1[0-2]|0?[1-9])\.[0-5]\d\s?[ap]\.?m\b\.?|(?:1[0-2]|0?[1-9])\s?[ap]\.?m\b\.?"
    r"|(?:1[0-2]|[1-9])\so['’]clock|midnight|noon|midday"
)
_CLOCK = re.compile(
    rf"(?<![\w.:,£$€])(?P<low>{_HOUR})(?:\s?(?:[-–—]|\bto\b|\band\b|\buntil\b|\btill\b)\s?(?P<high>{_HOUR}))?(?![\d:])",
    re.I,
)
_BARE_HOURS = re.compile(
    r"(?<![\w.:,£$€])(?P<low>1[0-2]|[1-9])\s?(?:[-–—]|to)\s?(?P<high>(?:1[0-2]|[1-9])\s?[ap]m)\b", re.I
)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_NAME = r"(?:mon|tues?|wed|wednes|thurs?|fri|satur|sat|sun)(?:days?)?"
_WEEKDAY = re.compile(
    rf"\b(?P<low>{_DAY_NAME})\b(?:(?:\s?(?:[-–—]|\bto\b|\bthrough\b|\buntil\b)\s?)(?P<high>{_DAY_NAME})\b)?"
    r"|\b(?P<group>weekdays?|weekends?)\b",
    re.I,
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(name[:3] + '(?:' + name[3:] + ')?' for name in _MONTHS)})"
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b\.?(?:,?\s(?P<year>(?:19|20)\d\d))?"
    rf"|\b{_MONTH.replace('<month>', '<month2>')}\.?\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b"
    r"(?:,?\s(?P<year2>(?:19|20)\d\d))?"
    r"|\b(?P<year3>(?:19|20)\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)\b"
    r"|\b(?P<nth>[123]?\d)(?:st|nd|rd|th)\b(?:\sday)?(?:\sof\s(?:the|each|every|a)\s(?:\w+\s)?month)?",
    re.I,
)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d \u00a0()-]{7,17}\d(?![\w-]|\.\d)")
_SHORT_CODE = re.compile(
    r"\b(?:call|calling|dial|ring|text|texting|to|on)\s(?P<digits>\d{3,6})\b(?!\s(?!by\b|from\b|and\b|or\b|to\b|in\b|for\b)[a-z])",
    re.I,
)
_COUNT = re.compile(rf"(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?", re.I)
_NOUN = re.compile(
    r"[\s-]+(?:(?:of|the|your|our|more|other|further|new|full|wrong|failed)\s+)*(?P<noun>[A-Za-z][a-z]+)(?:\s(?P<second>[a-z]+))?"
)
_TIMES = re.compile(r"\b(?P<word>(?<!\bat\s)once(?=[.,;:)]|$|\s(?:an?|per|every|each|in)\s)|twice|thrice)\b", re.I)
_TIMES_OF = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_NAME_BEFORE = re.compile(r"(?:\b[A-Z][\w+]*|[#§@=:/_])[\s-]?$")
_STARTS = re.compile(r"(?:^|[.!?\n]\s*|[-*•|]\s+)[A-Z][\w+]*\s$")
_NAMED = re.compile(r"\b[A-Z][\w+]*[ -](?P<number>\d+(?:\.\d+)?)\b(?![.,]?\d|%)")
_NO_NOUN = frozenset(re.findall(
    r"\w+",
    "a an and are as at be but by can do for from has have if in is it not of on or per so than that the then there "
    "these they this to was we were when which while will with you your need needs works includes",
))  # fmt: skip


def quantities(text: str, names: frozenset[str] = frozenset()) -> tuple[Quantity, ...]:
    """All of a text, in order, none inside another. `names` hold numbers that are none: see `named_numbers`."""
    taken: list[Quantity] = []
    kept = [found.span() for found in _NAMED.finditer(text) if found[0] in names]
    for find in _FINDERS:
        for found in find(text):
            if any(start < found.end and found.start < end for start, end in kept):
                continue
            for one in _listed(text, found):
                if all(one.end <= other.start or other.end <= one.start for other in taken):
                    taken.append(one)
    return tuple(sorted(taken, key=lambda one: one.start))


def _listed(text: str, found: Quantity) -> Iterator[Quantity]:
    """The quantity, and before it each number of a list that shares its unit: "at 80 and at 100 per cent"."""
    if found.kind not in ("share", "size", "period") or found.rate:
        yield found
        return
    first = _FIRST.match(text, found.start, found.end)
    one = number(first["one"]) if first else 0.0
    if first is None or not one:
        yield found
        return
    scale = found.low / one
    pair = first["and"] and not _BETWEEN.search(text[max(0, found.start - 12) : found.start])
    if pair:
        yield found._replace(high=found.low, end=first.end("one"))
        yield found._replace(low=found.high, start=first.end())
    else:
        yield found
    before = _LIST.search(text[: found.start])
    if before and (pair or found.low == found.high):
        for mark in _LISTED.finditer(text, before.start(), found.start):
            value = number(mark[0]) * scale
            yield found._replace(low=value, high=value, start=mark.start(), end=mark.end())


def named_numbers(texts: Iterable[str]) -> frozenset[str]:
    """Names that end in a number, such as "Hub 5": written with a capital also where no sentence begins."""
    found: set[str] = set()
    for text in texts:
        found.update(m[0] for m in _NAMED.finditer(text) if _named(text[: m.start("number")]))
    return frozenset(found)


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether both may be true of one thing: equal, or one lies in the other's range."""
    if one.kind != other.kind or one.kind in ("weekday", "phone"):
        return one.kind == other.kind and one.low == other.low
    if one.kind == "money" and 0.0 not in (one.high, other.high) and one.unit != other.unit:
        return True  # two currencies: nothing to compare
    if one.kind == "period":
        return _same_period(one, other)
    if one.low < one.high and other.low < other.high:
        return _close(one.low, other.low) and _close(one.high, other.high)
    return one.low - _slack(one) <= other.high and other.low - _slack(one) <= one.high


def _same_period(one: Quantity, other: Quantity) -> bool:
    ranges = one.low < one.high and other.low < other.high
    if one.unit == other.unit or {one.unit, other.unit} == {"day", "workday"}:
        same = _meet(one, other, ranges)
        if same or one.unit == other.unit:
            return same
        return _meet(_in_days(one), _in_days(other), ranges)
    return _meet(_in_days(one), _in_days(other), ranges)


def _meet(one: Quantity, other: Quantity, ranges: bool) -> bool:
    if ranges and one.unit == other.unit:
        return _close(one.low, other.low) and _close(one.high, other.high)
    return one.low <= other.high * 1.0001 and other.low <= one.high * 1.0001


def _in_days(one: Quantity) -> Quantity:
    """A period as days: a month has 28 to 31, a working week five days of seven."""
    short, long = {"month": (28.0, 31.0), "year": (365.0, 366.0), "workday": (1.0, 1.4)}.get(one.unit, (1.0, 1.0))
    twelve = one.unit == "month" and one.low >= 12 and one.low % 12 == 0
    if twelve:
        short, long = 365 / 12, 366 / 12
    return one._replace(low=one.low * short, high=one.high * long, unit="day")


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 + 1e-4 * max(abs(one), abs(other))


def _slack(one: Quantity) -> float:
    return 1e-6 + 1e-4 * abs(one.high)


# --- one finder a kind ----------------------------------------------------------------------


def _clock(text: str) -> Iterator[Quantity]:
    for found in (*_BARE_HOURS.finditer(text), *_CLOCK.finditer(text)):
        low, high = _minutes(found["low"]), _minutes(found["high"] or found["low"])
        if found.re is _BARE_HOURS and low < 720 and high > 720 and low + 720 < high and found["low"] in "123456":
            low += 720
        yield Quantity("clock", low, high, "range" if found["high"] else "", *found.span())


def _minutes(text: str) -> float:
    word = text.lower().strip()
    if word in ("midnight", "noon", "midday"):
        return 0 if word == "midnight" else 720
    figures = re.findall(r"\d+", word)
    hours, minutes = int(figures[0]), int(figures[1]) if len(figures) > 1 else 0
    if "p" in word and hours < 12:
        hours += 12
    elif re.search(r"a\.?m", word) and hours == 12:
        hours = 0
    return hours * 60 + minutes


def _phone(text: str) -> Iterator[Quantity]:
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if 9 <= len(digits) <= 15 and not re.fullmatch(r"\d{4}-\d\d-\d\d.*", found[0]):
            yield Quantity("phone", float(digits[-10:]), float(digits[-10:]), "", *found.span())
    for found in _SHORT_CODE.finditer(text):
        yield Quantity("phone", float(found["digits"]), float(found["digits"]), "code", *found.span("digits"))


def _date(text: str) -> Iterator[Quantity]:
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


def _money(text: str) -> Iterator[Quantity]:
    for found in _MONEY.finditer(text):
        low, high = (
            (found["low"] or found["low2"] or found["low3"]),
            (found["high"] or found["high2"] or found["high3"]),
        )
        name = (found["before"] or found["after"] or "").lower().rstrip("s")
        unit = _CURRENCIES.get(found["sign"] or "") or _NAMES.get(name, name.upper())
        factor = (
            0.01
            if name in _HUNDREDTH
            else {"k": 1e3, " thousand": 1e3, "m": 1e6, " million": 1e6}.get((found["scale"] or "").lower(), 1.0)
        )
        yield _rated(text, Quantity("money", number(low) * factor, number(high or low) * factor, unit, *found.span()))
    for found in _FREE.finditer(text):
        yield Quantity("money", 0.0, 0.0, "", *found.span())


def _share(text: str) -> Iterator[Quantity]:
    for found in _SHARE.finditer(text):
        yield Quantity("share", number(found["low"]), number(found["high"] or found["low"]), "", *found.span())
    for found in _HALF.finditer(text):
        yield Quantity("share", 50.0, 50.0, "", found.start(), found.start() + 4)


def _period(text: str) -> Iterator[Quantity]:
    for found in _FORTNIGHT.finditer(text):
        factor, base = _UNITS[(found["unit"] or "fortnight").lower()]
        part = next((share for word, share in _PARTS.items() if word in (found["part"] or "").lower()), 1.0)
        yield Quantity("period", part * factor, part * factor, base, *found.span())
    for found in _PERIOD.finditer(text):
        unit = found["unit"].lower().rstrip("s")
        factor, base = _UNITS.get(unit, _UNITS.get(found["unit"].lower(), (1, "day")))
        if found["work"] and re.search(r"work|business|week", found["work"], re.I) and unit == "day":
            base = "workday"
        low, high = number(found["low"]) * factor, number(found["high"] or found["low"]) * factor
        yield _rated(text, Quantity("period", low, high, base, found.start(), found.end()))
    for found in _ONE_PERIOD.finditer(text):
        factor, base = _UNITS[found["unit"].lower()]
        base = "workday" if found["work"] and found["work"].strip() != "full" and base == "day" else base
        yield Quantity("period", factor, factor, base, *found.span("one"))


def _size(text: str) -> Iterator[Quantity]:
    for found in _SIZE.finditer(text):
        factor, unit = _SIZES[found["unit"].lower()]
        if found["unit"] in ("M", "G") or (found["unit"].lower() in ("m", "g") and not text[found.start()].isdigit()):
            continue
        low, high = number(found["low"]), number(found["high"] or found["low"])
        made = _rated(text, Quantity("size", low * factor, high * factor, unit, *found.span()))
        yield made._replace(rate="") if unit == "Mbit/s" else made


def _weekday(text: str) -> Iterator[Quantity]:
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


def _count(text: str) -> Iterator[Quantity]:
    for found in _COUNT.finditer(text):
        before = text[: found.start()]
        if _named(before) or before.endswith(("-", ".", "/", "°", "'", "’")):
            continue
        after = _NOUN.match(text, found.end())
        after = None if after and after["noun"].lower() in _NO_NOUN else after
        low = found["low"].lower()
        if not low[0].isdigit() and (after is None or (low == "one" and found["high"] is None)):
            continue  # "one of them", "this one": a pronoun
        if after is None and not re.search(r"(?:aged|under|over|than|least|most|to|of|is|are)\s$", before):
            continue
        noun = _stem(_head(after)) if after else ""
        value = number(low)
        if 1900 <= value <= 2100 and not noun.endswith(("day", "hour")) and low.isdigit():
            yield Quantity("count", value, value, "year", *found.span())
            continue
        yield Quantity("count", value, number(found["high"] or low), noun, *found.span())
    for found in _TIMES.finditer(text):
        value = _TIMES_OF[found[0].lower()]
        yield Quantity("count", value, value, "time", *found.span())


def _head(after: re.Match[str]) -> str:
    """What is counted: the first word in the plural, else the next word."""
    first, second = after["noun"], after["second"] or ""
    return second if not first.endswith("s") and second.endswith("s") and not second.endswith("ss") else first


def _named(before: str) -> bool:
    """Whether a number after these words belongs to a name: after a capital that does not begin a sentence."""
    return bool(_NAME_BEFORE.search(before[-40:])) and not _STARTS.search(before[-60:])


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s)$", "", word.lower()) if len(word) > 3 else word.lower()


def _rated(text: str, found: Quantity) -> Quantity:
    rate = _RATE.match(text, found.end)
    if rate is None:
        return found
    word = (rate["word"] or rate["adverb"]).lower()
    word = _ADVERBS.get(word, word)
    if found.kind == "period" and word not in _UNITS:
        return found
    return found._replace(rate=word, end=rate.end() if word in _UNITS else found.end)


def number(text: str) -> float:
    """A number in figures or words: "1,172", "twenty-four", "a dozen"."""
    word = re.sub(r"\s+", " ", text.lower().strip())
    if word.endswith(" and a half"):
        return number(word.removesuffix(" and a half")) + 0.5
    if word[0].isdigit():
        return float(word.replace(",", ""))
    if word.startswith("a couple"):
        return 2.0
    *front, last = word.replace("-", " ").split(" ")
    scale = {"hundred": 100.0, "thousand": 1000.0, "dozen": 12.0}.get(last)
    if scale is not None:
        return scale * (sum(_WORDS.get(part, 1.0) for part in front) if front else 1.0)
    return sum(_WORDS[part] for part in (*front, last))


_FINDERS: tuple[Callable[[str], Iterator[Quantity]], ...] = (
    _phone, _clock, _date, _money, _share, _period, _size, _weekday, _count,
)  # fmt: skip
