"""How long something takes or lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.knowledge_base.health.quantities.numbers import NUMBER, TO, number
from cx_core.knowledge_base.health.quantities.quantity import Quantity
from cx_core.knowledge_base.health.quantities.rates import UNITS, rated

_ADVERB = r"(?:(?:further|more|other|additional|whole)\s)?"
_PERIOD_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|nights?|weeks?|wks?|fortnights?|months?|mths?|quarters|years?"
    r"|yrs?|decades?)"
)
_PERIOD = re.compile(
    rf"(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER}))?(?:[-\s]{_ADVERB}|(?<=\d)(?=(?:secs?|mins?|hrs?|h|wks?|mths?|yrs?)\b))"
    rf"(?P<work>(?:full\s|consecutive\s|calendar\s|clear\s)?(?:working|business|week)[-\s]?|(?:full|consecutive|calendar|clear)\s)?"
    rf"(?P<unit>{_PERIOD_UNIT})\b(?:['’])?",
    re.I,
)
_ONE_PERIOD = re.compile(
    r"\b(?:within|after|for|in|than|takes?|least|most|under|over|lasts?|about|nearly|almost|every|of|half|up\sto|until|by)\s"
    r"(?P<one>an?\s(?P<work>working\s|business\s|full\s)?(?P<unit>minute|hour|day|week|fortnight|month|year))\b",
    re.I,
)
_A_PERIOD_BEFORE = re.compile(
    r"\b(?P<one>an?\s(?P<work>working\s|business\s|full\s)?(?P<unit>minute|hour|day|week|fortnight|month|year))"
    r"(?=\s(?:before|beforehand|ahead|earlier|later|afterwards|ago|in\sadvance|late|early)\b|['’]s\snotice\b)",
    re.I,
)
_HOURS_AND_MINUTES = re.compile(
    rf"(?P<hours>{NUMBER}|\ban)[-\s]?(?:hours?|hrs?|h)\s(?:and\s)?(?P<minutes>{NUMBER})[-\s]?(?:minutes?|mins?|m)\b",
    re.I,
)
_FORTNIGHT = re.compile(
    r"\b(?:a|one)\sfortnight\b"
    r"|\b(?P<part>half|(?:an?\s)?quarter\sof|three\squarters\sof)\san?\s(?P<unit>hour|day|year)\b",
    re.I,
)
_PARTS = {"half": 0.5, "quarter": 0.25, "three": 0.75}


def periods(text: str) -> Iterator[Quantity]:
    for found in _HOURS_AND_MINUTES.finditer(text):
        hours = 1.0 if found["hours"].lower() == "an" else number(found["hours"])
        minutes = number(found["minutes"])
        if minutes < 60:
            value = hours / 24 + minutes / 1440
            yield rated(text, Quantity("period", value, value, "day", *found.span()))
    for found in _FORTNIGHT.finditer(text):
        factor, base = UNITS[(found["unit"] or "fortnight").lower()]
        part = next((share for word, share in _PARTS.items() if word in (found["part"] or "").lower()), 1.0)
        yield Quantity("period", part * factor, part * factor, base, *found.span())
    for found in _PERIOD.finditer(text):
        unit = found["unit"].lower().rstrip("s")
        factor, base = UNITS.get(unit, UNITS.get(found["unit"].lower(), (1, "day")))
        if found["work"] and re.search(r"work|business|week", found["work"], re.I) and unit == "day":
            base = "workday"
        low, high = number(found["low"]) * factor, number(found["high"] or found["low"]) * factor
        written = number(found["high"] or found["low"])
        yield rated(text, Quantity("period", low, high, base, found.start(), found.end(), written=written))
    for found in (*_ONE_PERIOD.finditer(text), *_A_PERIOD_BEFORE.finditer(text)):
        factor, base = UNITS[found["unit"].lower()]
        base = "workday" if found["work"] and found["work"].strip() != "full" and base == "day" else base
        yield Quantity("period", factor, factor, base, *found.span("one"), written=1.0)
