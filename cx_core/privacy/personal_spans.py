"""Where a personal datum stands, and what the words before it say that it is."""

from __future__ import annotations

import re
from typing import NamedTuple

BEFORE = 44
"""How many characters before a number may say what it is."""


_LETTER = re.compile(r"[^\W\d_]")


class PersonalSpan(NamedTuple):
    """Where a personal datum stands, in characters, and of what kind it is."""

    start: int
    end: int
    kind: str


class LabelBefore:
    """What the words before a number say that it is, read when first asked for."""

    def __init__(self, text: str, position: int) -> None:
        self._before = text[max(0, position - BEFORE) : position].casefold()
        self._words = _LETTER.search(self._before) is not None

    def says(self, words: re.Pattern[str], within: int = BEFORE) -> bool:
        return self._words and words.search(self._before[-within:]) is not None


def inner(match: re.Match[str]) -> tuple[int, int]:
    """The first named group that took part, or the whole match."""
    group = next((name for name in match.re.groupindex if match[name] is not None), 0)
    return match.span(group)
