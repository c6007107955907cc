"""What belongs to a sentence though it stands elsewhere: the question that it answers, what leads to a list, and of a
row of a table what its columns are called.

"30 days." says nothing by itself; under "How long can I return a kettle?" it says as much as a whole sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from cx_core.knowledge_base.health.quantities import Quantity

ENOUGH = 3
"""Content words besides its numbers with which a sentence stands for itself."""
LITTLE = 4
"""Content words with less of which a sentence with a pronoun leans on what was said before."""
LONGEST_LEAD = 160

_RULE = re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-{2,}+:?[ \t]*+(?:\|[ \t]*+:?-{2,}+:?[ \t]*+)*(?:\|[ \t]*+)?$", re.M)
_BEGINS = re.compile(
    r"(?:(?:after|before|below|above|until|from|for|in|with|on|of|then|and|but|so)\s)?"
    r"(?:it|they|them|this|that|these|those|both|its|their)\b",
    re.I,
)
_HOLDS = re.compile(r"\b(?:it|they|them)\b", re.I)
_MARKS = re.compile(r"[*_`]+")


class Told(NamedTuple):
    """A sentence as it is to be read, with its quantities. Taking `shift` off a place gives that in the sentence."""

    line: str
    found: tuple[Quantity, ...]
    shift: int
    topic: str = ""
    """The sentence before it that its pronoun speaks of."""
    opening: str = ""
    """What stands before it in the same sentence, up to a semicolon."""


class Tables:
    """Where tables lie in a text, and what their columns are called."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._tables: list[tuple[int, tuple[str, ...]]] = []
        for rule in _RULE.finditer(text):
            above = text[: max(rule.start() - 1, 0)].rpartition("\n")[2]
            if "|" in above and "|" in rule[0]:
                self._starts.append(rule.end())
                self._tables.append((_end(text, rule.end()), cells(above)))

    def columns(self, place: int) -> tuple[str, ...]:
        """Of the table in which this place is; empty outside of one."""
        n = bisect_right(self._starts, place) - 1
        return self._tables[n][1] if n >= 0 and place < self._tables[n][0] else ()


def cells(row: str) -> tuple[str, ...]:
    return tuple(_MARKS.sub("", cell).strip() for cell in row.strip().strip("|").split("|"))


def _end(text: str, start: int) -> int:
    """Where the lines with a bar end."""
    at = start
    for line in text[start:].splitlines(keepends=True):
        if line.strip() and "|" not in line:
            break
        at += len(line)
    return at


def row(line: str, found: tuple[Quantity, ...], columns: tuple[str, ...]) -> Iterator[Told]:
    """Each cell with quantities after the name of its row and of its column: "Fibre 150, a month: £34.00"."""
    label, at = _MARKS.sub("", line.partition("|")[0]).strip(), 0
    for n, cell in enumerate(line.split("|")):
        held = tuple(one for one in found if at <= one.start and one.end <= at + len(cell))
        if held and n:
            head = columns[n] if n < len(columns) else ""
            before = f"{', '.join(filter(None, (label, head)))}: "
            shift = len(before) - at
            yield Told(before + cell, tuple(one.moved(shift) for one in held), shift)
        elif held:
            yield Told(cell, held, 0)
        at += len(cell) + 1


def led(line: str, found: tuple[Quantity, ...], lead: str) -> Told:
    """The sentence after what leads to it."""
    if not lead or len(lead) > LONGEST_LEAD:
        return Told(line, found, 0)
    before = f"{lead} "
    return Told(before + line, tuple(one.moved(len(before)) for one in found), len(before))


def leans(line: str, content: int) -> bool:
    """Whether it speaks of something by a pronoun: what that is, the sentence before says."""
    return content < LITTLE and bool(_BEGINS.match(line) or _HOLDS.search(line))


def leads(text: str) -> str:
    """The sentence itself if it asks or announces, else nothing."""
    bare = _MARKS.sub("", text).replace("\n", " ").strip()
    return bare if bare.endswith(("?", ":")) else ""
