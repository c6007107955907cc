"""Times of day as people write them: "08:00", "5.30 pm", "half past nine", "7 in the evening", "6.30 to 10 on Mondays".

Given in minutes since midnight. Where nothing says whether morning or evening is meant, the hour is one of a clock
face.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cx_core.text.time_spelling import NUMBERS


class Hours(NamedTuple):
    """From `low` to `high`, equal where one time is stated. `face`: of twelve hours, morning or evening unsaid."""

    low: float
    high: float
    ranged: bool
    face: bool
    start: int
    end: int


HALF_DAY = 720
_HOUR = r"(?:1[0-2]|0?[1-9])"
_SPOKEN = rf"(?:{_HOUR}|{'|'.join(NUMBERS)})"
_PART = r"\s(?:in\sthe\s(?:early\s|late\s)?(?:morning|afternoon|evening)|at\snight)\b"
_HALF = r"\s?[ap]\.?m\b\.?"
_TIME = (
    rf"(?:half\spast|(?:a\s)?quarter\s(?:past|to))\s{_SPOKEN}\b(?:\so['’]clock)?(?:{_HALF}|{_PART})?"
    rf"|(?:[01]?\d|2[0-4]):[0-5]\d(?:{_HALF}|{_PART})?|{_HOUR}\.[0-5]\d(?:{_HALF}|{_PART})|{_HOUR}{_HALF}"
    rf"|{_SPOKEN}(?:\so['’]clock)?{_PART}|{_SPOKEN}\so['’]clock|midnight|noon|midday"
)
_TO = r"\s?(?:[-–—]|\bto\b|\band\b|\buntil\b|\btill\b)\s?"
_AHEAD = r"(?<![\w.:,£$€])"
_DAYS = r"(?=,?\s(?:on|every|each|daily|at\sweekends|mon|tue|wed|thu|fri|sat|sun|weekdays)\w*)"
_FORMS = tuple(
    re.compile(_AHEAD + pattern, re.I)
    for pattern in (
        rf"(?P<low>{_HOUR}(?:\.[0-5]\d)?){_TO}(?P<high>{_HOUR}(?:\.[0-5]\d)?(?:{_HALF}|{_PART}))",
        rf"(?P<low>{_TIME})(?:{_TO}(?P<high>{_TIME}))?(?![\d:])",
        rf"(?P<low>{_HOUR}\.[0-5]\d){_TO}(?P<high>{_HOUR}(?:\.[0-5]\d)?){_DAYS}",
        rf"(?P<low>{_HOUR}){_TO}(?P<high>{_HOUR}\.[0-5]\d){_DAYS}",
    )
)


def hours(text: str) -> Iterator[Hours]:
    """The most explicit forms first; a place may be told more than once."""
    for form in _FORMS:
        for found in form.finditer(text):
            low, face = _minutes(found["low"])
            high, unsaid = _minutes(found["high"]) if found["high"] else (low, face)
            if face and not unsaid:
                low, face = _before(low, high), False
            yield Hours(low, high, bool(found["high"]), face or unsaid, *found.span())


def _before(low: float, high: float) -> float:
    """The hour of a clock face that is the last before another: "9 to 5 pm", "1 to 2 pm"."""
    later = low % HALF_DAY + HALF_DAY
    return later if later < high else low


def _minutes(text: str) -> tuple[float, bool]:
    """And whether it is of a clock face."""
    said = text.lower().strip()
    if said in ("midnight", "noon", "midday"):
        return (0 if said == "midnight" else HALF_DAY), False
    figures = [int(one) for one in re.findall(r"\d+", said)]
    hour = figures[0] if figures else next(n for n, word in enumerate(NUMBERS, 1) if re.search(rf"\b{word}\b", said))
    value = hour * 60 + (figures[1] if len(figures) > 1 else 0) + _past(said)
    if re.search(r"\dp\.?m|\sp\.?m|afternoon|evening|night", said):
        return (value + HALF_DAY if value < HALF_DAY else value), False
    if re.search(r"\da\.?m|\sa\.?m|morning", said):
        return (value - HALF_DAY if value >= HALF_DAY else value), False
    return value, ":" not in said


def _past(said: str) -> int:
    return 30 if "half" in said else 15 if "quarter past" in said else -15 if "quarter to" in said else 0
