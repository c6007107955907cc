"""Units of time, and what a value is for: a month, a day."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx_core.knowledge_base.health.quantities.quantity import Quantity

UNITS: Mapping[str, tuple[float, str]] = {
    "second": (1 / 86400, "day"),
    "sec": (1 / 86400, "day"),
    "minute": (1 / 1440, "day"),
    "min": (1 / 1440, "day"),
    "hour": (1 / 24, "day"),
    "hr": (1 / 24, "day"),
    "h": (1 / 24, "day"),
    "day": (1, "day"),
    "night": (1, "day"),
    "week": (7, "day"),
    "wk": (7, "day"),
    "fortnight": (14, "day"),
    "month": (1, "month"),
    "mth": (1, "month"),
    "quarter": (3, "month"),
    "year": (1, "year"),
    "yr": (1, "year"),
    "decade": (10, "year"),
}
"""How many of which base unit."""

_RATE = re.compile(
    r"(?:\s(?:in\s)?(?:an?|per|each|every|for\s(?:each|every|one))\s|\s?/\s?)(?:calendar\s)?(?!couple|few|lot)(?P<word>[a-z]+)"
    r"|\s(?P<adverb>monthly|yearly|annually|daily|weekly|(?:pcm|pm|pa)\b|p\.c\.m\.|p\.m\.|p\.a\.)(?!\w)",
    re.I,
)
_ADVERBS = {
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
    "daily": "day",
    "weekly": "week",
    "annum": "year",
    "mo": "month",
    "mth": "month",
    "wk": "week",
    "hr": "hour",
    "h": "hour",
    "min": "minute",
    "sec": "second",
    "pm": "month",
    "pcm": "month",
    "yr": "year",
    "pa": "year",
}


def rated(text: str, found: Quantity) -> Quantity:
    """With what it is for, where that is said right after it: "£5 a month"."""
    rate = _RATE.match(text, found.end)
    if rate is None:
        return found
    word = (rate["word"] or rate["adverb"]).lower().replace(".", "")
    word = _ADVERBS.get(word, word)
    if found.kind == "period" and word not in UNITS:
        return found
    return found._replace(rate=word, end=rate.end() if word in UNITS else found.end)
