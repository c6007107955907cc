"""Words for times as people type them, put as they are spelt: "thurs", "wensday", "tomorow", "fri, sat or sun".

All that reads times reads the text so. Places in it are given back as places in what was written. A word is taken for a
time only if it is near to one and begins with its letter; words that are right by themselves are left.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cx_core.text.spelling import mistakes

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORDS = (
    *_DAYS,
    *("january", "february", "august", "september", "october", "november", "december"),
    *("tomorrow", "yesterday", "tonight", "morning", "afternoon", "evening", "weekend", "fortnight"),
)
_SHORT = {
    "tue": "tuesday",
    "tues": "tuesday",
    "weds": "wednesday",
    "thu": "thursday",
    "thur": "thursday",
    "thurs": "thursday",
    "fri": "friday",
    "tmrw": "tomorrow",
    "tmw": "tomorrow",
    "tomoz": "tomorrow",
}
_EVE = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow)\s(?P<short>eves?)\b(?!\s(?:of|before)\b)", re.I
)
"""Behind a day it is its evening: not Christmas Eve."""
_SHORT_BESIDE = {"mon": "monday", "wed": "wednesday", "sat": "saturday", "sun": "sunday"}
"""Words that mean something else as well: days only beside another day, or before a part of one."""
_OTHER_WORDS = frozenset(("sundry", "sundae", "frida", "friary", "mourning", "moaning"))
"""One letter from a word for a time, and right."""
_SHORTEST = 5
_FAR_FROM = 8
"""Letters of a word for a time in which two slips are allowed; one in shorter ones."""
_TOKEN = re.compile(r"(?<![\w@./'’-])[a-z]{3,}(?![\w@]|\.\w)", re.I)
_DAY = "|".join((*_DAYS, *_SHORT_BESIDE))
_JOINT = r"(?:\s?[,/&+–-]\s?|\s)(?:(?:and|or|nor|n|to|till?|until)\s)?"
_BESIDE = (
    re.compile(rf"(?P<short>\b(?:{'|'.join(_SHORT_BESIDE)}))(?={_JOINT}(?:{_DAY})\b)", re.I),
    re.compile(rf"\b(?:{'|'.join(_DAYS)})s?{_JOINT}(?P<short>{'|'.join(_SHORT_BESIDE)})\b", re.I),
    re.compile(
        rf"\b(?P<short>{'|'.join(_SHORT_BESIDE)})(?=\s(?:mornings?|afternoons?|evenings?|lunchtime|am\b|pm\b))", re.I
    ),
)


class _Change(NamedTuple):
    """text[start:end] was put for what stood at `was` to `was_end`."""

    start: int
    end: int
    was: int
    was_end: int


class Respelled(NamedTuple):
    """A text with its words for times as they are spelt, and where they stood."""

    text: str
    changes: tuple[_Change, ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stood in what was written."""
        return self._was(start, at_end=False), self._was(end, at_end=True)

    def _was(self, at: int, *, at_end: bool) -> int:
        shift = 0
        for one in self.changes:
            if at < one.start or (at_end and at == one.start):
                break
            if at < one.end:
                return one.was_end if at_end else one.was
            shift = one.was_end - one.end
        return at + shift

    def now(self, at: int) -> int:
        """Where a place of what was written is in `text`; of a word that changed its beginning, or its end."""
        shift = 0
        for one in self.changes:
            if at <= one.was:
                break
            if at < one.was_end:
                return one.start
            shift = one.end - one.was_end
        return at + shift


def respelled(text: str) -> Respelled:
    """The text with misspelt and shortened words for times as they are spelt."""
    spans = {match.span(): word for match in _TOKEN.finditer(text) if (word := _word(match[0].lower()))}
    made = _put(text, spans)
    while beside := next((match for pattern in _BESIDE for match in pattern.finditer(made.text)), None):
        spans[made.place(*beside.span("short"))] = _SHORT_BESIDE[beside["short"].lower()]
        made = _put(text, spans)
    for evening in _EVE.finditer(made.text):
        spans[made.place(*evening.span("short"))] = "evenings" if evening["short"].endswith("s") else "evening"
    return _put(text, spans)


def _put(text: str, spans: dict[tuple[int, int], str]) -> Respelled:
    parts, changes, last, length = list[str](), list[_Change](), 0, 0
    for (start, end), word in sorted(spans.items()):
        new = word.capitalize() if text[start].isupper() else word
        length += start - last
        changes.append(_Change(length, length + len(new), start, end))
        parts += [text[last:start], new]
        length, last = length + len(new), end
    return Respelled("".join((*parts, text[last:])), tuple(changes))


@lru_cache(maxsize=8192)
def _word(written: str) -> str:
    """The word for a time that a word stands for; empty: it is none, or spelt right."""
    if written in _SHORT:
        return _SHORT[written]
    if len(written) < _SHORTEST or written in _OTHER_WORDS or written.removesuffix("s") in _WORDS:
        return ""
    near = [
        (far, word) for word in _WORDS if 0 < (far := _slips(written, word)) <= (2 if len(word) >= _FAR_FROM else 1)
    ]
    return min(near, default=(0, ""))[1]


def _slips(written: str, word: str) -> int:
    """How many; 9 where it begins otherwise, ends otherwise after two slips, or is much longer or shorter."""
    if written[0] != word[0] or abs(len(written) - len(word)) > 2:
        return 9
    far = mistakes(written, word)
    return far if far < 2 or written[-1] == word[-1] else 9
