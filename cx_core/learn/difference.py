"""What changed between two texts, line by line and word by word, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from cx_core.records import Record

_WORDS = re.compile(r"\s+|[^\W_]+|.", re.S)

Change = Literal["same", "added", "removed"]


class Part(Record):
    """A stretch of a line, and what became of it."""

    change: Change
    text: str


class Line(Record):
    """One line as it is shown: a changed one shows what was taken out and what came in its place."""

    parts: tuple[Part, ...]

    @property
    def changed(self) -> bool:
        return any(part.change != "same" for part in self.parts)


def difference(before: str, after: str, around: int = 2) -> tuple[Line | None, ...]:
    """The changed lines with so many unchanged ones around them; None stands where more were left out."""
    lines = list(_lines(before.splitlines(), after.splitlines()))
    near = {
        shown for place, line in enumerate(lines) if line.changed for shown in range(place - around, place + around + 1)
    }
    kept: list[Line | None] = []
    for place, line in enumerate(lines):
        if place in near:
            kept.append(line)
        elif kept and kept[-1] is not None:
            kept.append(None)
    return tuple(kept[:-1] if kept and kept[-1] is None else kept)


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (_whole("same", line) for line in before[a:b])
            continue
        paired = min(b - a, d - c)
        for old, new in zip(before[a : a + paired], after[c : c + paired], strict=True):
            yield from _within(old, new)
        yield from (_whole("removed", line) for line in before[a + paired : b])
        yield from (_whole("added", line) for line in after[c + paired : d])


def _whole(change: Change, line: str) -> Line:
    return Line(parts=(Part(change=change, text=line),))


def _within(old: str, new: str) -> Iterator[Line]:
    """One line with its changed words, or two lines where little is shared."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < 0.5:
        yield _whole("removed", old)
        yield _whole("added", new)
        return
    parts: list[Part] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            parts.append(Part(change="same", text="".join(a[i:j])))
            continue
        if i < j:
            parts.append(Part(change="removed", text="".join(a[i:j])))
        if k < m:
            parts.append(Part(change="added", text="".join(b[k:m])))
    yield Line(parts=tuple(parts))
