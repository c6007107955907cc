"""Days that are asked for and, by another clause, do not suit: "bring it on Wednesday, I work from home Wednesdays".

What somebody asks for is what they want. Where all days that they ask for are shut by days that other clauses were read
to rule out, and these refuse nothing in so many words, it is the other clauses that were misread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cx_core.records import MessageId, Statement, TimeWish
from cx_core.text.shorthand import written_out

ASKS = 0.75
"""Probability from which a clause asks for the day that it names."""

_REFUSES = re.compile(
    r"\b(?:not?|nor|neither|never|none|nobody|nothing|cannot|can[’']?t|except|apart|instead|rather|than|any|every|but)\b"
    r"|n[’']t\b|\b(?:away|abroad|hospital|impossible|closed|busy|holiday|funeral|dentist|clash\w*|full|gone|taken|useless"
    r"|hopeless|bad|tricky|difficult|awkward|sorry|unfortunately|wait)\b",
    re.I,
)
"""Words that may rule a day out."""


def as_asked(
    wishes: Sequence[TimeWish], said: Sequence[Statement], texts: Mapping[MessageId, str]
) -> tuple[TimeWish, ...]:
    """The wishes without the days that contradict all that is asked for in their message."""
    left: list[TimeWish] = []
    for message in dict.fromkeys(wish.message for wish in wishes):
        own = [wish for wish in wishes if wish.message == message]
        days = [wish for wish in own if wish.kind == "days" and wish.wanted and not wish.passing]
        out = [wish for wish in own if _may_shut(wish)]
        asked = [wish for wish in days if any(_asks(one) and one.holds(wish) for one in said)]
        if days and all(any(_shuts(one, day) for one in out) for day in days):
            wrong = [one for one in out if any(_shuts(one, day) for day in asked) and not _refused(one, said, texts)]
            own = [wish for wish in own if wish not in wrong]
        left += own
    return tuple(left)


def _asks(one: Statement) -> bool:
    return one.does == "wants" and one.probability >= ASKS


def _may_shut(wish: TimeWish) -> bool:
    """A day that was read as ruled out, or a bound in a clause that only tells something."""
    return (wish.kind == "days" and not wish.wanted) or (wish.kind == "bound" and wish.wanted and wish.passing)


def _shuts(out: TimeWish, day: TimeWish) -> bool:
    """Whether no day that the one holds is left by the other."""
    if out.begins or out.ends or out.beside or day.beside:
        return False
    if out.kind == "bound":
        return day.first is not None and day.first == day.last and not out.holds(day.first, ("", ""), None)
    if day.first is None or day.last is None:
        return out.first is None and bool(day.weekdays) and set(day.weekdays) <= set(out.weekdays)
    return day.first == day.last and out.holds(day.first, ("", ""), None)


def _refused(out: TimeWish, said: Sequence[Statement], texts: Mapping[MessageId, str]) -> bool:
    """Whether its clause refuses something, by what it does or in so many words."""
    clause = next((one for one in said if one.holds(out)), None)
    if out.kind == "bound":
        return False
    if clause is None or clause.does == "refuses":
        return True
    return _REFUSES.search(written_out(texts.get(out.message, "")[clause.start : clause.end]).text) is not None
