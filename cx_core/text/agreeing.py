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
_SHORT = 4
"""Words of a part that takes a yes back; a longer one says no to something else: "and no need to write"."""
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
        said = None if _begins("exception", part) else _verdict(part)
        agreed = agreed if said is None else said
    return agreed and (asks(put) or not answer.rstrip().endswith("?"))


@cache
def lines(name: str) -> tuple[str, ...]:
    """The ways of saying something, one a line, as `english/NAME.txt` has them."""
    read = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return tuple(line.strip() for line in read if line.strip() and not line.startswith("#"))


@cache
def _phrases(name: str) -> tuple[_Phrase, ...]:
    return tuple(_Phrase(_words(line), line.startswith("…"), line.endswith(".")) for line in lines(name))


def _verdict(part: Sequence[str]) -> bool | None:
    """Whether a part of a sentence is a yes, or a no; None: neither. Of two ways of beginning the longer one counts."""
    if _anywhere("refusal", part) or _corrects(part):
        return False
    no, yes = _begins("refusal", part), _begins("assent", part)
    if no or yes:
        return yes > no
    return True if _anywhere("assent", part) else None


def _begins(name: str, part: Sequence[str]) -> int:
    """How many words of a part say it at its beginning, or behind words such as "oh"."""
    fillers = set(lines("filler"))
    starts = [at for at in range(len(part)) if set(part[:at]) <= fillers]
    found = (len(one.words) for one in _phrases(name) for at in starts if not one.anywhere and one.stands(part[at:]))
    return max(found, default=0)


def _anywhere(name: str, part: Sequence[str]) -> bool:
    return any(one.stands(part) for one in _phrases(name) if one.anywhere)


def _corrects(part: Sequence[str]) -> bool:
    said = " ".join(part)
    return _begins("correction", part) > 0 or any(said.endswith(f" {mark}") for mark in lines("afterthought"))


def _parts(text: str) -> list[tuple[str, ...]]:
    return [_words(match[0]) for match in _PART.finditer(text)]


def _words(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold().replace("’", "'") for match in _WORD.finditer(text))


def asks(put: str) -> bool:
    """Whether it wants an answer."""
    return "?" in put or any(_anywhere("asking", part) for part in _parts(put))


def is_open(put: str) -> bool:
    """Whether it asks something that an answer would settle; "Anything else?" does not."""
    return any(asks(part) for part in _not_closing(put))


def offers(put: str) -> bool:
    """Whether it says what there is to choose from."""
    return any(_anywhere("offering", words) for part in _not_closing(put) for words in _parts(part))


def _not_closing(put: str) -> list[str]:
    sentences = re.split(r"(?<=[.!?\n])\s+", put)
    return [one for one in sentences if not any(_anywhere("closing", words) for words in _parts(one))]


def takes_up(put: str, answer: str) -> bool:
    """Whether an answer begins with yes to a question, whatever else it goes on to say, and no part of it says no."""
    said = [(no, yes, len(part)) for part in _parts(answer) for no, yes in [_weighed(part)] if no or yes]
    taken_back = any(no > yes and long <= _SHORT for no, yes, long in said)
    return bool(said) and asks(put) and said[0][1] > said[0][0] and not taken_back


def declines(put: str, answer: str) -> bool:
    """Whether the last that the answer says to a question is no."""
    said = [no > yes for part in _parts(answer) for no, yes in [_weighed(part)] if no or yes]
    return bool(said) and said[-1] and asks(put)


def _weighed(part: Sequence[str]) -> tuple[int, int]:
    """How many words of a part say no, and how many yes; "instead" says neither of a question."""
    part = [word for word in part if word != "instead"]
    no = max(_begins("refusal", part), int(_anywhere("refusal", part)))
    return no, max(_begins("assent", part), int(_anywhere("assent", part)))
