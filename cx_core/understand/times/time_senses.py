"""What a time in a customer's words is to what they want: the day they want, one that is ruled out, or none of a wish.

Learnt from messages to many trades (`examples/times.txt`), in which every time is marked: "we're away until
[[from:Sunday]]". A clause is read with the time itself put out of sight, so that what is learnt of a Monday holds for
any day. Of the times of an author left out, 61 to 70 of 100 are told right, and from .6 on eight in ten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import cast, get_args

import numpy as np

from cx_core.ports import Classifier, Encoder
from cx_core.ports.language import Sense, TimeSense
from cx_core.understand.speech_acts import FOLDER, lines

_MARKED = re.compile(r"\[\[(?P<sense>\w+):(?P<words>[^\[\]]+)\]\]")
_THIS, _OTHER = "that day", "then"
"""What stands for the time that is asked about, and for any other in the same clause."""
_HERE = "\x00"
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_CLAUSE = re.compile(r"(?<=,)\s|\s(?=(?:but|because|so|and)\s)")
MOST = 24
"""Times of one text that are read by their sense; the others are of none that is likely."""
_FOLLOWS = re.compile(r"\bso\s(?:(?:please|then|make it|say|let['’]?s say|it['’]?s)\s)?(?:on\s|the\s)?$", re.I)
"""Before a time that follows from what was turned down, and is none of that: "I can't do Wednesday, so Thursday"."""
_ENDS = re.compile(r"\s*(?:$|[.,;!?)]|(?:please|then|instead)\b)", re.I)
_REACH = 200
"""Characters to either side of a time that are looked at."""
_FEW = 3
"""Words below which a clause is read together with the one before it."""


def time_examples() -> dict[str, list[str]]:
    """What the classifier learns from: by sense, clauses of the marked messages."""
    found: dict[str, list[str]] = {sense: [] for sense in get_args(Sense)}
    for line in lines(FOLDER / "times.txt"):
        text, places, senses = "", list[tuple[int, int]](), list[str]()
        end = 0
        for mark in _MARKED.finditer(line):
            text += line[end : mark.start()]
            places.append((len(text), len(text) + len(mark["words"])))
            senses.append(mark["sense"])
            text, end = text + mark["words"], mark.end()
        text += line[end:]
        for n, sense in enumerate(senses):
            found[sense].append(_around(text, places, n))
    return found


class TimeSenses:
    """Implements ports.TimeReader."""

    def __init__(self, encoder: Encoder, classifier: Classifier, spell: Callable[[str], str]) -> None:
        self._encoder, self._classifier, self._spell = encoder, classifier, spell

    def senses(self, text: str, places: Sequence[tuple[int, int]]) -> tuple[TimeSense, ...]:
        if not places:
            return ()
        read = places[:MOST]
        texts = [self._spell(_around(text, read, n)) for n in range(len(read))]
        found = self._classifier.classify(texts, np.hstack(self._encoder.layers(texts)))
        labels = cast(tuple[Sense, ...], self._classifier.labels)
        senses = [
            TimeSense("told", 0.0)  # by its words alone
            if sense == "unwanted" and _FOLLOWS.search(text[:start]) and _ENDS.match(text[end:])
            else TimeSense(sense, float(row.max()))
            for row, sense, (start, end) in zip(found, (labels[int(row.argmax())] for row in found), read, strict=True)
        ]
        return (*senses, *(TimeSense("told", 0.0) for _ in places[MOST:]))


def _around(text: str, places: Sequence[tuple[int, int]], which: int) -> str:
    """The clause of one time, with what stands for it and for the others in their places."""
    first, last = max(0, places[which][0] - _REACH), places[which][1] + _REACH
    masked, end = "", first
    for n, (start, stop) in enumerate(places):
        if end <= start and stop <= last:
            masked += text[end:start] + (_HERE if n == which else _OTHER)
            end = stop
    sentence = next(part for part in _SENTENCE.split(masked + text[end:last]) if _HERE in part)
    clauses = _CLAUSE.split(sentence)
    at = next(n for n, clause in enumerate(clauses) if _HERE in clause)
    begins = at - 1 if at and len(clauses[at].split()) < _FEW else at
    return " ".join(clauses[begins : at + 1]).replace(_HERE, _THIS)
