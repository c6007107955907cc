"""How many of something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.learn.quantities.names import of_a_name
from cx_core.learn.quantities.numbers import NUMBER, TO, number
from cx_core.learn.quantities.quantity import Quantity

_COUNT = re.compile(rf"(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER}))?", re.I)
_NOUN = re.compile(
    r"[\s-]+(?:(?:of|the|your|our|more|other|further|new|full|wrong|failed)\s+)*(?P<noun>[A-Za-z][a-z]+)(?:\s(?P<second>[a-z]+))?"
)
_TIMES = re.compile(r"\b(?P<word>(?<!\bat\s)once(?=[.,;:)]|$|\s(?:an?|per|every|each|in)\s)|twice|thrice)\b", re.I)
_TIMES_OF = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_NO_NOUN = frozenset(re.findall(
    r"\w+",
    "a an and are as at be but by can do for from has have if in is it not of on or per so than that the then there "
    "these they this to was we were when which while will with you your need needs works includes",
))  # fmt: skip


def counts(text: str) -> Iterator[Quantity]:
    for found in _COUNT.finditer(text):
        before = text[: found.start()]
        if of_a_name(before) or before.endswith(("-", ".", "/", "°", "'", "’")):
            continue
        after = _NOUN.match(text, found.end())
        after = None if after and after["noun"].lower() in _NO_NOUN else after
        low = found["low"].lower()
        if not low[0].isdigit() and (after is None or (low == "one" and found["high"] is None)):
            continue  # "one of them", "this one": a pronoun
        if after is None and not re.search(r"(?:aged|under|over|than|least|most|to|of|is|are)\s$", before):
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


def _head(after: re.Match[str]) -> str:
    """What is counted: the first word in the plural, else the next word."""
    first, second = after["noun"], after["second"] or ""
    return second if not first.endswith("s") and second.endswith("s") and not second.endswith("ss") else first


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s)$", "", word.lower()) if len(word) > 3 else word.lower()
