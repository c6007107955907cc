"""Times that only say which bill, slot or parcel is spoken of: "the November bill", "the desk lamp from Saturday"."""

from __future__ import annotations

import re

from cx_core.understand.times.hours import MONTHS

_OF_A_BILL = re.compile(
    r"(?:['’]?s)?\s(?:bills?|invoices?|statements?|payments?|charges?|receipts?|direct debits?)\b", re.I
)
"""Behind a month or a date that only says which one of them is spoken of: "the November bill"."""
_NEAR = 40
"""Characters behind a time."""
_A_MONTH = re.compile(rf"\b(?:{MONTHS})", re.I)
_TELLS_UNTIL = re.compile(r"\b(?:is|are|was|were)(?: not|n[’']t| only) (?:until|till?) (?:the )?$", re.I)
"""Before the day on which something is booked: "my repair is not until 11 January"."""
_CAME_ON = re.compile(
    r"\b(?:about|regarding|concerning)\s(?:the|my|our|this|that|your)\s(?:\w+\s){1,3}from\s(?:last\s)?$",
    re.I,
)
"""Before the weekday on which a thing came or was ordered: "the desk lamp from Saturday"."""
_OF_A_SLOT = re.compile(
    r"\bnot (?:the|that|a) (?:slots?|ones?|windows?) (?:that|which) (?:goes|go|runs?|lasts?|ends?)\b[^,.;!?]{0,12}$",
    re.I,
)
"""Before hours that only say which of our times is spoken of."""


def only_says_which(text: str, start: int, end: int, before: str, *, weekday: bool) -> bool:
    """Whether the words from `start` to `end` are no wish; `before`: those of its clause in front of them; `weekday`:
    they are a weekday and nothing else."""
    if _A_MONTH.search(text[start:end]) and _OF_A_BILL.match(text[end : end + _NEAR]):
        return True
    told = _TELLS_UNTIL.search(before) or _OF_A_SLOT.search(before)
    return told is not None or (weekday and _CAME_ON.search(before) is not None)
