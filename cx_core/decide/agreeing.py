"""Whether somebody agreed to what was put to them. The words are in `english/`, a way of saying it a line.

What was said last counts: "yes. Oh wait" is none, "no, nothing else, go ahead" is one. What is neither is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).resolve().parent / "english"
_PART = re.compile(r"[^.!?;,\n]+[.!?;,\n]*")
_WORD = re.compile(r"\w+(?:['’]\w+)*|[👍👌✅]")


class _Phrase(NamedTuple):
    """A way of saying it. `anywhere`: not only at the beginning; `alone`: with nothing else beside it."""

    words: tuple[str, ...]
    anywhere: bool
    alone: bool

    def stands(self, said: Sequence[str]) -> bool:
        many = len(self.words)
        places = range(len(said) - many + 1) if self.anywhere else (0,)
        return any(tuple(said[at : at + many]) == self.words for at in places) and not (self.alone and len(said) > many)


def agrees(put: str, answer: str) -> bool:
    """Whether the last that the answer says is yes, and not only in passing to ask something."""
    agreed = False
    for part in _parts(answer):
        if _said("exception", part) or not part:
            continue
        if _said("refusal", part) or _corrects(part):
            agreed = False
        elif _said("assent", part):
            agreed = True
    return agreed and (asks(put) or not answer.rstrip().endswith("?"))


@cache
def lines(name: str) -> tuple[str, ...]:
    """The ways of saying something, one a line, as `english/NAME.txt` has them."""
    read = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return tuple(line.strip() for line in read if line.strip() and not line.startswith("#"))


@cache
def _phrases(name: str) -> tuple[_Phrase, ...]:
    return tuple(_Phrase(_words(line), line.startswith("…"), line.endswith(".")) for line in lines(name))


def _said(name: str, part: Sequence[str]) -> bool:
    """Whether a part of a sentence says it, also behind words such as "oh"."""
    fillers = set(lines("filler"))
    starts = [at for at in range(len(part)) if at == 0 or set(part[:at]) <= fillers]
    return any(phrase.stands(part[at:]) for at in starts for phrase in _phrases(name))


def _corrects(part: Sequence[str]) -> bool:
    said = " ".join(part)
    return _said("correction", part) or any(said.endswith(f" {mark}") for mark in lines("afterthought"))


def _parts(text: str) -> list[tuple[str, ...]]:
    return [_words(match[0]) for match in _PART.finditer(text)]


def _words(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold().replace("’", "'") for match in _WORD.finditer(text))


def asks(put: str) -> bool:
    """Whether it wants an answer."""
    return "?" in put or any(_said("asking", part) for part in _parts(put))
