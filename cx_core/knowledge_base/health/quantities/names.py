"""Numbers that belong to a name (Hub 5, Fibre 150) and are no quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NO_NAME = (
    r"(?!(?:GBP|USD|EUR|CHF|CAD|AUD|Mon(?:day)?|Tue(?:s|sday)?|Wed(?:nesday)?|Thu(?:rs|rsday)?|Fri(?:day)?|Sat(?:urday)?"
    r"|Sun(?:day)?|Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b)"
)
"""What is written with a capital before a number and is no name: "GBP 5", "May 3", "Monday 9 am"."""
NAME = rf"\b{_NO_NAME}[A-Z][\w+]*"
"""A word with a capital that may be a name, as a pattern."""
_NAME_BEFORE = re.compile(rf"(?:{NAME}|[#§@=:/_])[\s-]?$")
_STARTS = re.compile(r"(?:^|[.!?\n]\s*|[-*•|]\s+)[A-Z][\w+]*\s$")
NAMED = re.compile(rf"{NAME}[ -](?P<number>\d+(?:\.\d+)?)\b(?![.,]?\d|%)")


def named_numbers(texts: Iterable[str]) -> frozenset[str]:
    """Names that end in a number, such as "Hub 5": written with a capital also where no sentence begins."""
    found: set[str] = set()
    for text in texts:
        found.update(m[0] for m in NAMED.finditer(text) if of_a_name(text[: m.start("number")]))
    return frozenset(found)


def of_a_name(before: str) -> bool:
    """Whether a number after these words belongs to a name: after a capital that does not begin a sentence."""
    return bool(_NAME_BEFORE.search(before[-40:])) and not _STARTS.search(before[-60:])
