"""What a time in a customer's words is to what they want: the day they want, one that is ruled out, or none of a wish.

Learnt from messages to many trades (`examples/times.txt`), in which every time is marked: "we're away until
[[from:Sunday]]". A clause is read with the time itself put out of sight, so that what is learnt of a Monday holds for
any day. Beside it stand the words to both sides of the time by their places, and those between it and the time before.
Of the times of authors left out 62 of 100 are told right, and from .6 on 77; without the places 58.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
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
_CONTEXT = "\x01"
"""Between a clause and the words around its time."""
_TOKEN = re.compile(r"[\w'’]+|[.,!?;:()-]")
_MARKS = {
    **dict.fromkeys(".!;", "stop"),
    "?": "ask",
    ",": "comma",
    ":": "colon",
    "(": "open",
    ")": "close",
    "-": "dash",
}
_BESIDE, _AROUND, _BETWEEN = 3, 8, 10
"""Words to either side whose places count, that count wherever they stand, and after the time before."""
_NEAR = 60
"""Characters in which they stand."""
_REACH = 200
"""Characters to either side of a time that are looked at."""
_FEW = 3
"""Words below which a clause is read together with the one before it."""


@cache
def time_examples() -> Mapping[str, Sequence[str]]:
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
            found[sense].append(_read(text, places, n))
    return found


def clause_of(example: str) -> str:
    """What the encoder is shown of an example."""
    return example.partition(_CONTEXT)[2]


def put_right(example: str, spell: Callable[[str], str]) -> str:
    """An example with its clause put right; the words around its time stay as they are."""
    context, mark, clause = example.partition(_CONTEXT)
    return f"{context}{mark}{spell(clause)}"


class TimeSenses:
    """Implements ports.TimeReader."""

    def __init__(self, encoder: Encoder, classifier: Classifier, spell: Callable[[str], str]) -> None:
        self._encoder, self._classifier, self._spell = encoder, classifier, spell

    def senses(self, text: str, places: Sequence[tuple[int, int]]) -> tuple[TimeSense, ...]:
        if not places:
            return ()
        read = places[:MOST]
        texts = [put_right(_read(text, read, n), self._spell) for n in range(len(read))]
        found = self._classifier.classify(texts, np.hstack(self._encoder.layers([clause_of(one) for one in texts])))
        labels = cast(tuple[Sense, ...], self._classifier.labels)
        senses = [
            TimeSense("told", 0.0)  # by its words alone
            if sense == "unwanted" and _FOLLOWS.search(text[:start]) and _ENDS.match(text[end:])
            else TimeSense(sense, float(row.max()))
            for row, sense, (start, end) in zip(found, (labels[int(row.argmax())] for row in found), read, strict=True)
        ]
        return (*senses, *(TimeSense("told", 0.0) for _ in places[MOST:]))


def _read(text: str, places: Sequence[tuple[int, int]], which: int) -> str:
    """The words around one time, "l0if" right before it, and behind `_CONTEXT` its clause."""
    start, end = places[which]
    left, right = _words(text[max(0, start - _NEAR) : start]), _words(text[end : end + _NEAR])
    words = [f"l{n}{word}" for n, word in enumerate(reversed(left[-_BESIDE:]))]
    words += [f"r{n}{word}" for n, word in enumerate(right[:_BESIDE])]
    words += [f"lx{word}" for word in left[-_AROUND:]] + [f"rx{word}" for word in right[:_AROUND]]
    if which:
        words += [f"mx{word}" for word in _words(text[places[which - 1][1] : start])[:_BETWEEN]]
        before = text[slice(*places[which - 1])]
        words += ["sameasbefore"] if before.casefold() == text[start:end].casefold() else []
    words += ["firsttime"] if not which else []
    words += ["lasttime"] if which == len(places) - 1 else []
    return f"{' '.join(words)} {_CONTEXT}{_around(text, places, which)}"


def _words(text: str) -> list[str]:
    return [_MARKS.get(one, one.replace("'", "").replace("’", "")) for one in _TOKEN.findall(text.lower())]


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
