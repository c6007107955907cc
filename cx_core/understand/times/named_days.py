"""Days that were named, and words that count from them: "after that", "the day before", "the week after"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cx_core.records import TimeWish
from cx_core.records.time_wishes import WishKind
from cx_core.text.spans import Span
from cx_core.understand.times.hours import Mention

_AFTER_THAT = re.compile(
    r"\b(?:after|following|beyond)\s(?:that|it|this|then|which)\b(?!\s(?:week|day|date|one|month|time)?\w*day\b)"
    r"(?!\s(?:week|month|date|day|one|time|evening|morning|afternoon|call|visit|appointment|delivery)\b)"
    r"|\bstraight afterwards\b",
    re.I,
)
"""Behind a day that was named: from the next one on."""
_BEFORE_IT = re.compile(
    r"\b(?:so|please|any ?time|some ?time|come|done|here|it|but)\s(?:before|ahead of)\s(?:that|it|then)\b"
    r"(?!\s(?!please\b|if\b|or\b|and\b|would\b)\w)",
    re.I,
)
"""Behind a day that was named, where it is wanted by then: no later than the day before."""
_BUT_THAT = re.compile(
    r"\b(?:any(?:thing)?|every)\s?(?:other\s)?(?:day|time|date)?\s?(?:but|except|bar)\s(?:that|this)(?:\s(?:one|day|date))?\b"
    r"|\bnot (?:that|this) (?:day|one|date)\b|\b(?:other than|apart from) (?:that|this)(?: (?:day|one|date))?\b",
    re.I,
)


_THIS = re.compile(r"\bthis\b", re.I)
_NEXT = re.compile(r"\b(?:next|following|after)\b", re.I)
"""Behind "next week", "not this one" is of the present week, and leaves the next as it is wanted."""


class NamedDays(NamedTuple):
    """Days that were named, for what is said of them further on: "after that"; `at`: which wish they are."""

    first: date
    last: date
    at: int


def with_references(named: Sequence[Mention], text: str, own: Sequence[Span]) -> list[Mention]:
    """With words that point back at a day, and mean something by it only then, where they are no part of a mention."""
    found = [(match, "bound") for match in _AFTER_THAT.finditer(text)]
    found += [(match, "bound") for match in _BEFORE_IT.finditer(text)]
    found += [(match, "days") for match in _BUT_THAT.finditer(text)]
    inside = [(match, kind) for match, kind in found if any(p.start <= match.start() < p.end for p in own)]
    made = [Mention(*match.span(), kind, {"refers": True}) for match, kind in inside]  # type: ignore[arg-type]
    return [*named, *(one for one in made if all(one.end <= m.start or m.end <= one.start for m in named))]


def resolved(one: Mention, wishes: list[TimeWish], named: Sequence[NamedDays], text: str) -> Mention | None:
    """A mention with the days that it counts from; None where it says nothing but of the day before it."""
    if one.said.get("refers"):
        words = text[one.start : one.end]
        if _BEFORE_IT.fullmatch(words):
            return _by_then(one, wishes, named)
        return _meant(one, wishes, named, text, after_it=_AFTER_THAT.fullmatch(words) is not None)
    if one.said.get("named"):
        said = {name: value for name, value in one.said.items() if name != "named"}
        return one._replace(said={"first": named[-1].last, "last": named[-1].last} if named else said)
    beside = _beside_named(one, named[-1]) if named else None
    return one if beside is None else one._replace(said=beside)


def _by_then(one: Mention, wishes: list[TimeWish], named: Sequence[NamedDays]) -> Mention | None:
    """No later than the day before the one that was named, which is then no wish of its own."""
    if not named:
        return None
    which = named[-1]
    if wishes[which.at].wanted:
        wishes[which.at] = wishes[which.at].replace(wanted=False)
    return one._replace(said={"last": which.first - timedelta(days=1)})


def _meant(
    one: Mention, wishes: list[TimeWish], named: Sequence[NamedDays], text: str, *, after_it: bool
) -> Mention | None:
    """What points back at a day that was named, as the days that are meant; the day itself is then no wish of its own.

    None where no day was named, or where only that one is turned down by it.
    """
    if not named:
        return one._replace(said={"beside": "after"}) if after_it and not wishes else None
    which = named[-1]
    wish = wishes[which.at]
    if not after_it and _THIS.search(text[one.start : one.end]) and _NEXT.search(wish.text):
        return None
    if not after_it:
        wishes[which.at] = wish.replace(wanted=False)
        return None
    from_then = wish.kind == "bound" and wish.first is not None
    first = which.first if from_then else which.last + timedelta(days=1)
    if wish.wanted:  # it was said to say after when
        wishes[which.at] = wish.replace(
            kind="bound", first=first, last=None, weekdays=(), begins="", ends="", beside=""
        )
        return None
    return one._replace(said={"first": first})


def _beside_named(one: Mention, last: NamedDays) -> dict[str, object] | None:
    """The day, or week, after or before one that was just named; None: it is not counted from one."""
    after = one.said.get("days_after")
    if not isinstance(after, int) or not after or one.kind == "bound":
        return None
    if one.said.get("beside") == "same" and abs(after) == 1:
        day = (last.last if after > 0 else last.first) + timedelta(days=after)
        return {"first": day, "last": day}
    if one.said.get("beside") == "week":
        monday = last.first - timedelta(days=last.first.weekday()) + timedelta(days=after)
        return {"first": monday, "last": monday + timedelta(days=6)}
    return None


def as_named(kind: WishKind, said: Mapping[str, object], at: int) -> list[NamedDays]:
    """Of days and spans both ends, of a bound the one it has; none of what has no date."""
    ends = [day for name in ("first", "last") if isinstance(day := said.get(name), date)]
    return [NamedDays(ends[0], ends[-1], at)] if ends and (kind != "part") else []
