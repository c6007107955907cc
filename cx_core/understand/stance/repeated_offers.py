"""Times that we put again in fewer words: "So, Monday morning or Tuesday evening?" are dates that we offered.

A weekday alone would be read as the next one; behind an offer of ours it is the day of that offer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from cx_core.understand.offered_options import Offered

Choice = tuple[Offered, ...]


def repeated(option: Offered, text: str, earlier: Sequence[Choice]) -> tuple[Choice, int] | None:
    """The one option of an earlier offer that a weekday without a date repeats, as its choice and its place there."""
    day = _day(option)
    if not option.is_time or day is None or re.search(r"\d", option.spans[0].of(text)):
        return None
    found = [
        (choice, n)
        for choice in earlier
        for n, other in enumerate(choice)
        if (named := _day(other)) is not None and named.weekday() == day.weekday() and _same_hours(option, other)
    ]
    return found[0] if len(found) == 1 else None


def as_before(choices: Sequence[Choice], text: str, earlier: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices of a message of ours with the dates of what they repeat."""
    return tuple(tuple(_dated(option, text, earlier) for option in choice) for choice in choices)


def _dated(option: Offered, text: str, earlier: Sequence[Choice]) -> Offered:
    found = repeated(option, text, earlier)
    return option if found is None else option._replace(key=found[0][found[1]].key)


def _day(option: Offered) -> date | None:
    try:
        return date.fromisoformat(option.key[:10])
    except ValueError:
        return None


def _same_hours(one: Offered, other: Offered) -> bool:
    """Whether the hours of both, where both have any, begin and end so that they are not apart."""
    return not (_ends_before(one, other) or _ends_before(other, one))


def _ends_before(one: Offered, other: Offered) -> bool:
    return bool(one.window[1] and other.window[0] and one.window[1] <= other.window[0])
