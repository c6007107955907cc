"""Passages of a message that nobody could read as the business's language: in another one, coded, or in signs.

What the copilot cannot read it can neither follow nor rule out, so a person looks at it. Measured by the words that the
encoder and the business know: of 1,301 messages in plain English, many by second-language writers, none is pointed out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from cx_core.prompt_injection.disguise import revealed
from cx_core.prompt_injection.weighing import sentences_of
from cx_core.text.segments import MOST_READ

MOST_UNKNOWN, LEAST_WORDS = 0.5, 6
"""Share of a sentence's words that may be unknown, names apart, where there are so many: shorter ones are full of
abbreviations."""
LEAST_FOREIGN = 4
"""Words of a sentence that can look foreign. One must be unknown as well: then no plain sentence does."""
LEAST_SIGNS = 15
"""Signs below which a line says nothing in Morse or pictures."""
FEW_LETTERS = 0.1
"""Share of a line's signs that stand in words of three letters or more, below which it is no line of words."""
GROUPS, FIGURES, PICTURES = 4, 15, 6
"""Of such a line: groups, groups where most are letters and figures, and different signs where it is not Morse. Rules
across a page have fewer, and so have telephone numbers, rows of dates and a cheerful row of faces."""

_MORSE = frozenset(".-–—_·•/")
_AROUND = "\"'“”‘’.,;:!?()[]<>*–—…-"
_ADDRESS = re.compile(r"\w[@/\\:#]|[@/\\:#]\w")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MIXED = re.compile(r"[^\W\d_]\d[^\W\d_]|\d[^\W\d_]{2}")
_LETTERED = re.compile(r"[^\W\d_]")
_LETTERS = re.compile(r"[^\W\d_]{3,}")


def illegible(text: str, knows: Callable[[str], bool] | None, foreign: Callable[[str], bool]) -> tuple[str, ...]:
    """Sentences in no language that is served, and lines of hardly any word. Each as it stands in the text.

    `knows`: whether anybody could know a word in small letters; None where languages are served whose words nobody
    lists. `foreign`: whether a sentence looks like a language that is not served.
    """
    text = text[:MOST_READ]
    units = [unit for unit in sentences_of(text) if _in_signs(unit) or _strange(unit, knows, foreign)]
    lines = [line.strip() for line in text.splitlines() if _in_signs(line) or any(map(_in_signs, _unlettered(line)))]
    return tuple(dict.fromkeys((*units, *lines)))


def _unlettered(line: str) -> Iterator[str]:
    """What stands between the words of a line: "for the machine only: -.. --- / .. -"."""
    for lettered, pieces in groupby(line.split(), key=lambda piece: _LETTERED.search(piece) is not None):
        if not lettered:
            yield " ".join(pieces)


def _strange(unit: str, knows: Callable[[str], bool] | None, foreign: Callable[[str], bool]) -> bool:
    words = list(_words(unit))
    if knows is None:
        return len(words) >= LEAST_FOREIGN and foreign(unit)
    known = [all(len(part) < 2 or knows(part) for part in re.split("['’]", word.lower())) for word in words]
    if len(known) >= LEAST_WORDS and sum(known) <= len(known) * (1 - MOST_UNKNOWN):
        return True
    return len(known) >= LEAST_FOREIGN and not all(known) and foreign(unit)


def _words(unit: str) -> Iterator[str]:
    """Words, and words with figures in them. Names and addresses are nobody's vocabulary."""
    for piece in revealed(unit).split():
        word = piece.strip(_AROUND)
        named = _ADDRESS.search(piece) or (word[:1].isupper() and word[1:].islower())
        if not named and (_WORD.fullmatch(word) or _MIXED.search(word)):
            yield word


def _in_signs(line: str) -> bool:
    signs = "".join(line.replace("|", " ").split())
    lettered = sum(len(match[0]) for match in _LETTERS.finditer(line))
    different = set(signs)
    if len(signs) < LEAST_SIGNS or lettered >= FEW_LETTERS * len(signs) or len(different) < 2:
        return False
    if 2 * sum(sign.isalnum() for sign in signs) > len(signs):
        return len(line.split()) >= FIGURES
    return len(line.split()) >= GROUPS and (different <= _MORSE or len(different) >= PICTURES)
