"""What stretches of a message say to each task type.

Every clause, every sentence and the message as a whole are read in one pass of the encoder. A task type that is the
likeliest of any of them is a candidate. How likely it is as a goal of the message is judged from what its best
clause, the sentence around that, and the whole say to it together: a clause alone is easily mistaken, a long
message drowns its one request. The judge has learnt on messages made from examples (`judge_training`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.text.segments import Sentence, sentences
from cx_core.text.spans import Span

Floats = NDArray[np.float32]

Read = Callable[[Sequence[str]], Sequence[tuple[Floats, Floats, Floats, Floats]]]
"""Gives row, vector, acts and matters of gravity of each stretch."""

OTHER = ""
"""The classifier's label for words that ask for nothing of ours."""

LONGEST = 2000
"""Characters of a message that are read as a whole."""

_PLAIN = 0.7
"""Probability of two labels' own best words, apart from each other, from which on each is settled: neither counts
against the other, and a sentence that holds both says nothing about which."""

_FLOOR = 0.01
"""Probabilities are kept this far from 0 and 1: no single view decides alone."""


class MessageReading(NamedTuple):
    """A stretch of a message and what the classifiers say to it: a probability for each label, and for each thing
    that a customer's words may do (`speech_acts`) and each matter of `gravity`."""

    span: Span
    row: Floats
    vector: Floats
    acts: Floats
    grave: Floats

    @property
    def top(self) -> int:
        return int(self.row.argmax())


class Seen(NamedTuple):
    """A sentence: itself, and its clauses where it has several."""

    whole: MessageReading
    clauses: tuple[MessageReading, ...]

    @property
    def all(self) -> tuple[MessageReading, ...]:
        return (*self.clauses, self.whole)


class GoalCandidate(NamedTuple):
    """A task type some words of a message speak for. `sentence` is the place of its best words' sentence."""

    label: int
    best: MessageReading
    sentence: int
    evidence: tuple[float, ...]


class Judge(NamedTuple):
    """From a candidate's evidence to the probability that it is a goal; below the first bound it is none."""

    weights: tuple[float, ...]
    bounds: tuple[float, float]

    def probability(self, candidate: GoalCandidate) -> float:
        total = sum(weight * part for weight, part in zip(self.weights, candidate.evidence, strict=True))
        return 1 / (1 + math.exp(-min(30.0, max(-30.0, total))))


class Sight(NamedTuple):
    """One text as seen: its sentences, and all of it as one (of one sentence, that sentence)."""

    sentences: tuple[Seen, ...]
    whole: MessageReading | None


def sights(texts: Sequence[str], read: Read) -> tuple[Sight, ...]:
    """Clauses, sentences and wholes of all texts; all stretches are read in one call."""
    cut = [sentences(text) for text in texts]
    wholes = [_together(text, found) for text, found in zip(texts, cut, strict=True)]
    spans = [
        (n, span)
        for n, found in enumerate(cut)
        for sentence in found
        for span in dict.fromkeys((*sentence, _whole(sentence)))
    ]
    known = read([*(span.of(texts[n]) for n, span in spans), *filter(None, wholes)])
    each = {key: MessageReading(key[1], *found) for key, found in zip(spans, known[: len(spans)], strict=True)}
    rest = iter(known[len(spans) :])
    return tuple(
        _sight(n, found, each, MessageReading(Span(0, len(texts[n])), *next(rest)) if wholes[n] else None)
        for n, found in enumerate(cut)
    )


def candidates(sight: Sight, labels: Sequence[str]) -> list[GoalCandidate]:
    """Labels that are the likeliest of some stretch, with the evidence for each as goals of the whole text."""
    if sight.whole is None:
        return []
    readings = [(n, reading) for n, seen in enumerate(sight.sentences) for reading in seen.all]
    tops = {reading.top for _, reading in readings} | {sight.whole.top}
    best = {
        label: max(_closest(readings, label), key=lambda pair: _speaks(pair[1], label))
        for label in sorted(tops)
        if labels[label] != OTHER
    }
    found = []
    for label, (at, own) in best.items():
        away = [
            other
            for other, (_, reading) in best.items()
            if other != label and reading.top == other and not overlap(reading.span, own.span)
        ]
        settled = [other for other in away if min(own.row[label], best[other][1].row[other]) >= _PLAIN]
        views = [sight.sentences[at].whole, sight.whole]
        if any(best[other][0] == at for other in settled):
            views = [sight.whole] if len(sight.sentences) > 1 else []
        said = [_logit(float(own.row[label]))]
        around = [_logit(_without(view.row, label, settled)) for view in views] or said
        first = all(own.row[label] >= reading.row[other] for other, (_, reading) in best.items())
        score = (said[0] + sum(around) / len(around)) / 2
        found.append(GoalCandidate(label, own, at, (score, float(first), float(bool(away)), 1.0)))
    return found


def _closest(readings: Sequence[tuple[int, MessageReading]], label: int) -> list[tuple[int, MessageReading]]:
    """Stretches without those that hold a shorter one which says the label plainly: that leaves others their words."""
    plain = [reading.span for _, reading in readings if reading.row[label] >= _PLAIN]
    return [
        (n, one)
        for n, one in readings
        if not any(
            span != one.span and overlap(span, one.span)
            for span in plain
            if span.end - span.start < one.span.end - one.span.start
        )
    ]


def _speaks(reading: MessageReading, label: int) -> tuple[float, int]:
    """How well a stretch says a label; the longer of two that say it equally well."""
    return (float(reading.row[label]), reading.span.end - reading.span.start)


def _without(row: Floats, label: int, others: Sequence[int]) -> float:
    """The label's probability had the others, which have words of their own, not been asked about."""
    left = 1 - float(row[list(others)].sum())
    return float(row[label]) / max(left, float(row[label]), _FLOOR)


def _sight(
    n: int, cut: Sequence[Sentence], each: dict[tuple[int, Span], MessageReading], whole: MessageReading | None
) -> Sight:
    seen = tuple(
        Seen(each[n, _whole(found)], tuple(each[n, span] for span in found) if len(found) > 1 else ()) for found in cut
    )
    return Sight(seen, whole or (seen[0].whole if seen else None))


def _together(text: str, cut: Sequence[Sentence]) -> str:
    """All sentences as one text, if there are several."""
    return "\n".join(_whole(found).of(text) for found in cut)[:LONGEST] if len(cut) > 1 else ""


def _whole(sentence: Sentence) -> Span:
    return Span(sentence[0].start, sentence[-1].end)


def overlap(one: Span, two: Span) -> bool:
    return one.start < two.end and two.start < one.end


def _logit(probability: float) -> float:
    held = min(1 - _FLOOR, max(_FLOOR, probability))
    return math.log(held / (1 - held))
