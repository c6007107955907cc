"""All quantities of a text, kind by kind, lists taken apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cx_core.knowledge_base.health.quantities.calendar import clock_times, days, weekdays
from cx_core.knowledge_base.health.quantities.counts import counts
from cx_core.knowledge_base.health.quantities.money import shares, sums
from cx_core.knowledge_base.health.quantities.names import NAMED
from cx_core.knowledge_base.health.quantities.numbers import NUMBER, number
from cx_core.knowledge_base.health.quantities.periods import periods
from cx_core.knowledge_base.health.quantities.phones import phones
from cx_core.knowledge_base.health.quantities.quantity import Quantity
from cx_core.knowledge_base.health.quantities.sizes import sizes
from cx_core.text.wording import same_letters

_FINDERS: tuple[Callable[[str], Iterator[Quantity]], ...] = (
    phones,
    clock_times,
    days,
    sums,
    shares,
    periods,
    sizes,
    weekdays,
    counts,
)
"""In this order: what one has taken, those after it leave."""

_FIRST = re.compile(rf"(?P<one>{NUMBER})(?P<and>\sand\s(?=\w))?", re.I)
_BETWEEN = re.compile(r"\bbetween\s$", re.I)
_LISTED = re.compile(NUMBER, re.I)
_LIST = re.compile(rf"(?:{NUMBER}(?:,\s(?:and\s|or\s)?|\sand\s|\sor\s)(?:at\s|after\s|for\s|in\s)?)+$", re.I)


def quantities(text: str, names: frozenset[str] = frozenset()) -> tuple[Quantity, ...]:
    """All of a text, in order, none inside another. `names` hold numbers that are none: see `named_numbers`."""
    taken: list[Quantity] = []
    kept = [found.span() for found in NAMED.finditer(text) if found[0] in names]
    text = same_letters(text)
    for find in _FINDERS:
        for found in find(text):
            if any(start < found.end and found.start < end for start, end in kept):
                continue
            for one in _listed(text, found):
                if all(one.end <= other.start or other.end <= one.start for other in taken):
                    taken.append(one)
    return tuple(sorted(taken, key=lambda one: one.start))


def _listed(text: str, found: Quantity) -> Iterator[Quantity]:
    """The quantity, and before it each number of a list that shares its unit: "at 80 and at 100 per cent"."""
    if found.kind not in ("share", "size", "period") or found.rate:
        yield found
        return
    first = _FIRST.match(text, found.start, found.end)
    one = number(first["one"]) if first else 0.0
    if first is None or not one:
        yield found
        return
    scale = found.low / one
    pair = first["and"] and not _BETWEEN.search(text[max(0, found.start - 12) : found.start])
    if pair:
        yield found._replace(high=found.low, end=first.end("one"), written=_written(found, one))
        yield found._replace(low=found.high, start=first.end())
    else:
        yield found
    before = _LIST.search(text[: found.start])
    if before and (pair or found.low == found.high):
        for mark in _LISTED.finditer(text, before.start(), found.start):
            value = number(mark[0]) * scale
            written = _written(found, number(mark[0]))
            yield found._replace(low=value, high=value, start=mark.start(), end=mark.end(), written=written)


def _written(found: Quantity, own: float) -> float:
    return own if found.written else 0.0
