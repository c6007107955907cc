"""Days that are named a second time: "I'd like the 3rd. If you can't manage the 3rd, the 5th".

What is supposed of a day that was wished for takes nothing back, and says that the next one is second best.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from cx_core.records import MessageId, TimeWish
from cx_core.text.segments import sentence_begins

_SUPPOSES = re.compile(
    r"\b(?:if|unless|in case|supposing|suppose|provided|failing)\b"
    r"|\b(?:should|when|were)\s(?:it|that|you|there|nobody|nothing|no|the)\b|\b(?:should|when|were)\s+$",
    re.I,
)
_POLITE = re.compile(
    r"\bif (?:at all )?(?:possible|you (?:can|could|don[’']?t mind))\b"
    r"(?=\s*[,.;]|\s(?:not|don|please))",
    re.I,
)
_BIDS = re.compile(
    r"\b(?:don[’']?t|do not|never|not)\s(?:\w+\s)?"
    r"(?:come|bring|send|deliver|call|ring|phone|do|book)\b",
    re.I,
)
"""What is told not to be done on a day, which supposes nothing of it."""
_NOT_TO_BE_HAD = re.compile(
    r"\bno (?:slots?|times?|space|room|appointments?|places?)\b"
    r"|\b(?:none|nothing|full|gone|taken|booked up|chocka\w*)\b",
    re.I,
)
_ENDS = re.compile(r"[.!?;\n]")
_CLAUSE = re.compile(r"[,;:]|\s(?:but|so|because|since|as)\s", re.I)
_FOLLOWS = re.compile(r"[\s,–-]*(?:(?:then|maybe|perhaps|make it|on|the)\s+)*", re.I)
"""Between what is supposed and a day that would be turned down as the next of a list."""
_ENDS_THERE = re.compile(r"\s*(?:$|[.,;!?\n]|(?:please|pls|then|instead|will do|would do|is fine|works)\b)", re.I)
"""Behind such a day, where nothing else is said of it."""
_NEXT = 90
"""Characters behind it in which the next one stands."""


def as_named_again(wishes: Sequence[TimeWish], texts: Mapping[MessageId, str]) -> tuple[TimeWish, ...]:
    """The wishes, without days that were wished for before in the same message and are only supposed or repeated."""
    kept: list[TimeWish] = []
    after: TimeWish | None = None  # what was supposed last
    for wish in wishes:
        text = texts.get(wish.message, "")
        latest = next((one for one in reversed(kept) if _same(one, wish)), None)
        earlier = latest if latest is not None and latest.wanted and not latest.passing else None
        of_the_day = not (wish.begins or wish.ends)
        if earlier is not None and of_the_day and _supposed(wish, text):
            after = wish
            continue
        if earlier is not None and wish.wanted and not _adds(wish, earlier):
            continue
        second = after is not None and _comes_next(after, wish, text)
        kept.append(wish.replace(fallback=True, wanted=True) if second else wish)
        after = None
    return tuple(kept)


def _comes_next(supposed: TimeWish, wish: TimeWish, text: str) -> bool:
    """Whether it is what is wanted in the case that was supposed."""
    if wish.message != supposed.message or wish.start - supposed.end > _NEXT or wish.kind not in ("days", "span"):
        return False
    if wish.wanted:
        return True
    return bool(_FOLLOWS.fullmatch(text[supposed.end : wish.start]) and _ENDS_THERE.match(text, wish.end))


def _same(one: TimeWish, other: TimeWish) -> bool:
    """Whether both are of one and the same day."""
    days = one.kind == other.kind == "days" and one.message == other.message
    return days and _weekday(one) is not None and _weekday(one) == _weekday(other) and _dates_agree(one, other)


def _weekday(wish: TimeWish) -> int | None:
    if wish.first is not None and wish.first == wish.last:
        return wish.first.weekday()
    return wish.weekdays[0] if len(wish.weekdays) == 1 and wish.first is None and wish.last is None else None


def _dates_agree(one: TimeWish, other: TimeWish) -> bool:
    dates: set[date] = {wish.first for wish in (one, other) if wish.first is not None}
    return len(dates) < 2


def _adds(wish: TimeWish, earlier: TimeWish) -> bool:
    """Whether it says more than what was said: hours, a date for a weekday, or that it is no second best."""
    firm = earlier.fallback and not wish.fallback
    return firm or bool(wish.begins or wish.ends) or (wish.first is not None and earlier.first is None)


def _supposed(wish: TimeWish, text: str) -> bool:
    """Whether its sentence supposes something of it: "if Friday has gone", "no slots tomorrow?"."""
    begins = sentence_begins(text, wish.start)
    ends = _ENDS.search(text, wish.end)
    clause = _CLAUSE.split(_POLITE.sub("", text[begins : wish.start]))[-1]
    if _BIDS.search(clause):
        return False
    if _SUPPOSES.search(clause):
        return True
    rest = text[wish.end : ends.start() if ends else len(text)]
    asked = ends is not None and ends[0] == "?"
    return asked and _NOT_TO_BE_HAD.search(text[begins : wish.start] + " " + rest) is not None
