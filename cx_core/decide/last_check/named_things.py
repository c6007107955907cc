"""How people name one thing of several: all of its name, the noun at its end, or a figure of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_PHRASES = ("in ", "any ", "by ")
"""What makes a noun no thing: "in case", "by phone"."""
_LEAST_NOUN = 3
_LEAST_FIGURES = 3


class ThingName(NamedTuple):
    """The ways of writing it that tell it from the others, in small letters."""

    forms: tuple[str, ...]
    noun: str
    beside: frozenset[str]
    """Its own words, which may stand before the noun."""
    not_behind: tuple[str, ...]
    """Words that make the noun a part of another's name: the case of "phone case"."""

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a plain text."""
        for start, end in (place for form in self.forms for place in whole(form, text)):
            yield self._with_words_before(text, start), end
        if not self.noun:
            return
        for start, end in (*whole(self.noun, text), *whole(f"{self.noun}s", text)):
            if text[:start].endswith(_PHRASES) or text[end + 1 :].startswith(self.not_behind):
                continue
            yield self._with_words_before(text, start), end

    def _with_words_before(self, text: str, start: int) -> int:
        while (before := text[:start].rstrip().rpartition(" ")[2]) in self.beside and before:
            start -= len(before) + 1
        return start


def whole(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a text, and no letter or figure beside them."""
    at = text.find(words) if words else -1
    while at >= 0:
        end = at + len(words)
        if not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum()):
            yield at, end
        at = text.find(words, at + 1)


def thing_name(name: str, among: Sequence[str]) -> ThingName:
    return _thing_name(name, frozenset(among) - {name})


@lru_cache(maxsize=4096)
def _thing_name(name: str, others: frozenset[str]) -> ThingName:
    words = _WORD.findall(name.casefold())
    other_names = [_WORD.findall(other.casefold()) for other in others]
    taken = {word for other in other_names for word in other}
    forms = [" ".join(words)]
    for n, word in enumerate(words):
        if word.isdigit() and word not in taken:
            forms.append(word if len(word) >= _LEAST_FIGURES else f"{words[n - 1]} {word}")
    noun = _noun(words)
    told_apart = noun and noun not in map(_noun, other_names)
    behind = {other[n + 1] for other in other_names for n, word in enumerate(other[:-1]) if word == noun}
    return ThingName(tuple(forms), noun if told_apart else "", frozenset(words), tuple(sorted(behind)))


def _noun(words: Sequence[str]) -> str:
    return next((word for word in reversed(words) if word.isalpha() and len(word) >= _LEAST_NOUN), "")
