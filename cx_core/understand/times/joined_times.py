"""Times said in one breath, made one: a weekday and its date, a day and its morning, "from" one "to" another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from cx_core.records import TimeWish
from cx_core.understand.times.hours import DAY, Mention

_BARE = re.compile(rf"(?:on\s)?(?:the\s)?(?:{DAY})", re.I)
_IN_APPOSITION = re.compile(r"(?:\sweek)?,?\s(?:the\s)?", re.I)
"""Between a weekday and its date: "Tuesday the 8th", "Tuesday week, the fifteenth"."""
_NEXT_SUCH = re.compile(rf"(?:this|next|coming)\s(?:{DAY})", re.I)
_SPAN = re.compile(r"\s?(?:-|–|to|until|till|through)\s?(?:the\s|and including\s)?", re.I)
_AND = re.compile(r"\s?and\s(?:the\s)?", re.I)
_BESIDE = re.compile(r"\s(?:in the\s|on\s|the\s|of\s(?:the\s)?)?", re.I)
ABOUT = re.compile(
    r"\b(?:(?:down|in|set|arranged|pencilled in|in the diary|in the calendar) for"
    r"|booked(?: in)?(?: for| on)?|scheduled(?: for| on)?|due(?: on)?|planned(?: for| on)?|(?:engineer|man"
    r"|technician|fitter)"
    r"(?: is)? coming(?: on)?|(?:appointment|visit|booking)(?: is)?(?: on| of| for)?|slot(?: is)? (?:on|of|for)"
    r"|mov(?:e|ed"
    r"|ing) (?:\w+ ){0,3}?from|"
    r"chang(?:e|ed|ing) (?:\w+ ){0,3}?from|supposed to (?:be|come)(?: on)?|was for)\s(?:the\s|on\s|this\s)?$",
    re.I,
)


def merged(found: Sequence[Mention], text: str) -> list[Mention]:
    """What is said in one breath is one: a weekday and its date, a day and its morning, "from" one day "to" another."""
    for join in (_dated, _in_part, _ranged):  # "the evening of Friday the 18th": first a weekday and its date
        made: list[Mention] = []
        for one in found:
            joined = join(made[-1], one, text) if made else None
            made = [*made[:-1], joined] if joined is not None else [*made, one]
        found = made
    return list(found)


def _dated(last: Mention, one: Mention, text: str) -> Mention | None:
    """A weekday with its date behind it."""
    between = text[last.end : one.start]
    named_so = bare(last, text) or (between != ", " and _NEXT_SUCH.fullmatch(text[last.start : last.end]))
    dated = last.kind == one.kind == "days" and isinstance(one.said.get("first"), date)
    if not (dated and named_so and _IN_APPOSITION.fullmatch(between) and not bare(one, text)):
        return None
    return Mention(last.start, one.end, "days", one.said) if last.said.get("first") is not None else None


def _in_part(last: Mention, one: Mention, text: str) -> Mention | None:
    """A day and its morning."""
    between = text[last.end : one.start]
    beside = {last.kind, one.kind} == {"days", "part"} and _BESIDE.fullmatch(between)
    after = last.kind == "days" and one.kind == "bound" and {"begins", "ends"} >= one.said.keys() and between == " "
    if beside or after:  # "Monday the 7th after lunch"
        return Mention(last.start, one.end, "days", {**last.said, **one.said})
    return None


def _ranged(last: Mention, one: Mention, text: str) -> Mention | None:
    """From one day to another."""
    first, second = last.said.get("first"), one.said.get("first")
    if last.kind != "days" or one.kind != "days":
        return None
    between, before = text[last.end : one.start], text[max(0, last.start - 40) : last.start]
    between_them = _AND.fullmatch(between) and re.search(r"\bbetween\s(?:the\s)?$", before, re.I)
    if not ((_SPAN.fullmatch(between) and not ABOUT.search(before)) or between_them):
        return None
    if bare(last, text) and bare(one, text) and isinstance(first, date) and isinstance(second, date):
        weekdays = tuple(range(first.weekday(), second.weekday() + 1))
        said: dict[str, object] = {"weekdays": weekdays}
        return Mention(last.start, one.end, "days", said, ranged=True) if weekdays else None
    if first is None or second is None or one.said.get("last") is None or {"begins", "ends"} & one.said.keys():
        return None
    return Mention(last.start, one.end, "span", {"first": first, "last": one.said["last"]}, ranged=True)


def bare(one: Mention | TimeWish, text: str) -> bool:
    """Whether it is a weekday and nothing else."""
    return _BARE.fullmatch(text[one.start : one.end]) is not None
