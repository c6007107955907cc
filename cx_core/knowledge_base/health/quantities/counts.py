"""How many of something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.knowledge_base.health.quantities.names import of_a_name
from cx_core.knowledge_base.health.quantities.numbers import NUMBER, TO, number
from cx_core.knowledge_base.health.quantities.quantity import Quantity

_COUNT = re.compile(rf"(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER}))?", re.I)
_NOUN = re.compile(
    r"[\s-]+(?:(?:of|the|your|our|more|other|further|new|full|wrong|failed)\s+)*(?P<noun>[A-Za-z][a-z]+)(?:\s(?P<second>[a-z]+))?"
)
_BOUND = re.compile(r"\b(?:aged|under|over|than|least|most)\s$", re.I)
_OR_MORE = re.compile(r"\s(?:or|and)\s(?:over|older|more|above|under|younger|fewer|less|below)\b", re.I)
_ALONE = re.compile(r"\b(?:to|of|is|are|be|for|except|until|from|turns?)\s$", re.I)
"""What stands before a figure that counts something unnamed: "must be 16", "chairs for 12"."""
_TIMES = re.compile(r"\b(?P<word>(?<!\bat\s)once(?=[.,;:)]|$|\s(?:an?|per|every|each|in)\s)|twice|thrice)\b", re.I)
_TIMES_OF = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_NO_NOUN = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by can do for from has have his her if in is it its my not of on or our per so than "
        "that the their then there these they this to was we were when which while will with you your need needs works "
        "includes",
    )
)


def counts(text: str) -> Iterator[Quantity]:
    for found in _COUNT.finditer(text):
        before = text[: found.start()]
        if of_a_name(before) or before.endswith(("-", ".", "/", "°", "'", "’")):
            continue
        after = _NOUN.match(text, found.end())
        after = None if after and after["noun"].lower() in _NO_NOUN else after
        low = found["low"].lower()
        if low == "one" and found["high"] is None:
            continue  # "one of them", "this one": a pronoun
        if after is None and not _unnamed(low, before, text[found.end() :]):
            continue
        noun = _stem(_head(after)) if after else ""
        value = number(low)
        if 1900 <= value <= 2100 and not noun.endswith(("day", "hour")) and low.isdigit():
            yield Quantity("count", value, value, "year", *found.span())
            continue
        yield Quantity("count", value, number(found["high"] or low), noun, *found.span())
    for found in _TIMES.finditer(text):
        value = _TIMES_OF[found[0].lower()]
        yield Quantity("count", value, value, "time", *found.span())


def _unnamed(low: str, before: str, after: str) -> bool:
    """Whether a number counts something that is not named: an age, people at a table."""
    return bool(_BOUND.search(before) or _OR_MORE.match(after) or (low.isdigit() and _ALONE.search(before)))


def _head(after: re.Match[str]) -> str:
    """What is counted: the first word in the plural, else the next word."""
    first, second = after["noun"], after["second"] or ""
    return second if not first.endswith("s") and second.endswith("s") and not second.endswith("ss") else first


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s)$", "", word.lower()) if len(word) > 3 else word.lower()
