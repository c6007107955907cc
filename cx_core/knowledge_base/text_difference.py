"""What changed between two texts, line by line and word by word, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from cx_core.knowledge_base.articles import Change, DiffLine, DiffPart

_WORDS = re.compile(r"\s+|\d+(?:[.,:]\d+)*|[^\W_]+|.", re.S)


def difference(before: str, after: str, around: int = 2) -> tuple[DiffLine | None, ...]:
    """The changed lines with so many unchanged ones around them; None stands where more were left out."""
    lines = list(_lines(before.splitlines(), after.splitlines()))
    near = {
        shown for place, line in enumerate(lines) if line.changed for shown in range(place - around, place + around + 1)
    }
    kept: list[DiffLine | None] = []
    for place, line in enumerate(lines):
        if place in near:
            kept.append(line)
        elif kept and kept[-1] is not None:
            kept.append(None)
    return tuple(kept[:-1] if kept and kept[-1] is None else kept)


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffLine]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (_whole("same", line) for line in before[a:b])
            continue
        paired = min(b - a, d - c)
        for old, new in zip(before[a : a + paired], after[c : c + paired], strict=True):
            yield from _within(old, new)
        yield from (_whole("removed", line) for line in before[a + paired : b])
        yield from (_whole("added", line) for line in after[c + paired : d])


def _whole(change: Change, line: str) -> DiffLine:
    return DiffLine(parts=(DiffPart(change=change, text=line),))


def _within(old: str, new: str) -> Iterator[DiffLine]:
    """One line with its changed words, or two lines where little is shared."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < 0.5:
        yield _whole("removed", old)
        yield _whole("added", new)
        return
    parts: list[DiffPart] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            parts.append(DiffPart(change="same", text="".join(a[i:j])))
            continue
        if i < j:
            parts.append(DiffPart(change="removed", text="".join(a[i:j])))
        if k < m:
            parts.append(DiffPart(change="added", text="".join(b[k:m])))
    yield DiffLine(parts=tuple(parts))
