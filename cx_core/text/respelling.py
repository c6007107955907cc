"""A text with some of its words written otherwise, and where they stood in what was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class _Change(NamedTuple):
    """text[start:end] was put for what stood at `was` to `was_end`."""

    start: int
    end: int
    was: int
    was_end: int


class Respelled(NamedTuple):
    """A text with its words as they are spelt, and where they stood."""

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


def put(text: str, spans: Mapping[tuple[int, int], str]) -> Respelled:
    """The text with these words in the places of those; a capital at the beginning stays one."""
    parts, changes, last, length = list[str](), list[_Change](), 0, 0
    for (start, end), word in sorted(spans.items()):
        new = _as_written(text[start:end], word)
        length += start - last
        changes.append(_Change(length, length + len(new), start, end))
        parts += [text[last:start], new]
        length, last = length + len(new), end
    return Respelled("".join((*parts, text[last:])), tuple(changes))


def _as_written(was: str, word: str) -> str:
    """With a capital at the beginning where there was one; all in capitals where more letters than one were."""
    if was.isupper() and len(was) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if was[:1].isupper() else word
