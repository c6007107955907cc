"""What kind of answer a text holds: sums, times, counts, numbers to dial."""

from __future__ import annotations

import re

from cx_core.search.question_reading import Wants
from cx_core.text.wording import same_letters

_MONEY = re.compile(
    r"[£$€]\s?\d|\b\d+(?:\.\d+)?\s?(?:pounds?|pence|euros?|dollars?)\b"
    r"|\bfree\b|\bnothing\b|\bno (?:extra )?(?:fee|charge|cost|interest)|\bwithout (?:a |any )?"
    r"(?:extra )?(?:fee|charge|cost|interest)|\bnot cost\b"
    r"|\bcosts? (?:you )?(?:no|the same)",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice|thirty|unlimited|none)\b", re.I
)
_TIME = re.compile(
    r"\b\d{1,2}:\d\d\b|\b(?:minute|hour|day|week|month|year|evening|morning|midnight|noon|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|today|tomorrow|at once|immediately|straight away|1st|10th|20th|end of)",
    re.I,
)
_DIALLED = re.compile(r"\b\d[\d ]{2,}\b")
_SUM = re.compile(r"[£$€]\s?(\d+(?:\.\d+)?)|\b(free|nothing)\b", re.I)
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "month": 43200, "year": 525600}
_WORDED = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "thirty": 30,
}
_PERIOD = re.compile(rf"\b(\d+(?:\.\d+)?|{'|'.join(_WORDED)})(?:\s+\w+){{0,2}}?\s+({'|'.join(_MINUTES)})s?\b", re.I)
_COUNTED = re.compile(rf"\b(?:\d+|{'|'.join(_WORDED)})\b", re.I)


def figures(wants: Wants, text: str) -> set[object]:
    """What a text says of the kind that is asked for: sums, periods in minutes, counts, numbers to dial."""
    text = same_letters(text)
    match wants:
        case "money":
            return {float(sum or 0) for sum, _ in _SUM.findall(text)}
        case "time":
            return {float(_number(many)) * _MINUTES[unit.lower()] for many, unit in _PERIOD.findall(text)}
        case "count":
            return {float(_number(one)) for one in _COUNTED.findall(text)}
        case "number":
            return {one.replace(" ", "") for one in _DIALLED.findall(text)}
        case _:
            return set()


def _number(text: str) -> str:
    return str(_WORDED.get(text.lower(), text))


def fits(wants: Wants, text: str) -> bool:
    """Whether a text holds the kind of answer that is asked for."""
    match wants:
        case "money":
            return bool(_MONEY.search(text))
        case "time":
            return bool(_TIME.search(text))
        case "count":
            return bool(_NUMBER.search(text))
        case "number":
            return bool(_DIALLED.search(text))
        case _:
            return True
