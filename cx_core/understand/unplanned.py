"""Wishes and questions that are near to nothing we do: "and who pays for my carpet?".

A clause that wants or asks something, and for which no task type is likely, is either such a wish or only asks in
general for what is said around it ("please sort this out"). Which of the two is told by how near it is to general
requests, of any business (`examples/requests_in_general.txt`), and by whether it says anything that the examples of
what was found never speak of: "would you see your way to taking it off" is a fee's, a carpet is nobody's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Encoder
from cx_core.understand.goal_candidates.evidence import MessageReading
from cx_core.understand.speech_acts import FOLDER, lines

Floats = NDArray[np.float32]

PLAINLY = 0.8
"""Probability from which a clause wants or asks something."""

FAR = 0.5
"""Below it no task type is likely enough for a clause's own words."""

HEEDED = 0.05
"""Probability from which a clause may only say more of what was found around it: "send another one to me"."""

GENERAL = 0.55
"""Cosine of a general request from which a clause is one. Of 50 such clauses and 40 wishes, one each lay beyond it."""

FEWEST, FEWEST_LEANING = 2, 4
"""Words that say what is wanted; with fewer a clause leans on what is said around it, and more so with an "it"."""

OWN = 0.0085
"""In this share of a task type's examples, and in two at least, a word stands that is one of its own."""

KNOWN = 0.004
"""In this share of them a word stands that the task type knows."""

COMMON = 5
"""So many task types know a word that says nothing of what is wanted."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDING = re.compile(r"(?<=.{3})(?:ing|ed|es|s|e)$")
_LEANING = re.compile(r"\b(?:it|its|this|that|these|those|them|they|ones?|others?|same)\b", re.I)
_EMPTY = frozenset(
    _WORD.findall(
        "and any are away but can could did does for from get give had has have how its just like may need not now one"
        " ones other others our please right same should that the them then there these they this those too want was"
        " what when where which who why will with would you your"
    )
)
"""Words that any request may have, whatever it is for."""


class UnplannedWishes:
    """Tells them from general requests, whose vectors are made once. `labels`: of the columns of a reading's row;
    `examples`: of each task type, by its label."""

    def __init__(
        self, encoder: Encoder, labels: Sequence[str] = (), examples: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._general = encoder.encode(lines(FOLDER / "requests_in_general.txt"))
        given = {label: tuple(texts) for label, texts in (examples or {}).items()}
        self._own = [_standing_in(given.get(label, ()), max(2, OWN * len(given.get(label, ())))) for label in labels]
        types = Counter(word for texts in given.values() for word in _standing_in(texts, KNOWN * len(texts)))
        self._common = frozenset(word for word, n in types.items() if n >= COMMON)

    def has(self, reading: MessageReading, words: str, act: str, ours: Sequence[int], found: Sequence[int]) -> bool:
        """Whether this clause, which does `act`, is one. `ours`: columns of the task types, `found`: of the goals."""
        if act not in ("wants", "asks") or float(reading.acts.max()) < PLAINLY:
            return False
        if float(reading.row[list(ours)].max()) >= FAR or float(reading.row[list(found)].sum()) >= HEEDED:
            return False
        telling = {word for word in _WORD.findall(words.lower()) if word not in _EMPTY}
        fewest = FEWEST_LEANING if _LEANING.search(words) else FEWEST
        if len(telling) < fewest or float((self._general @ reading.vector).max()) >= GENERAL:
            return False
        own = frozenset[str]().union(*(self._own[label] for label in found if label < len(self._own)))
        return bool(_words(" ".join(telling)) - own - self._common)


@lru_cache(maxsize=256)
def _standing_in(texts: tuple[str, ...], least: float) -> frozenset[str]:
    """The words of at least so many of the texts. Kept: a desk that is opened again has the same examples."""
    counted = Counter(word for text in texts for word in _words(text))
    return frozenset(word for word, n in counted.items() if n >= least)


def _words(text: str) -> frozenset[str]:
    """The words of a text without their endings, each once."""
    return frozenset(_ENDING.sub("", word) for word in _WORD.findall(text.lower()))
